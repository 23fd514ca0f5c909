//! How an account stands: what of it may be used, and whether it may be recovered now.

use sqlx::PgConnection;

use super::Accounts;
use crate::domain::account::{Account, AccountStatus};
use crate::domain::id::{AccountId, TenantId};
use crate::domain::password_type::PasswordType;
use crate::domain::status::{Action, Status};
use crate::domain::tenant::Tenant;
use crate::recovery::tools::Fault;
use crate::store;
use crate::store::password::Key;

impl Accounts {
    /// How a password stands now.
    pub(in crate::recovery) async fn status_of(
        &self,
        tenant: &Tenant,
        account_id: AccountId,
        kind: &PasswordType,
    ) -> Result<Status, Fault> {
        let key = Key {
            tenant_id: tenant.tenant_id,
            account_id,
            password_type_id: kind.password_type_id,
        };
        let mut db = self.tools.db.acquire().await?;
        let stored = store::password::find(&mut db, key).await?;
        Ok(stored
            .facts
            .status(self.tools.clock.now(), &kind.spec.rules()))
    }

    /// Whether nothing that lets somebody in may be sent for an account now.
    pub(in crate::recovery) async fn is_frozen(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        account_id: AccountId,
    ) -> Result<bool, Fault> {
        let until = store::account::frozen_until(db, tenant_id, account_id).await?;
        Ok(until.is_some_and(|until| until > self.tools.clock.now()))
    }

    /// Whether an account's password may be recovered this way (8.5, D-22).
    pub(in crate::recovery) async fn is_eligible(
        &self,
        tenant: &Tenant,
        account: &Account,
    ) -> Result<bool, Fault> {
        let kind = access_type(tenant)?;
        let is_frozen = {
            let mut db = self.tools.db.acquire().await?;
            self.is_frozen(&mut db, tenant.tenant_id, account.account_id)
                .await?
        };
        let status = self.status_of(tenant, account.account_id, kind).await?;
        Ok(account.status == AccountStatus::Active
            && !is_frozen
            && status.permits(Action::Recover, &kind.spec.rules()))
    }
}

/// The type of password that recovery changes.
pub(in crate::recovery) fn access_type(tenant: &Tenant) -> Result<&PasswordType, Fault> {
    tenant
        .access_type()
        .ok_or_else(|| Fault::broken("a tenant has no access password type"))
}
