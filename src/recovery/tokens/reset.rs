//! Trading a token for a new password.
//!
//! The order of costs is part of the design: look whether the token is live, check the policy,
//! hash, and only then spend and store in one transaction. Strangers buy no hashing, and none runs
//! while a transaction is open.

use crate::domain::account::Account;
use crate::domain::password::Password;
use crate::domain::password_type::PasswordType;
use crate::domain::policy::{PasswordPolicy, Refused};
use crate::domain::status::Action;
use crate::domain::tenant::Tenant;
use crate::domain::token::{Claim, Invalid, Purpose, Secret};
use crate::recovery::audit::entry::Action as Audited;
use crate::recovery::replacement::judge::Judged;
use crate::recovery::tokens::spend::Replacement;
use crate::recovery::{Fault, Origin, Recovery, Signal, meter};
use crate::store;

/// Why a password was not reset.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// The token is not good, for whatever reason.
    #[error(transparent)]
    Token(#[from] Invalid),
    /// The token is good and still is; the password is not.
    #[error(transparent)]
    Password(#[from] Refused),
    /// We could not.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What somebody with a token wants.
#[derive(Clone, Copy)]
pub struct NewPassword<'a> {
    /// The new password.
    pub password: &'a Password,
    /// Rules that the dialect publishes, on top of the tenant's.
    pub published: Option<&'a PasswordPolicy>,
    /// Whether they agree to the terms, where they say so.
    pub consent: Option<bool>,
}

impl From<Judged> for ResetError {
    fn from(judged: Judged) -> Self {
        match judged {
            Judged::Refused(refused) => Self::Password(refused),
            Judged::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<sqlx::Error> for ResetError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl Recovery {
    /// Sets a new access password for the account that a token was mailed to, and spends the
    /// token. Ends everything the old password opened and promises the owner a notice; signs
    /// nobody in (S-02).
    pub async fn reset_password(
        &self,
        tenant: &Tenant,
        secret: &Secret,
        new: NewPassword<'_>,
        claim: Option<&Claim>,
        origin: &Origin,
    ) -> Result<(), ResetError> {
        let reset = self.reset(tenant, secret, new, claim, origin).await;
        meter::refusal(Audited::PasswordReset.as_str(), reset)
    }

    async fn reset(
        &self,
        tenant: &Tenant,
        secret: &Secret,
        new: NewPassword<'_>,
        claim: Option<&Claim>,
        origin: &Origin,
    ) -> Result<(), ResetError> {
        let kind = Self::access_type(tenant)?;
        let _turn = self.0.turnstile.pass(secret.digest(&self.0.keys)).await;
        let account = self.bearer(tenant, secret, claim).await;
        let account = account.inspect_err(|error| {
            if matches!(error, ResetError::Token(_)) {
                self.notice(tenant.tenant_id, Signal::Token, origin);
            }
        })?;
        self.judge(tenant, kind, &account, &new).await?;
        let hash = self.0.hasher.hash(new.password).await?;
        let replacement = Replacement {
            digests: secret.digests(&self.0.keys),
            action: Action::ResetByMailbox,
            hash,
            consent: new.consent,
            send_by: None,
        };
        self.spend_and_replace(tenant, kind, account.account_id, replacement, origin)
            .await
    }

    /// The type of password that recovery changes.
    pub(in crate::recovery) fn access_type(tenant: &Tenant) -> Result<&PasswordType, Fault> {
        tenant
            .access_type()
            .ok_or_else(|| Fault::broken("a tenant has no access password type"))
    }

    /// Whose live reset token this is.
    async fn bearer(
        &self,
        tenant: &Tenant,
        secret: &Secret,
        claim: Option<&Claim>,
    ) -> Result<Account, ResetError> {
        let (tenant_id, now) = (tenant.tenant_id, self.0.clock.now());
        let digests = secret.digests(&self.0.keys);
        let purpose = Some(Purpose::Reset);
        let mut db = self.0.db.acquire().await?;
        let account_id =
            store::recovery_token::peek(&mut db, tenant_id, &digests, purpose, claim, now)
                .await?
                .ok_or(Invalid)?;
        Ok(store::account::find(&mut db, tenant_id, account_id)
            .await?
            .ok_or(Invalid)?)
    }
}
