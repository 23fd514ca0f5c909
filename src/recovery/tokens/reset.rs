//! Trading a token for a new password.
//!
//! The order of costs is part of the design: look whether the token is live, check the policy,
//! hash, and only then spend and store in one transaction. Strangers buy no hashing, and none runs
//! while a transaction is open.

use super::Tokens;
use super::redeem::{Redemption, ResetError};
use crate::domain::status::Action;
use crate::domain::tenant::Tenant;
use crate::domain::token::{Claim, Invalid, Purpose, Secret};
use crate::recovery::accounts::access_type;
use crate::recovery::audit::{AuditAction, Signal};
use crate::recovery::replacement::NewPassword;
use crate::recovery::tools::{Origin, meter};

impl Tokens {
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
        meter::refusal(AuditAction::PasswordReset.as_str(), reset)
    }

    async fn reset(
        &self,
        tenant: &Tenant,
        secret: &Secret,
        new: NewPassword<'_>,
        claim: Option<&Claim>,
        origin: &Origin,
    ) -> Result<(), ResetError> {
        let kind = access_type(tenant)?;
        let _lock = self.tools.locks.lock(secret.digest(&self.tools.keys)).await;
        let (tenant_id, purpose) = (tenant.tenant_id, Purpose::Reset);
        let found = {
            let mut db = self.tools.db.acquire().await?;
            self.bearer(&mut db, tenant_id, secret, purpose, claim)
                .await?
        };
        let account = found.ok_or_else(|| {
            self.audit.signal(tenant_id, Signal::Token, origin);
            Invalid
        })?;
        self.replacement.check(tenant, kind, &account, &new).await?;
        let hash = self.tools.hasher.hash(new.password).await?;
        let replacement = Redemption {
            digests: secret.digests(&self.tools.keys),
            action: Action::ResetByMailbox,
            hash,
            consent: new.consent,
            send_by: None,
        };
        self.spend_and_replace(tenant, kind, account.account_id, replacement, origin)
            .await
    }
}
