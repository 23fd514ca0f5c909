//! Finding whom a text names.

use sqlx::PgConnection;

use super::{Fault, Origin, Recovery, Refused};
use crate::domain::account::Account;
use crate::domain::id::TenantId;
use crate::domain::user::User;
use crate::store;

impl Recovery {
    /// The account that a text names, if it names one.
    pub(super) async fn find_user(
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

    /// Counts a recovery request against the name in it, whether or not anybody has that name. The
    /// most particular reading is what other dialects count too.
    pub(super) async fn admit_user(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        user: &User,
        origin: &Origin,
    ) -> Result<(), Refused> {
        match user {
            User::Number(id) => {
                let subject = format!("{id:?}");
                self.admit_subject(db, tenant_id, &subject, origin).await
            }
            User::Named(names) => match names.last() {
                Some(name) => self.admit_identifier(db, tenant_id, name, origin).await,
                None => Ok(()),
            },
        }
    }
}
