//! Everything an operator may know about one account.

use super::Operator;
use super::find_account::named;
use crate::domain::Timestamp;
use crate::domain::account::Account;
use crate::domain::audit::Event;
use crate::domain::identifier::{Identifier, LoginName};
use crate::domain::status::Status;
use crate::domain::tenant::Tenant;
use crate::recovery::Fault;
use crate::store;
use crate::store::password::Key;

/// An account and what belongs to it; never a hash.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The account.
    pub account: Account,
    /// The login name of the broker who manages it, if somebody does.
    pub broker: Option<LoginName>,
    /// The names that find it.
    pub identifiers: Vec<Identifier>,
    /// One for each of the tenant's password types, in their order.
    pub passwords: Vec<ShownPassword>,
    /// Until when nobody can recover it, if its owner said that a change was not theirs.
    pub frozen_until: Option<Timestamp>,
    /// What happened to it lately, the newest first: the last ten events of its trail.
    pub events: Vec<Event>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed, its passwords apart.
    pub updated_at: Timestamp,
}

/// How many events are shown.
const EVENTS: i64 = 10;

/// How one password of an account stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownPassword {
    /// The internal name of its type.
    pub internal_name: String,
    /// What it means at this moment.
    pub status: Status,
    /// When it last changed; `None`: there has never been one.
    pub changed_at: Option<Timestamp>,
}

/// Why there is nothing to show.
#[derive(Debug, thiserror::Error)]
pub enum ShowAccountError {
    /// No account of the tenant has that login name.
    #[error("the tenant has no account of that login")]
    Unknown,
    /// We could not tell.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for ShowAccountError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl Operator {
    /// Shows the account of a login name, in whatever case it is written.
    pub async fn show_account(
        &self,
        tenant: &Tenant,
        login: &str,
    ) -> Result<Sheet, ShowAccountError> {
        let tenant_id = tenant.tenant_id;
        let mut db = self.db.acquire().await?;
        let account = named(&mut db, tenant_id, login)
            .await?
            .ok_or(ShowAccountError::Unknown)?;
        let account_id = account.account_id;
        let (created_at, updated_at) = store::account::dates(&mut db, tenant_id, account_id)
            .await?
            .ok_or(ShowAccountError::Unknown)?;
        let now = self.clock.now();
        let mut passwords = Vec::new();
        for kind in &tenant.password_types {
            let key = Key {
                tenant_id,
                account_id,
                password_type_id: kind.password_type_id,
            };
            let stored = store::password::find(&mut db, key).await?;
            passwords.push(ShownPassword {
                internal_name: kind.spec.internal_name.clone(),
                status: stored.facts.status(now, &kind.spec.rules()),
                changed_at: store::password::changed_at(&mut db, key).await?,
            });
        }
        Ok(Sheet {
            account,
            broker: store::account::broker(&mut db, tenant_id, account_id).await?,
            identifiers: store::identifier::list(&mut db, tenant_id, account_id).await?,
            passwords,
            frozen_until: store::account::frozen_until(&mut db, tenant_id, account_id)
                .await?
                .filter(|until| *until > now),
            events: store::audit_event::list_of_account(&mut db, tenant_id, account_id, EVENTS)
                .await?,
            created_at,
            updated_at,
        })
    }
}
