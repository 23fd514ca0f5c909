//! Getting the password back.

use std::sync::Arc;

use super::Tokens;
use super::forgotten::{ForgottenError, Grant};
use super::grant::Granted;
use super::redeem::{Redemption, ResetError};
use crate::domain::digest::Digest;
use crate::domain::id::{AccountId, TenantId};
use crate::domain::identifier::fold;
use crate::domain::medium::Medium;
use crate::domain::password::Password;
use crate::domain::policy::Violation;
use crate::domain::status::{Action, Mode};
use crate::domain::tenant::Tenant;
use crate::domain::token::Purpose;
use crate::recovery::accounts::access_type;
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::replacement::{FormViolation, TypedNew, form_violations};
use crate::recovery::tools::{Origin, meter};
use crate::store;

/// What the bearer of a grant asks for.
pub struct Renewal<'a> {
    /// The new password; what the server makes values of ignores it.
    pub typed: TypedNew<'a>,
    /// Their answer to the security question; empty is none.
    pub answer: Option<&'a str>,
    /// By what a value that the server makes is to reach them; `None`: by mail, else by text.
    pub send_by: Option<Medium>,
}

/// An answer to a security question.
struct Given {
    tenant_id: TenantId,
    account_id: AccountId,
    /// The key it came with.
    digests: Vec<Digest>,
    /// A hash of the right one.
    right: String,
    answer: Password,
    origin: Origin,
}

impl Tokens {
    /// Gives an account a new access password: the one that was typed, or one that is made and
    /// sent. In this order: the grant, what was typed, the answer, and only then the change (8.5).
    pub async fn recover(
        self: &Arc<Self>,
        tenant: &Tenant,
        grant: &Grant,
        renewal: &Renewal<'_>,
        origin: &Origin,
    ) -> Result<(), ForgottenError> {
        let done = self.complete(tenant, grant, renewal, origin).await;
        meter::refusal(AuditAction::RecoveryTried.as_str(), done)
    }

    async fn complete(
        self: &Arc<Self>,
        tenant: &Tenant,
        grant: &Grant,
        renewal: &Renewal<'_>,
        origin: &Origin,
    ) -> Result<(), ForgottenError> {
        let kind = access_type(tenant)?;
        let granted = self.granted(tenant, grant, origin).await?;
        let digest = granted.digests.first().copied();
        let _lock = match digest {
            Some(digest) => Some(self.tools.locks.lock(digest).await),
            None => None,
        };
        let media = self.accounts.media(&granted.account);
        let mut violations = match kind.spec.mode {
            Mode::Manual => form_violations(tenant, kind, &granted.account, renewal.typed),
            Mode::Generated | Mode::Otp => Vec::new(),
        };
        let answer = renewal.answer.filter(|answer| !answer.trim().is_empty());
        if granted.security.is_some() && answer.is_none() {
            violations.push(FormViolation::AnswerMissing);
        }
        if !violations.is_empty() {
            return Err(ForgottenError::Invalid(violations));
        }
        let send_by = match kind.spec.mode {
            Mode::Manual => None,
            Mode::Generated | Mode::Otp => {
                let medium = renewal.send_by.or_else(|| media.first().copied());
                let medium = medium.filter(|medium| media.contains(medium));
                Some(vec![medium.ok_or(ForgottenError::Medium)?])
            }
        };
        self.check_answer(tenant, &granted, answer, origin).await?;
        if let (Some(new), None) = (renewal.typed.password, &send_by)
            && self
                .replacement
                .was_used_before(tenant, kind, &granted.account, new)
                .await?
        {
            let violation = FormViolation::New(vec![Violation::UsedBefore]);
            return Err(ForgottenError::Invalid(vec![violation]));
        }
        let hash = match (renewal.typed.password, &send_by) {
            (Some(password), None) => self.tools.hasher.hash(password).await?,
            // Dead at once; the value is made where it is sent.
            (_, Some(_)) | (None, None) => self.replacement.hash_of_nothing().await?,
        };
        let replacement = Redemption {
            digests: granted.digests,
            action: Action::Recover,
            hash,
            consent: None,
            send_by,
        };
        let account_id = granted.account.account_id;
        self.spend_and_replace(tenant, kind, account_id, replacement, origin)
            .await
            .map_err(|error| match error {
                ResetError::Token(_) => ForgottenError::Key,
                // Checked already.
                ResetError::Password(violations) => {
                    ForgottenError::Invalid(vec![FormViolation::New(violations.0)])
                }
                ResetError::Fault(fault) => ForgottenError::Fault(fault),
            })
    }

    /// Compares the answer to the security question, where there is one. As many wrong ones as the
    /// password takes attempts kill the key.
    async fn check_answer(
        self: &Arc<Self>,
        tenant: &Tenant,
        granted: &Granted,
        answer: Option<&str>,
        origin: &Origin,
    ) -> Result<(), ForgottenError> {
        let (Some(security), Some(answer)) = (&granted.security, answer) else {
            return Ok(());
        };
        let most = i32::try_from(access_type(tenant)?.spec.max_tries).unwrap_or(i32::MAX);
        let given = Given {
            tenant_id: tenant.tenant_id,
            account_id: granted.account.account_id,
            digests: granted.digests.clone(),
            right: security.answer_hash.clone(),
            answer: Password::new(fold(answer.trim())),
            origin: origin.clone(),
        };
        let this = Arc::clone(self);
        self.tools
            .run_to_completion(async move { this.compare_answer(given, most).await })
            .await
    }

    async fn compare_answer(&self, given: Given, most: i32) -> Result<(), ForgottenError> {
        let Given {
            tenant_id,
            account_id,
            digests,
            right,
            answer,
            origin,
        } = given;
        let now = self.tools.clock.now();
        // Counted before it is evaluated, so that answers at the same instant gain nothing (L-05).
        let counted = {
            let mut db = self.tools.db.acquire().await?;
            store::recovery_token::count_wrong_answer(&mut db, tenant_id, &digests, now).await?
        };
        let counted = counted.filter(|counted| *counted <= most);
        let counted = counted.ok_or(ForgottenError::Key)?;
        let compared = self.tools.hasher.verify(&answer, &right).await;
        if !matches!(compared, Ok(false)) {
            // Right, or not compared for want of time: neither uses the key up.
            let mut db = self.tools.db.acquire().await?;
            store::recovery_token::take_back_answer(&mut db, tenant_id, &digests).await?;
            compared?;
            return Ok(());
        }
        let is_key_dead = counted == most;
        let mut tx = self.tools.db.begin().await?;
        if is_key_dead {
            store::account::lock(&mut tx, tenant_id, account_id).await?;
            let purpose = Some(Purpose::Reset);
            store::recovery_token::void(&mut tx, tenant_id, account_id, purpose, now).await?;
        }
        let entry =
            Entry::new(AuditAction::RecoveryTried, "wrong answer", Some(&origin)).of(account_id);
        self.audit.record(&mut tx, tenant_id, entry).await?;
        tx.commit().await?;
        Err(ForgottenError::Answer { is_key_dead })
    }
}
