//! Finding the account that a command is about.

use sqlx::PgConnection;

use super::Operator;
use crate::domain::account::{Account, AccountStatus};
use crate::domain::id::TenantId;
use crate::domain::identifier::Identifier;
use crate::domain::tenant::Tenant;
use crate::recovery::Fault;
use crate::store;

/// Why nothing was done to an account.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// No account of the tenant has that login name.
    #[error("the tenant has no account of that login")]
    Unknown,
    /// We could not.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for AccountError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl Operator {
    /// Finds the account of a login name, in whatever case it is written.
    pub(super) async fn find_account(
        &self,
        db: &mut PgConnection,
        tenant: &Tenant,
        login: &str,
    ) -> Result<Account, AccountError> {
        let found = named(db, tenant.tenant_id, login).await?;
        found.ok_or(AccountError::Unknown)
    }

    /// Finds the account of a login name and keeps anybody else from changing it until the
    /// transaction ends. It is locked before anything of it, everywhere, but for what is counted
    /// beside it, which is taken first.
    pub(super) async fn lock_account(
        &self,
        db: &mut PgConnection,
        tenant: &Tenant,
        login: &str,
    ) -> Result<(Account, AccountStatus), AccountError> {
        let account = self.find_account(db, tenant, login).await?;
        let status = store::account::lock(db, tenant.tenant_id, account.account_id)
            .await?
            .ok_or(AccountError::Unknown)?;
        Ok((account, status))
    }
}

/// The account of a login name. One that is kept apart under a name with something in it that cannot be seen is
/// found by just that name: operators have to get at it.
pub(super) async fn named(
    db: &mut PgConnection,
    tenant_id: TenantId,
    login: &str,
) -> sqlx::Result<Option<Account>> {
    let (former, login) = (Identifier::former_login(login), Identifier::login(login));
    if former != login
        && let Some(found) = store::account::find_by_login(db, tenant_id, &former.value).await?
    {
        return Ok(Some(found));
    }
    store::account::find_by_login(db, tenant_id, &login.value).await
}
