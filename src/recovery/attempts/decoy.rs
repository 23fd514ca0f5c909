//! Counting attempts where there is no password to count them at, so that nobody can tell: names that nobody
//! has, and accounts without a password, block like those that have one (contracts/cyclos.md, D-10).

use sqlx::PgConnection;

use super::Attempts;
use super::outcome::{CONTENDED, ROUNDS};
use super::reserve::Stranger;
use crate::domain::Timestamp;
use crate::domain::digest::Digest;
use crate::domain::id::TenantId;
use crate::domain::repeat::{self, Recent, Typed};
use crate::domain::status::{Block, Facts, Rules, Standing, Status};
use crate::domain::subject::Subject;
use crate::recovery::tools::Fault;
use crate::store;
use crate::store::password_try::Counted;

/// How a name stands that had no attempt: like a password that nobody has typed yet.
const UNTRIED: Facts = Facts {
    standing: Standing::Set,
    set_at: None,
    disabled_at: None,
    failures: 0,
    block: Block::No,
    blocks: 0,
};

/// An attempt that is counted by a decoy, since there is no value.
pub(in crate::recovery) struct DecoyReservation {
    tenant_id: TenantId,
    stranger: Stranger,
    before: Facts,
    left: Counted,
    /// How it stood before.
    pub(in crate::recovery) status: Status,
}

impl Attempts {
    /// Counts an attempt by a decoy, before it is evaluated.
    pub(in crate::recovery) async fn reserve_decoy(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        rules: Rules,
        stranger: Stranger,
    ) -> Result<DecoyReservation, Fault> {
        for _ in 0..ROUNDS {
            let counted = store::shadow_password::find(db, tenant_id, stranger.subject).await?;
            let reservation = self.count_decoy(db, tenant_id, rules, stranger, counted);
            if let Some(reservation) = reservation.await? {
                return Ok(reservation);
            }
        }
        Err(CONTENDED)
    }

    /// Swaps in the count of one more attempt for what was read. `None`: that is not so any more.
    pub(in crate::recovery) async fn count_decoy(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        rules: Rules,
        stranger: Stranger,
        counted: Option<Counted>,
    ) -> Result<Option<DecoyReservation>, Fault> {
        let now = self.tools.clock.now();
        let Stranger { subject, mark } = stranger;
        let typed = Typed {
            mark,
            is_young: repeat::passes_for_young(subject, now),
        };
        let recent = counted.as_ref().map(|counted| counted.recent.clone());
        let before = counted.as_ref().map_or(UNTRIED, |counted| counted.facts);
        let recent = recent.unwrap_or_default();
        let (facts, recent) = repeat::counted(&before, &recent, Some(typed), now, &rules);
        let left = Counted { facts, recent };
        let is_counted = put(db, tenant_id, subject, counted.as_ref(), &left, now).await?;
        Ok(is_counted.then(|| DecoyReservation {
            tenant_id,
            stranger,
            before,
            left,
            status: before.status(now, &rules),
        }))
    }

    /// Closes the decoy of a subject.
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
            let counted = store::shadow_password::find(db, tenant_id, subject).await?;
            let before = counted.as_ref().map_or(UNTRIED, |counted| counted.facts);
            let closed = Counted {
                facts: before.closed(now, rules),
                recent: Recent::default(),
            };
            if put(db, tenant_id, subject, counted.as_ref(), &closed, now).await? {
                return Ok(());
            }
        }
        Err(CONTENDED)
    }

    /// Like [`Self::release`], where there is no value.
    pub(in crate::recovery) async fn release_decoy(
        &self,
        reservation: &DecoyReservation,
    ) -> Result<(), Fault> {
        let &DecoyReservation {
            tenant_id,
            stranger: Stranger { subject, mark },
            ..
        } = reservation;
        let (before, left) = (&reservation.before, &reservation.left);
        // What is closed takes no attempts, and so there is none to release. What is repeated was not counted.
        if *before == left.facts {
            return Ok(());
        }
        let now = self.tools.clock.now();
        let mut db = self.tools.db.acquire().await?;
        let mut found = left.clone();
        for _ in 0..ROUNDS {
            let (facts, recent) = repeat::released(
                (&found.facts, &found.recent),
                (before, &left.facts),
                (Some(mark), &left.recent),
            );
            let to = Counted { facts, recent };
            if put(&mut db, tenant_id, subject, Some(&found), &to, now).await? {
                return Ok(());
            }
            match store::shadow_password::find(&mut db, tenant_id, subject).await? {
                Some(counted) => found = counted,
                // It was forgotten, and this attempt with it.
                None => return Ok(()),
            }
        }
        Err(CONTENDED)
    }
}

/// Stores the count of a decoy in the place of what was read of it, if that is so still.
async fn put(
    db: &mut PgConnection,
    tenant_id: TenantId,
    subject: Digest,
    from: Option<&Counted>,
    to: &Counted,
    now: Timestamp,
) -> sqlx::Result<bool> {
    match from {
        Some(from) => store::shadow_password::swap(db, tenant_id, subject, from, to, now).await,
        None => store::shadow_password::insert(db, tenant_id, subject, to, now).await,
    }
}
