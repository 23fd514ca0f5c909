//! Spending a token and replacing the password, in one transaction.

use super::Tokens;
use crate::domain::digest::Digest;
use crate::domain::id::AccountId;
use crate::domain::medium::Medium;
use crate::domain::password_type::PasswordType;
use crate::domain::policy::Violations;
use crate::domain::status::Action;
use crate::domain::tenant::Tenant;
use crate::domain::token::{Invalid, Purpose};
use crate::recovery::audit::{AuditAction, Entry, transition};
use crate::recovery::outbox::{Job, Notice, PasswordJob};
use crate::recovery::replacement::{Changed, CheckError};
use crate::recovery::tools::meter::{self, Refusal};
use crate::recovery::tools::{Fault, Origin};
use crate::store;
use crate::store::password::Key;

/// Why a password was not reset.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// The token is not good, for whatever reason.
    #[error(transparent)]
    Token(#[from] Invalid),
    /// The token is good and still is; the password is not.
    #[error(transparent)]
    Password(#[from] Violations),
    /// We could not.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<CheckError> for ResetError {
    fn from(error: CheckError) -> Self {
        match error {
            CheckError::Refused(violations) => Self::Password(violations),
            CheckError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<sqlx::Error> for ResetError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl Refusal for ResetError {
    fn word(&self) -> Option<&'static str> {
        Some(match self {
            Self::Token(_) => meter::TOKEN,
            Self::Password(_) => meter::PASSWORD,
            Self::Fault(cause) => meter::fault(cause),
        })
    }
}

/// What the bearer of a token gets for it.
pub(in crate::recovery) struct Redemption {
    /// What is kept of the token.
    pub(in crate::recovery) digests: Vec<Digest>,
    /// What is done to the password.
    pub(in crate::recovery) action: Action,
    /// The hash of its new value.
    pub(in crate::recovery) hash: String,
    /// Whether they agree to the terms, where they say so.
    pub(in crate::recovery) consent: Option<bool>,
    /// By what the worker is to send them a value of its own making, in place of the new one.
    pub(in crate::recovery) send_by: Option<Vec<Medium>>,
}

impl Tokens {
    /// Spends a token and replaces the access password. Ends everything the old one opened.
    pub(in crate::recovery) async fn spend_and_replace(
        &self,
        tenant: &Tenant,
        kind: &PasswordType,
        account_id: AccountId,
        replacement: Redemption,
        origin: &Origin,
    ) -> Result<(), ResetError> {
        let tenant_id = tenant.tenant_id;
        let key = Key {
            tenant_id,
            account_id,
            password_type_id: kind.password_type_id,
        };
        let digests = &replacement.digests;
        let now = self.tools.clock.now();
        let changed = Changed {
            tenant_id,
            account_id,
            origin,
            keep: None,
        };

        let mut tx = self.tools.db.begin().await?;
        let spent = Purpose::Reset;
        let before = store::access::redeem(&mut tx, key, digests, spent, now)
            .await?
            .ok_or(Invalid)?;
        // What an administrator disabled stays so, and its tokens are dead.
        let facts = before
            .facts
            .apply(replacement.action, now, &kind.spec.rules())
            .map_err(|_| Invalid)?;
        let action = replacement.action.as_str();
        let detail = transition(kind, action, (&before.facts, &facts), now);
        self.replacement
            .replace(&mut tx, kind, key, &before, (facts, replacement.hash))
            .await?;
        if let Some(is_granted) = replacement.consent {
            store::account::set_consent(&mut tx, tenant_id, account_id, is_granted, now).await?;
        }
        self.replacement.end_access(&mut tx, changed, now).await?;
        let entry = Entry::new(AuditAction::PasswordReset, "done", Some(origin))
            .of(account_id)
            .with(detail);
        self.audit.record(&mut tx, tenant_id, entry).await?;
        match replacement.send_by {
            // The letter with the value tells its owner what a notice would.
            Some(media) => {
                let job = Job::Password(PasswordJob {
                    account_id,
                    password_type_id: kind.password_type_id,
                    media,
                    at: now,
                    origin: origin.clone(),
                });
                self.outbox.promise(&mut tx, tenant_id, &job, now).await?;
            }
            None => {
                self.replacement
                    .notify(&mut tx, changed, Notice::PasswordChanged, now)
                    .await?;
            }
        }
        tx.commit().await?;
        self.outbox.ring();
        Ok(())
    }
}
