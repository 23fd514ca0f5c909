//! Proving who somebody is by a name and the access password.

use sqlx::PgConnection;

use super::audit::{Action as Audited, Entry};
use super::tries::{Shadow, Tried};
use super::{Fault, Origin, Recovery, Refused};
use crate::domain::Timestamp;
use crate::domain::account::{Account, AccountStatus};
use crate::domain::id::{AccountId, TenantId};
use crate::domain::identifier::{Identifier, Kind};
use crate::domain::limit::TooMany;
use crate::domain::password::Password;
use crate::domain::status::{Rules, Status};
use crate::domain::tenant::Tenant;
use crate::store;
use crate::store::password::Key;

/// Why nobody was signed in. How much of it is told is for each dialect to say.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown name, wrong password, or none that could be right.
    #[error("wrong credentials")]
    Wrong,
    /// Too many wrong tries, whatever was typed now; names that nobody has block alike.
    #[error("the password is blocked")]
    Blocked(Status),
    /// The password is right, and an administrator has taken it out of use.
    #[error("the password is disabled")]
    Disabled,
    /// The password is right, and the account is out of use.
    #[error("the account is not active")]
    Inactive(AccountStatus),
    /// The password is right, and the second one that is asked for does not exist.
    #[error("there is no second password")]
    NoSecondPassword,
    /// Too many tries from one address.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// We could not tell.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for SignInError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<Refused> for SignInError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::TooMany(limit) => Self::TooMany(limit),
            Refused::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// Somebody who typed the right access password of an active account.
pub(super) struct Proven {
    pub(super) account: Account,
    /// What kind of name they typed.
    pub(super) principal: Kind,
    /// Active, expired or reset.
    pub(super) status: Status,
    key: Key,
    rules: Rules,
    /// Which value it was.
    hash: String,
}

impl Recovery {
    /// Finds whom the first of `names` that leads anywhere leads to, and tries their access
    /// password. An unknown name costs what a wrong password costs, and blocks as one blocks.
    pub(super) async fn prove(
        &self,
        tenant: &Tenant,
        names: &[Identifier],
        password: &Password,
        origin: &Origin,
    ) -> Result<Proven, SignInError> {
        let tenant_id = tenant.tenant_id;
        self.admit_sign_in(tenant_id, origin).await?;
        let kind = Self::access_type(tenant)?;
        let rules = kind.spec.rules();
        let found = {
            let mut db = self.0.db.acquire().await?;
            store::account::find_by_any(&mut db, tenant_id, names).await?
        };
        let Some(account) = found else {
            // The first reading stands for the text: every text has one.
            let Some(name) = names.first() else {
                return Err(SignInError::Wrong);
            };
            let tried = self
                .try_nothing(tenant_id, &rules, &Shadow::Unknown(name))
                .await?;
            self.0.hasher.verify_nobody(password).await?;
            self.note_failure(tenant, None, "unknown identifier", origin)
                .await?;
            self.note_block(tenant_id, None, tried.closes, origin)
                .await?;
            return Err(blocked_or_wrong(tried.status));
        };
        let key = Key {
            tenant_id,
            account_id: account.account_id,
            password_type_id: kind.password_type_id,
        };
        let tried = self.try_password(kind, key, password).await?;
        let mut closes = matches!(tried, Tried::Wrong { closes: true, .. });
        let (error, outcome) = match (tried, account.status) {
            (
                Tried::Right {
                    status,
                    hash: Some(hash),
                },
                AccountStatus::Active,
            ) if status.has_value() => {
                return Ok(Proven {
                    principal: kind_of(&account, names),
                    account,
                    status,
                    key,
                    rules,
                    hash,
                });
            }
            (Tried::Right { status, .. }, _) if !status.has_value() => {
                (SignInError::Disabled, "not to be used now")
            }
            (Tried::Right { .. }, status) => (SignInError::Inactive(status), "account not active"),
            (Tried::Wrong { .. }, _) => (SignInError::Wrong, "wrong password"),
            (Tried::Closed { status }, _) => {
                let status = match status {
                    Status::NeverCreated | Status::Pending => {
                        let subject = Shadow::Empty(account.account_id);
                        let tried = self.try_nothing(tenant_id, &rules, &subject).await?;
                        closes = tried.closes;
                        tried.status
                    }
                    Status::Active
                    | Status::Expired
                    | Status::Reset
                    | Status::Disabled
                    | Status::TemporarilyBlocked { .. }
                    | Status::IndefinitelyBlocked => status,
                };
                (blocked_or_wrong(status), "closed")
            }
        };
        let account_id = Some(account.account_id);
        self.note_failure(tenant, account_id, outcome, origin)
            .await?;
        self.note_block(tenant_id, account_id, closes, origin)
            .await?;
        Err(error)
    }

    /// Writes down that a try closed a password, if it did.
    pub(super) async fn note_block(
        &self,
        tenant_id: TenantId,
        account_id: Option<AccountId>,
        closes: bool,
        origin: &Origin,
    ) -> Result<(), Fault> {
        if !closes {
            return Ok(());
        }
        let entry = Entry {
            account_id,
            ..Entry::new(Audited::PasswordBlocked, "wrong tries", Some(origin))
        };
        let mut db = self.0.db.acquire().await?;
        self.record(&mut db, tenant_id, entry).await
    }

    /// Whether what was proven still holds, under the lock that whoever disables the account or
    /// replaces its password takes: the account, its password in this status, and the same value.
    pub(super) async fn still_holds(
        &self,
        db: &mut PgConnection,
        proven: &Proven,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let Key {
            tenant_id,
            account_id,
            ..
        } = proven.key;
        let status = store::account::lock(db, tenant_id, account_id).await?;
        let password = store::password::lock(db, proven.key).await?;
        Ok(status == Some(AccountStatus::Active)
            && password.facts.status(now, &proven.rules) == proven.status
            && password.hash.as_ref() == Some(&proven.hash))
    }

    pub(super) async fn note_failure(
        &self,
        tenant: &Tenant,
        account_id: Option<AccountId>,
        outcome: &str,
        origin: &Origin,
    ) -> Result<(), Fault> {
        let entry = Entry::new(Audited::SignedIn, outcome, Some(origin));
        let entry = Entry {
            account_id,
            ..entry
        };
        let mut db = self.0.db.acquire().await?;
        self.record(&mut db, tenant.tenant_id, entry).await
    }
}

fn blocked_or_wrong(status: Status) -> SignInError {
    if status.is_blocked() {
        SignInError::Blocked(status)
    } else {
        SignInError::Wrong
    }
}

/// Which of the names found the account.
fn kind_of(account: &Account, names: &[Identifier]) -> Kind {
    let own: Vec<_> = account.names().collect();
    names
        .iter()
        .find(|name| own.contains(name))
        .map_or(Kind::Login, |name| name.kind)
}
