//! Proving who somebody is by a name and the access password.

use std::time::Duration;

use sqlx::PgConnection;
use tokio::time::timeout;

use super::audit::{Action as Audited, Entry};
use super::confirm::closing;
use super::tries::{Shadow, Tried};
use super::{Fault, Origin, Recovery, Refused};
use crate::domain::Timestamp;
use crate::domain::account::{Account, AccountStatus};
use crate::domain::digest::Use;
use crate::domain::id::AccountId;
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

/// How long a try waits for those before it at the same name.
const PATIENCE: Duration = Duration::from_secs(20);

impl Recovery {
    /// Finds whom the first of `names` that leads anywhere leads to, and tries their access
    /// password. An unknown name costs what a wrong password costs, and blocks as one blocks.
    ///
    /// Once begun it is seen through, so that hanging up early tells no name from another.
    pub(super) async fn prove(
        &self,
        tenant: &Tenant,
        names: &[Identifier],
        password: &Password,
        origin: &Origin,
    ) -> Result<Proven, SignInError> {
        self.admit_sign_in(tenant.tenant_id, origin).await?;
        let (this, tenant, origin) = (self.clone(), tenant.clone(), origin.clone());
        let (names, password) = (names.to_vec(), password.clone());
        self.see_through(async move {
            this.prove_to_the_end(&tenant, &names, &password, &origin)
                .await
        })
        .await
    }

    async fn prove_to_the_end(
        &self,
        tenant: &Tenant,
        names: &[Identifier],
        password: &Password,
        origin: &Origin,
    ) -> Result<Proven, SignInError> {
        let tenant_id = tenant.tenant_id;
        let kind = Self::access_type(tenant)?;
        let rules = kind.spec.rules();
        // A client that calls several times at once with the right password must not run into the
        // count of tries that are not evaluated yet: one name is tried once at a time here, whether
        // or not anybody has it.
        let place = format!("{tenant_id} {:?}", names.last());
        let place = self.0.keys.digest(Use::Limit, place.as_bytes());
        let turn = timeout(PATIENCE, self.0.turnstile.pass(place)).await;
        let _turn = turn.map_err(|_| Fault::Busy {
            retry_after: Duration::from_secs(1),
        })?;
        let found = {
            let mut db = self.0.db.acquire().await?;
            store::account::find_by_any(&mut db, tenant_id, names).await?
        };
        let Some(account) = found else {
            // The most particular reading stands for the text: two spellings of one number count
            // together, as they do where they lead to somebody.
            let Some(name) = names.last() else {
                return Err(SignInError::Wrong);
            };
            // Counted only where there was time for it, as a try at a password is.
            self.0.hasher.verify_nobody(password).await?;
            let status = self
                .try_nothing(tenant_id, &rules, &Shadow::Unknown(name))
                .await?;
            self.note_failure(tenant, None, "unknown identifier", origin)
                .await?;
            return Err(blocked_or_wrong(status));
        };
        let key = Key {
            tenant_id,
            account_id: account.account_id,
            password_type_id: kind.password_type_id,
        };
        let tried = self.try_strangers_password(kind, key, password).await?;
        // In the line that is written in any case: an unknown name costs as many.
        let detail = closing(kind, &tried);
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
            (
                Tried::Wrong {
                    from: Status::Disabled,
                    ..
                },
                _,
            ) => {
                let subject = Shadow::Empty(account.account_id);
                let status = self.try_nothing(tenant_id, &rules, &subject).await?;
                (blocked_or_wrong(status), "wrong password")
            }
            (Tried::Wrong { .. }, _) => (SignInError::Wrong, "wrong password"),
            (Tried::Nothing { status }, _) => (blocked_or_wrong(status), "closed"),
            (Tried::Closed { status }, _) => {
                let status = match status {
                    // That it is disabled is told to whoever knows it; to others it blocks like
                    // a name that nobody has (contracts/cyclos.md, D-10).
                    Status::NeverCreated | Status::Pending | Status::Disabled => {
                        let subject = Shadow::Empty(account.account_id);
                        self.try_nothing(tenant_id, &rules, &subject).await?
                    }
                    Status::Active
                    | Status::Expired
                    | Status::Reset
                    | Status::TemporarilyBlocked { .. }
                    | Status::IndefinitelyBlocked => status,
                };
                (blocked_or_wrong(status), "closed")
            }
        };
        let entry = Entry::new(Audited::SignedIn, outcome, Some(origin))
            .of(account.account_id)
            .with(detail);
        let mut db = self.0.db.acquire().await?;
        self.record(&mut db, tenant_id, entry).await?;
        Err(error)
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
        outcome: &'static str,
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
