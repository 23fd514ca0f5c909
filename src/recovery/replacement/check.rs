//! Whether a new password is good enough.

use super::Replacement;
use crate::domain::account::Account;
use crate::domain::context::Called;
use crate::domain::password::Password;
use crate::domain::password_type::PasswordType;
use crate::domain::policy::{PasswordPolicy, Violation, Violations};
use crate::domain::tenant::Tenant;
use crate::recovery::tools::Fault;
use crate::store;
use crate::store::password::Key;

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

/// A new password was not taken.
#[derive(Debug, thiserror::Error)]
pub(in crate::recovery) enum CheckError {
    #[error(transparent)]
    Refused(#[from] Violations),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Replacement {
    /// Checks a password against the tenant's policy, what the dialect publishes on top, the
    /// account's own words, and its history. For whoever has proven that the password is theirs to
    /// change: to anybody else the history would answer guesses, uncounted.
    pub(in crate::recovery) async fn check(
        &self,
        tenant: &Tenant,
        kind: &PasswordType,
        account: &Account,
        new: &NewPassword<'_>,
    ) -> Result<(), CheckError> {
        check_policy(tenant, kind, account, new)?;
        if self
            .was_used_before(tenant, kind, account, new.password)
            .await?
        {
            return Err(Violations(vec![Violation::UsedBefore]).into());
        }
        Ok(())
    }

    /// Whether a password is one of those that may not come back.
    pub(in crate::recovery) async fn was_used_before(
        &self,
        tenant: &Tenant,
        kind: &PasswordType,
        account: &Account,
        password: &Password,
    ) -> Result<bool, Fault> {
        for hash in self.recent_hashes(tenant, kind, account).await? {
            if self.tools.hasher.verify(password, &hash).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The hashes that may not come back: the current one and those before it.
    async fn recent_hashes(
        &self,
        tenant: &Tenant,
        kind: &PasswordType,
        account: &Account,
    ) -> Result<Vec<String>, Fault> {
        if kind.spec.history == 0 {
            return Ok(Vec::new());
        }
        let key = Key {
            tenant_id: tenant.tenant_id,
            account_id: account.account_id,
            password_type_id: kind.password_type_id,
        };
        let mut db = self.tools.db.acquire().await?;
        let current = store::password::find(&mut db, key).await?;
        // Where there is no value now, the last one is among the earlier ones: its owner disowned it.
        let earlier = i64::from(kind.spec.history) - i64::from(current.hash.is_some());
        let mut hashes = store::password_history::list(&mut db, key, earlier).await?;
        hashes.extend(current.hash);
        Ok(hashes)
    }
}

/// Checks a password against everything that is known of it without hashing it.
pub(in crate::recovery) fn check_policy(
    tenant: &Tenant,
    kind: &PasswordType,
    account: &Account,
    new: &NewPassword<'_>,
) -> Result<(), Violations> {
    let context = Called::from(account).in_tenant(&tenant.settings);
    let policy = &kind.spec.policy;
    match new.published {
        Some(published) => policy.and(published).check(new.password, &context),
        None => policy.check(new.password, &context),
    }
}
