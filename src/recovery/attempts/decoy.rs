//! Counting tries where there is no password to count them at, so that nobody can tell: names that nobody
//! has, and accounts without a password, block like those that have one (contracts/cyclos.md, D-10).

use sqlx::PgConnection;

use super::Attempts;
use super::outcome::{CONTENDED, ROUNDS};
use crate::domain::Timestamp;
use crate::domain::digest::Digest;
use crate::domain::id::TenantId;
use crate::domain::status::{Block, Facts, Rules, Standing, Status};
use crate::domain::subject::Subject;
use crate::recovery::tools::Fault;
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
pub(in crate::recovery) struct DecoyReservation {
    tenant_id: TenantId,
    subject: Digest,
    before: Facts,
    left: Facts,
    /// How it stood before.
    pub(in crate::recovery) status: Status,
}

impl Attempts {
    /// Gives a try its place where there is no value.
    pub(in crate::recovery) async fn reserve_decoy(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        rules: Rules,
        subject: Subject<'_>,
    ) -> Result<DecoyReservation, Fault> {
        let subject = subject.digest(&self.tools.keys);
        for _ in 0..ROUNDS {
            let tried = store::shadow_password::find(db, tenant_id, subject).await?;
            let place = self.count_decoy(db, tenant_id, rules, subject, tried);
            if let Some(place) = place.await? {
                return Ok(place);
            }
        }
        Err(CONTENDED)
    }

    /// Swaps a try in of what was read. `None`: that is not so any more.
    pub(in crate::recovery) async fn count_decoy(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        rules: Rules,
        subject: Digest,
        tried: Option<Facts>,
    ) -> Result<Option<DecoyReservation>, Fault> {
        let now = self.tools.clock.now();
        let before = tried.unwrap_or(UNTRIED);
        let left = before.failed(now, &rules);
        let is_counted = put(db, tenant_id, subject, tried.as_ref(), &left, now).await?;
        Ok(is_counted.then(|| DecoyReservation {
            tenant_id,
            subject,
            before,
            left,
            status: before.status(now, &rules),
        }))
    }

    /// Closes what is counted beside the passwords.
    pub(in crate::recovery) async fn close_decoy(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        rules: &Rules,
        subject: Subject<'_>,
    ) -> Result<(), Fault> {
        let subject = subject.digest(&self.tools.keys);
        let now = self.tools.clock.now();
        for _ in 0..ROUNDS {
            let tried = store::shadow_password::find(db, tenant_id, subject).await?;
            let closed = tried.unwrap_or(UNTRIED).closed(now, rules);
            if put(db, tenant_id, subject, tried.as_ref(), &closed, now).await? {
                return Ok(());
            }
        }
        Err(CONTENDED)
    }

    /// Like [`Self::release`], where there is no value.
    pub(in crate::recovery) async fn release_decoy(
        &self,
        place: &DecoyReservation,
    ) -> Result<(), Fault> {
        let &DecoyReservation {
            tenant_id, subject, ..
        } = place;
        // What is closed takes no tries, and so there is none to take back.
        if place.before == place.left {
            return Ok(());
        }
        let now = self.tools.clock.now();
        let mut db = self.tools.db.acquire().await?;
        let mut found = place.left;
        for _ in 0..ROUNDS {
            let to = found.released(&place.before, &place.left);
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
