//! Proving who somebody is by a name and the access password.

use std::sync::Arc;
use std::time::Duration;

use sqlx::Postgres;
use sqlx::pool::PoolConnection;
use tokio::sync::MutexGuard;
use tokio::time::timeout;

use super::SignIn;
use super::error::SignInError;
use super::proof::{Authenticated, Verified};
use crate::domain::account::Account;
use crate::domain::digest::Use;
use crate::domain::id::{AccountId, TenantId};
use crate::domain::identifier::{Identifier, Kind};
use crate::domain::password::Password;
use crate::domain::status::Status;
use crate::domain::subject::Subject;
use crate::domain::tenant::Tenant;
use crate::recovery::accounts::access_type;
use crate::recovery::attempts::{CONTENDED, Evaluation, Outcome, Reserved, closing};
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::tools::{Fault, Origin};
use crate::store;
use crate::store::password::Key;

/// How long an attempt waits for those before it at the same name.
const PATIENCE: Duration = Duration::from_secs(20);

impl SignIn {
    /// Finds whom the first of `names` that leads anywhere leads to, and verifies their access
    /// password. An unknown name costs what a wrong password costs, and blocks as one blocks.
    ///
    /// Once begun it is run to completion, so that hanging up early tells no name from another.
    pub(in crate::recovery) async fn authenticate(
        self: &Arc<Self>,
        tenant: &Tenant,
        names: &[Identifier],
        password: &Password,
        origin: &Origin,
    ) -> Result<Authenticated, SignInError> {
        let db = self.limits.admit_sign_in(tenant.tenant_id, origin).await?;
        let (this, tenant, origin) = (Arc::clone(self), tenant.clone(), origin.clone());
        let (names, password) = (names.to_vec(), password.clone());
        self.tools
            .run_to_completion(async move {
                let verified = this
                    .verify_password(&tenant, &names, &password, &origin, db)
                    .await?;
                // Whoever is to give a second password may be refused yet.
                if tenant.secondary_type().is_none()
                    && let Some((status, value)) = this.complete_at_once(&verified, &origin).await?
                {
                    return Ok(verified.authenticated(status, value, true));
                }
                this.complete(&tenant, verified, &password, &origin).await
            })
            .await
    }

    /// The first half of [`Self::authenticate`], up to the hash and, unless the password is right, the line that
    /// is written down. To be run to completion. What comes before the hash is done on `db`.
    pub(in crate::recovery) async fn verify_password(
        &self,
        tenant: &Tenant,
        names: &[Identifier],
        password: &Password,
        origin: &Origin,
        db: PoolConnection<Postgres>,
    ) -> Result<Verified<'_>, SignInError> {
        let tenant_id = tenant.tenant_id;
        let kind = access_type(tenant)?;
        let rules = kind.spec.rules();
        let (lock, mut db) = self.lock_name(tenant_id, names, db).await?;
        let Some(account) = store::account::find_by_any(&mut db, tenant_id, names).await? else {
            // The most particular reading stands for the text: two spellings of one number count
            // together, as they do where they lead to somebody.
            let name = names.last().ok_or(SignInError::Wrong)?;
            let stranger = self.attempts.stranger(Subject::Name(name), password);
            let reservation = self
                .attempts
                .reserve_decoy(&mut db, tenant_id, rules, stranger)
                .await?;
            drop(db);
            let status = reservation.status;
            self.attempts
                .evaluate(Reserved::Decoy(reservation), password)
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
        let account_itself = Subject::Account(account.account_id);
        let stranger = self.attempts.stranger(account_itself, password);
        let reserved = self
            .attempts
            .reserve(&mut db, rules, key, Some(stranger))
            .await?;
        drop(db);
        let evaluated = match self.attempts.evaluate(reserved, password).await? {
            Evaluation::Right(reservation) => {
                return Ok(Verified {
                    principal: kind_of(&account, names),
                    account,
                    reservation,
                    _lock: lock,
                });
            }
            Evaluation::Other(outcome) => outcome,
        };
        let mut db = self.tools.db.acquire().await?;
        let (error, outcome) = match &evaluated {
            Outcome::Wrong {
                from: Status::Disabled,
                ..
            } => {
                let reservation = self
                    .attempts
                    .reserve_decoy(&mut db, tenant_id, rules, stranger)
                    .await?;
                (blocked_or_wrong(reservation.status), "wrong password")
            }
            Outcome::Right { .. } | Outcome::Wrong { .. } => (SignInError::Wrong, "wrong password"),
            Outcome::Nothing { status } => (blocked_or_wrong(*status), "closed"),
            Outcome::Closed { status } => {
                let status = match status {
                    // That it is disabled is told to whoever knows it; to others it blocks like
                    // a name that nobody has (contracts/cyclos.md, D-10).
                    Status::NeverCreated | Status::Pending | Status::Disabled => {
                        let reservation = self
                            .attempts
                            .reserve_decoy(&mut db, tenant_id, rules, stranger)
                            .await?;
                        reservation.status
                    }
                    Status::Active
                    | Status::Expired
                    | Status::Reset
                    | Status::TemporarilyBlocked { .. }
                    | Status::IndefinitelyBlocked => *status,
                };
                (blocked_or_wrong(status), "closed")
            }
        };
        // In the line that is written in any case: an unknown name costs as many.
        let entry = Entry::new(AuditAction::SignedIn, outcome, Some(origin))
            .of(account.account_id)
            .with(closing(kind, &evaluated));
        self.audit.record(&mut db, tenant_id, entry).await?;
        Err(error)
    }

    /// Takes the lock of a name, with no connection in hand while it waits.
    ///
    /// A client that calls several times at once with the right password must not run into the count of
    /// attempts that are not evaluated yet: at one name there is one attempt at a time here, whether or not
    /// anybody has it.
    async fn lock_name(
        &self,
        tenant_id: TenantId,
        names: &[Identifier],
        db: PoolConnection<Postgres>,
    ) -> Result<(MutexGuard<'_, ()>, PoolConnection<Postgres>), Fault> {
        let name = format!("{tenant_id} {:?}", names.last());
        let digest = self.tools.keys.digest(Use::Limit, name.as_bytes());
        if let Some(lock) = self.tools.locks.try_lock(digest) {
            return Ok((lock, db));
        }
        drop(db);
        let lock = timeout(PATIENCE, self.tools.locks.lock(digest)).await;
        let lock = lock.map_err(|_| CONTENDED)?;
        Ok((lock, self.tools.db.acquire().await?))
    }

    pub(in crate::recovery) async fn note_failure(
        &self,
        tenant: &Tenant,
        account_id: Option<AccountId>,
        outcome: &'static str,
        origin: &Origin,
    ) -> Result<(), Fault> {
        let entry = Entry::new(AuditAction::SignedIn, outcome, Some(origin));
        let entry = Entry {
            account_id,
            ..entry
        };
        let mut db = self.tools.db.acquire().await?;
        self.audit.record(&mut db, tenant.tenant_id, entry).await
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
