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

/// How long a try waits for those before it at the same name.
const PATIENCE: Duration = Duration::from_secs(20);

impl SignIn {
    /// Finds whom the first of `names` that leads anywhere leads to, and tries their access
    /// password. An unknown name costs what a wrong password costs, and blocks as one blocks.
    ///
    /// Once begun it is seen through, so that hanging up early tells no name from another.
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
                let shown = this.show(&tenant, &names, &password, &origin, db).await?;
                // Whoever is to give a second password may be refused yet.
                if tenant.secondary_type().is_none()
                    && let Some((status, value)) = this.complete_at_once(&shown, &origin).await?
                {
                    return Ok(shown.authenticated(status, value, true));
                }
                this.complete(&tenant, shown, &password, &origin).await
            })
            .await
    }

    /// The first half of [`Self::authenticate`], up to the hash and, unless the password is right, the line that
    /// is written down. To be seen through. What comes before the hash is done on `db`.
    pub(in crate::recovery) async fn show(
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
        let (turn, mut db) = self.turn(tenant_id, names, db).await?;
        let Some(account) = store::account::find_by_any(&mut db, tenant_id, names).await? else {
            // The most particular reading stands for the text: two spellings of one number count
            // together, as they do where they lead to somebody.
            let name = names.last().ok_or(SignInError::Wrong)?;
            let subject = Subject::Name(name);
            let place = self
                .attempts
                .reserve_decoy(&mut db, tenant_id, rules, subject)
                .await?;
            drop(db);
            let status = place.status;
            self.attempts
                .evaluate(Reserved::Shadow(place), password)
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
        let empty = Subject::Account(account.account_id);
        let subject = empty.digest(&self.tools.keys);
        let place = self
            .attempts
            .reserve(&mut db, rules, key, Some(subject))
            .await?;
        drop(db);
        let tried = match self.attempts.evaluate(place, password).await? {
            Evaluation::Right(count) => {
                return Ok(Verified {
                    principal: kind_of(&account, names),
                    account,
                    count,
                    _turn: turn,
                });
            }
            Evaluation::Other(tried) => tried,
        };
        let mut db = self.tools.db.acquire().await?;
        let (error, outcome) = match &tried {
            Outcome::Wrong {
                from: Status::Disabled,
                ..
            } => {
                let place = self
                    .attempts
                    .reserve_decoy(&mut db, tenant_id, rules, empty)
                    .await?;
                (blocked_or_wrong(place.status), "wrong password")
            }
            Outcome::Right { .. } | Outcome::Wrong { .. } => (SignInError::Wrong, "wrong password"),
            Outcome::Nothing { status } => (blocked_or_wrong(*status), "closed"),
            Outcome::Closed { status } => {
                let status = match status {
                    // That it is disabled is told to whoever knows it; to others it blocks like
                    // a name that nobody has (contracts/cyclos.md, D-10).
                    Status::NeverCreated | Status::Pending | Status::Disabled => {
                        let place = self
                            .attempts
                            .reserve_decoy(&mut db, tenant_id, rules, empty)
                            .await?;
                        place.status
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
            .with(closing(kind, &tried));
        self.audit.record(&mut db, tenant_id, entry).await?;
        Err(error)
    }

    /// Waits for its turn at a name, with no connection in hand while it waits.
    ///
    /// A client that calls several times at once with the right password must not run into the count of
    /// tries that are not evaluated yet: one name is tried once at a time here, whether or not anybody has
    /// it.
    async fn turn(
        &self,
        tenant_id: TenantId,
        names: &[Identifier],
        db: PoolConnection<Postgres>,
    ) -> Result<(MutexGuard<'_, ()>, PoolConnection<Postgres>), Fault> {
        let place = format!("{tenant_id} {:?}", names.last());
        let place = self.tools.keys.digest(Use::Limit, place.as_bytes());
        if let Some(turn) = self.tools.locks.try_lock(place) {
            return Ok((turn, db));
        }
        drop(db);
        let turn = timeout(PATIENCE, self.tools.locks.lock(place)).await;
        let turn = turn.map_err(|_| CONTENDED)?;
        Ok((turn, self.tools.db.acquire().await?))
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
