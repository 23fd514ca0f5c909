//! Finding whom a text names.

use sqlx::PgConnection;

use crate::domain::account::Account;
use crate::domain::digest::Digest;
use crate::domain::id::TenantId;
use crate::domain::user::User;
use crate::recovery::{Fault, Recovery};
use crate::store;

impl Recovery {
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

    /// What recovery requests are counted under that name somebody like this, whether or not anybody
    /// has that name. The most particular reading is what other dialects count too.
    pub(in crate::recovery) fn subject_of_user(&self, user: &User) -> Option<Digest> {
        match user {
            User::Number(id) => Some(self.subject(&format!("{id:?}"))),
            User::Named(names) => names.last().map(|name| self.subject_of(name)),
        }
    }
}
