//! Finding whom a text names.

use sqlx::PgConnection;

use super::Accounts;
use crate::domain::account::{Account, UserType};
use crate::domain::id::TenantId;
use crate::domain::identifier::Kind;
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

    /// The account that a text names, where the request says of which user type: an `EzsignUser`'s
    /// address identifies it among its own (contracts/sspr.md, section 2). Whether an account that
    /// was found by another name is of that type is for the caller to ask.
    pub(in crate::recovery) async fn find_user_of(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        user: &User,
        user_type: Option<UserType>,
    ) -> Result<Option<Account>, Fault> {
        if let (User::Named(names), Some(UserType::EzsignUser)) = (user, user_type)
            && let Some(email) = names.iter().find(|name| name.kind == Kind::Email)
        {
            let value = &email.value;
            let found = store::identifier::find_ezsign_user(db, tenant_id, value).await?;
            return match found {
                Some(account_id) => Ok(store::account::find(db, tenant_id, account_id).await?),
                None => Ok(None),
            };
        }
        self.find_user(db, tenant_id, user).await
    }
}
