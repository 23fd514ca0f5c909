//! Counting tries where there is no password to count them at, so that nobody can tell: names that nobody
//! has, and accounts without a password, block like those that have one (contracts/cyclos.md, D-10).

use sqlx::PgConnection;

use crate::domain::Timestamp;
use crate::domain::digest::{Digest, Use};
use crate::domain::id::{AccountId, TenantId};
use crate::domain::identifier::Identifier;
use crate::domain::status::{Block, Facts, Rules, Standing, Status};
use crate::recovery::attempts::count::{CONTENDED, ROUNDS};
use crate::recovery::{Fault, Recovery};
use crate::store;

/// How a name stands that nothing was tried at: like a password that nobody has typed yet.
const UNTRIED: Facts = Facts {
    standing: Standing::Set,
    set_at: None,
    disabled_at: None,
    failures: 0,
    block: Block::No,
    blocks: 0,
};

/// A try that is counted where there is no value.
pub(in crate::recovery) struct Shadowed {
    tenant_id: TenantId,
    subject: Digest,
    before: Facts,
    left: Facts,
    /// How it stood before.
    pub(in crate::recovery) status: Status,
}

/// Whose tries are counted where there is no password to count them at.
pub(in crate::recovery) enum Shadow<'a> {
    /// Somebody who is unknown.
    Unknown(&'a Identifier),
    /// An account without a password.
    Empty(AccountId),
}

impl Recovery {
    /// Gives a try its place where there is no value.
    pub(in crate::recovery) async fn take_shadow(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        rules: Rules,
        subject: &Shadow<'_>,
    ) -> Result<Shadowed, Fault> {
        let subject = self.shadow(subject);
        for _ in 0..ROUNDS {
            let tried = store::shadow_password::find(db, tenant_id, subject).await?;
            let place = self.count_shadow(db, tenant_id, rules, subject, tried);
            if let Some(place) = place.await? {
                return Ok(place);
            }
        }
        Err(CONTENDED)
    }

    /// Swaps a try in of what was read. `None`: that is not so any more.
    pub(in crate::recovery) async fn count_shadow(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        rules: Rules,
        subject: Digest,
        tried: Option<Facts>,
    ) -> Result<Option<Shadowed>, Fault> {
        let now = self.0.clock.now();
        let before = tried.unwrap_or(UNTRIED);
        let left = before.failed(now, &rules);
        let is_counted = put(db, tenant_id, subject, tried.as_ref(), &left, now).await?;
        Ok(is_counted.then(|| Shadowed {
            tenant_id,
            subject,
            before,
            left,
            status: before.status(now, &rules),
        }))
    }

    pub(in crate::recovery) fn shadow(&self, subject: &Shadow<'_>) -> Digest {
        let subject = match subject {
            Shadow::Unknown(identifier) => format!("{:?} {}", identifier.kind, identifier.value),
            Shadow::Empty(account_id) => format!("account {account_id}"),
        };
        self.0.keys.digest(Use::Limit, subject.as_bytes())
    }

    /// Closes what is counted beside the passwords.
    pub(in crate::recovery) async fn close_shadow(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        rules: &Rules,
        subject: &Shadow<'_>,
    ) -> Result<(), Fault> {
        let subject = self.shadow(subject);
        let now = self.0.clock.now();
        for _ in 0..ROUNDS {
            let tried = store::shadow_password::find(db, tenant_id, subject).await?;
            let closed = tried.unwrap_or(UNTRIED).closed(now, rules);
            if put(db, tenant_id, subject, tried.as_ref(), &closed, now).await? {
                return Ok(());
            }
        }
        Err(CONTENDED)
    }

    /// Like [`Self::withdraw`], where there is no value.
    pub(in crate::recovery) async fn withdraw_shadow(&self, place: &Shadowed) -> Result<(), Fault> {
        let &Shadowed {
            tenant_id, subject, ..
        } = place;
        // What is closed takes no tries, and so there is none to take back.
        if place.before == place.left {
            return Ok(());
        }
        let now = self.0.clock.now();
        let mut db = self.0.db.acquire().await?;
        let mut found = place.left;
        for _ in 0..ROUNDS {
            let to = found.withdrawn(&place.before, &place.left);
            if put(&mut db, tenant_id, subject, Some(&found), &to, now).await? {
                return Ok(());
            }
            match store::shadow_password::find(&mut db, tenant_id, subject).await? {
                Some(facts) => found = facts,
                // It was forgotten, and this try with it.
                None => return Ok(()),
            }
        }
        Err(CONTENDED)
    }
}

/// Puts what was tried at a name in the place of what was read of it, if that is so still.
async fn put(
    db: &mut PgConnection,
    tenant_id: TenantId,
    subject: Digest,
    from: Option<&Facts>,
    to: &Facts,
    now: Timestamp,
) -> sqlx::Result<bool> {
    match from {
        Some(from) => store::shadow_password::swap(db, tenant_id, subject, from, to, now).await,
        None => store::shadow_password::insert(db, tenant_id, subject, to, now).await,
    }
}
