//! How long the audit trail is kept, and the addresses in it.

use sqlx::PgConnection;
use time::Duration;

use super::{Fault, Recovery};
use crate::domain::Timestamp;
use crate::domain::audit::{Chain, Point};
use crate::domain::digest::Signed;
use crate::domain::id::{EventId, TenantId};
use crate::store;
use crate::store::audit_seal::Seal;

/// How long what is recorded is kept: the `[retention]` of the server file.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Network addresses.
    pub addresses: Duration,
    /// Whole events.
    pub audit: Duration,
}

/// How many events one transaction works on at most, so that none holds locks for long.
const BATCH: i64 = 1_000;

/// What age does to events.
#[derive(Clone, Copy)]
enum Due {
    Clear,
    Forget,
}

impl Recovery {
    /// Clears addresses and forgets events that have been kept for long enough, in small batches.
    /// Only ever the oldest, as the chain counts them. Returns how many events were worked on. A chain
    /// that is not whole is left as evidence.
    pub async fn retain(&self) -> Result<u64, Fault> {
        let (mut done, mut tenant, mut broken) = (0, None, Ok(()));
        loop {
            let next = {
                let mut db = self.0.db.acquire().await?;
                store::audit_chain::next_tenant(&mut db, tenant).await?
            };
            let Some(tenant_id) = next else {
                return broken.map(|()| done);
            };
            tenant = next;
            for due in [Due::Forget, Due::Clear] {
                match self.retain_tenant(tenant_id, due).await {
                    Ok(worked_on) => done += worked_on,
                    Err(fault) => broken = Err(fault),
                }
            }
        }
    }

    async fn retain_tenant(&self, tenant_id: TenantId, due: Due) -> Result<u64, Fault> {
        let mut done = 0;
        loop {
            match self.retain_batch(tenant_id, due).await? {
                0 => return Ok(done),
                batch => done += batch,
            }
        }
    }

    async fn retain_batch(&self, tenant_id: TenantId, due: Due) -> Result<u64, Fault> {
        let mut tx = self.0.db.begin().await?;
        let done = self.retain_some(&mut tx, tenant_id, due).await;
        match done {
            Ok(_) => tx.commit().await?,
            Err(_) => tx.rollback().await?,
        }
        done
    }

    async fn retain_some(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        due: Due,
    ) -> Result<u64, Fault> {
        let now = self.0.clock.now();
        let Some(mut chain) = self.take_chain(db, tenant_id).await? else {
            return Ok(0);
        };
        let (after, kept) = match due {
            Due::Clear => (
                chain.erased_seq.max(chain.anchor.seq),
                self.0.retention.addresses,
            ),
            Due::Forget => (chain.anchor.seq, self.0.retention.audit),
        };
        let seals = store::audit_seal::list_ages(db, tenant_id, after, BATCH).await?;
        let old = old(seals, now - kept);
        let Some(last) = old.last() else {
            self.renew_mark(db, &mut chain).await?;
            return Ok(0);
        };
        let last = Point {
            seq: last.seq,
            digest: Some(last.digest),
        };
        let ids: Vec<EventId> = old.iter().map(|seal| seal.event_id).collect();
        match due {
            Due::Clear => {
                chain.erased_seq = last.seq;
                self.save(db, &mut chain).await?;
                store::audit_event::clear_addresses(db, tenant_id, &ids).await?;
            }
            Due::Forget => {
                chain.anchor = last;
                self.save(db, &mut chain).await?;
                // The table lets go of what is before the anchor, as long as the seals say so.
                store::audit_event::forget(db, tenant_id, &ids).await?;
                let seqs: Vec<i64> = old.iter().map(|seal| seal.seq).collect();
                store::audit_seal::forget(db, tenant_id, &seqs).await?;
                tracing::info!(%tenant_id, through = last.seq, "forgot old audit events");
            }
        }
        Ok(ids.len() as u64)
    }

    /// Signs a chain's ends with the newest key, so that an older one can go although nothing
    /// happens in this tenant.
    async fn renew_mark(&self, db: &mut PgConnection, chain: &mut Chain) -> Result<(), Fault> {
        let named = |mark: &Signed| self.0.keys.is_newest(mark);
        match &chain.mark {
            Some(mark) if !named(mark) => self.save(db, chain).await,
            Some(_) | None => Ok(()),
        }
    }

    async fn save(&self, db: &mut PgConnection, chain: &mut Chain) -> Result<(), Fault> {
        chain.sign(&self.0.keys);
        Ok(store::audit_chain::save(db, chain).await?)
    }
}

/// The first seals, up to one whose event is not as old. An event that is missing was removed by
/// somebody else, and holds nothing up.
fn old(seals: Vec<(Seal, Option<Timestamp>)>, before: Timestamp) -> Vec<Seal> {
    let is_old = |(_, at): &(Seal, Option<Timestamp>)| at.is_none_or(|at| at < before);
    let old = seals.into_iter().take_while(is_old);
    old.map(|(seal, _)| seal).collect()
}
