//! Finding whom a text names.

use sqlx::PgConnection;

use super::Accounts;
use crate::domain::account::Account;
use crate::domain::id::TenantId;
use crate::domain::user::User;
use crate::recovery::tools::Fault;
use crate::store;

impl Accounts {
    /// The account that a text names, if it names one.
    pub(in crate::recovery) async fn find_user(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        user: &User,
    ) -> Result<Option<Account>, Fault> {
        Ok(match user {
            User::Number(None) => None,
            User::Number(Some(id)) => store::account::find(db, tenant_id, *id).await?,
            User::Named(names) => store::account::find_by_any(db, tenant_id, names).await?,
        })
    }
}
