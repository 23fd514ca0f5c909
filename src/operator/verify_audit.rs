//! Finding out whether a tenant's audit trail is what was recorded.

use sqlx::PgConnection;
use time::Duration;

use super::Operator;
use super::audit_findings::{Finding, Wrong};
use crate::domain::audit::{Broken, Chain, Event, Point, Seal};
use crate::domain::digest::Checked;
use crate::domain::tenant::Tenant;
use crate::recovery::Fault;
use crate::store;

/// How many seals are read at once.
const PAGE: i64 = 1_000;
/// How long an event may wait for its seal. Usually it is a second.
const PATIENCE: Duration = Duration::minutes(10);
/// How much later than its event a seal may be before it is counted as late.
const LATE: Duration = Duration::HOUR;

/// A trail that is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many events are in the chain.
    pub events: u64,
    /// The last event that was forgotten as retention says; the chain begins after it.
    pub anchor: Point,
    /// Where the chain ends.
    pub head: Point,
    /// How many events were sealed more than an hour after they happened: no worker ran, or a part
    /// of the chain was made anew.
    pub late: u64,
}

/// Why a trail is not known to be whole.
#[derive(Debug, thiserror::Error)]
pub enum VerifyAuditError {
    /// It is not.
    #[error("{0}")]
    Found(Finding),
    /// We could not tell.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for VerifyAuditError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<Finding> for VerifyAuditError {
    fn from(finding: Finding) -> Self {
        Self::Found(finding)
    }
}

impl Operator {
    /// Walks a tenant's chain from its beginning to its end, and stops at the first thing that is
    /// wrong. `noted`: a head that was noted earlier, which the chain must go through. All of it is one view
    /// of the database, so events that come meanwhile do not matter.
    pub async fn verify_audit(
        &self,
        tenant: &Tenant,
        noted: Option<Point>,
    ) -> Result<Verified, VerifyAuditError> {
        let tenant_id = tenant.tenant_id;
        let mut tx = self
            .db
            .begin_with("begin isolation level repeatable read read only")
            .await?;
        let db: &mut PgConnection = &mut tx;
        let chain = store::audit_chain::find(db, tenant_id).await?;
        let chain = chain.unwrap_or(Chain {
            tenant_id,
            head: Point::default(),
            anchor: Point::default(),
            erased_seq: 0,
            adopts_until: None,
            mark: None,
        });
        let ends = Finding::at(None, Wrong::Ends);
        proven(chain.check(&self.keys), ends)?;
        let mut walk = Walk {
            chain,
            noted,
            at: chain.anchor,
            events: 0,
            late: 0,
        };
        walk.passes(chain.anchor)?;
        loop {
            let page = store::audit_seal::list(db, tenant_id, walk.at.seq, PAGE).await?;
            if page.is_empty() {
                break;
            }
            for (seal, event) in &page {
                self.step(&mut walk, seal, event.as_ref())?;
            }
        }
        walk.end()?;
        self.check_rest(db, &chain).await?;
        Ok(Verified {
            events: walk.events,
            anchor: chain.anchor,
            head: chain.head,
            late: walk.late,
        })
    }

    fn step(&self, walk: &mut Walk, seal: &Seal, event: Option<&Event>) -> Result<(), Finding> {
        let (chain, before) = (walk.chain, walk.at);
        let next = chain.follow(&before, (seal, event), &self.keys, |_, _| false);
        next.map_err(|broken| {
            let is_there = broken != Broken::SealMissing;
            let id = is_there.then_some(seal.event_id);
            Finding::after(&before, id, broken.into())
        })?;
        walk.events += 1;
        let is_late = |event: &Event| seal.sealed_at - event.at > LATE;
        walk.late += u64::from(event.is_some_and(is_late));
        walk.at = seal.point();
        walk.passes(walk.at)
    }

    /// Looks at the events outside the chain: there are to be none but new ones that wait.
    async fn check_rest(
        &self,
        db: &mut PgConnection,
        chain: &Chain,
    ) -> Result<(), VerifyAuditError> {
        let tenant_id = chain.tenant_id;
        if let Some(stray) = store::audit_event::find_stray(db, tenant_id).await? {
            return Err(Finding::at(Some(stray), Wrong::EventExtra).into());
        }
        if let Some(gone) = store::audit_unsealed::find_gone(db, tenant_id).await? {
            return Err(Finding::at(Some(gone), Wrong::EventMissing).into());
        }
        let (now, mut after) = (self.clock.now(), None);
        // What the first seals will prove, nothing does yet.
        let adopts = chain.is_new() || chain.adopts(now);
        loop {
            let page = store::audit_event::list_unsealed(db, tenant_id, after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = Some(last.event_id);
            for event in &page {
                let found = |wrong| Finding::at(Some(event.event_id), wrong);
                if now - event.at > PATIENCE {
                    return Err(found(Wrong::Unsealed).into());
                }
                if event.digest.is_some() || !adopts {
                    proven(event.check(&self.keys), found(Wrong::Edited))?;
                }
            }
        }
    }
}

/// How far the walk along a chain has come.
struct Walk {
    chain: Chain,
    noted: Option<Point>,
    at: Point,
    events: u64,
    late: u64,
}

impl Walk {
    /// Compares a place with the head that was noted.
    fn passes(&self, point: Point) -> Result<(), Finding> {
        let found = |wrong| Finding {
            seq: Some(point.seq),
            event_id: None,
            wrong,
        };
        match self.noted {
            Some(noted) if noted.seq == point.seq && noted.digest != point.digest => {
                Err(found(Wrong::OtherHead))
            }
            Some(noted) if noted.seq < self.chain.anchor.seq => Err(found(Wrong::HeadForgotten)),
            Some(_) | None => Ok(()),
        }
    }

    /// Compares the last place with where the chain is to end.
    fn end(&self) -> Result<(), Finding> {
        let is_noted_later = self.noted.is_some_and(|noted| noted.seq > self.at.seq);
        if self.at != self.chain.head || is_noted_later {
            return Err(Finding::after(&self.at, None, Wrong::Truncated));
        }
        Ok(())
    }
}

/// What a check proves, else what was found.
fn proven(checked: Checked, otherwise: Finding) -> Result<(), Finding> {
    match checked {
        Checked::Good => Ok(()),
        Checked::Wrong => Err(otherwise),
        Checked::UnknownKey => Err(Finding {
            wrong: Wrong::UnknownKey,
            ..otherwise
        }),
    }
}
