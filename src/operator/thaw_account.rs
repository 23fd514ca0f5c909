//! Letting an account be recovered again.

use serde_json::json;

use super::Operator;
use super::audit::Action;
use crate::domain::identifier::LoginName;
use crate::domain::tenant::Tenant;
use crate::recovery::Fault;
use crate::store;

/// Why nothing was thawed.
#[derive(Debug, thiserror::Error)]
pub enum ThawAccountError {
    /// No account of the tenant has that login name.
    #[error("the tenant has no account of that login")]
    Unknown,
    /// We could not.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for ThawAccountError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl Operator {
    /// Ends the freeze that somebody put on an account by saying that a change was not theirs. One
    /// that is not frozen is left as it is.
    pub async fn thaw_account(&self, tenant: &Tenant, login: &str) -> Result<(), ThawAccountError> {
        let login = LoginName::parse(login).map_err(|_| ThawAccountError::Unknown)?;
        let (tenant_id, now) = (tenant.tenant_id, self.clock.now());
        let mut tx = self.db.begin().await?;
        let found = store::account::find_by_login(&mut tx, tenant_id, &login.key().value).await?;
        let account = found.ok_or(ThawAccountError::Unknown)?;
        let account_id = account.account_id;
        store::account::lock(&mut tx, tenant_id, account_id).await?;
        if store::account::frozen_until(&mut tx, tenant_id, account_id)
            .await?
            .is_some()
        {
            store::account::freeze(&mut tx, tenant_id, account_id, None, now).await?;
            let detail = json!({ "account_id": account_id });
            self.record(&mut tx, tenant_id, Action::AccountThawed, detail, now)
                .await?;
        }
        Ok(tx.commit().await?)
    }
}
