//! Giving events their place in the chain.
//!
//! Requests do not wait for it: they add events side by side, and one sealer per tenant puts them in
//! order a moment later. Who seals is settled by a row lock that whoever comes second does not wait
//! for, so any number of servers may try.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use sqlx::PgConnection;
use time::Duration;

use super::{Fault, Recovery};
use crate::domain::audit::{Address, Chain, Event, Point, seal_bytes};
use crate::domain::digest::{Checked, Signed, Use};
use crate::domain::id::{EventId, TenantId};
use crate::store;

/// How many events one transaction seals at most.
const BATCH: i64 = 500;
/// How long after the first seals events are still taken on that servers of the version before
/// record: they run until they are replaced.
const ADOPTS_FOR: Duration = Duration::DAY;
/// How often the head is written to the log while events come: whoever keeps the log can tell later
/// that the end of a chain is missing.
const NOTE_EVERY: Duration = Duration::HOUR;

/// The furthest heads this process has seen.
#[derive(Default)]
pub(super) struct Heads(Mutex<BTreeMap<TenantId, i64>>);

impl Heads {
    /// Whether a chain is shorter than it was.
    fn shrank(&self, chain: &Chain) -> bool {
        let heads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heads
            .get(&chain.tenant_id)
            .is_some_and(|seen| *seen > chain.head.seq)
    }

    fn see(&self, chain: &Chain) {
        let mut heads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heads.insert(chain.tenant_id, chain.head.seq);
    }
}

/// How far one pass over a tenant's events has come.
#[derive(Default)]
struct Pass {
    after: Option<EventId>,
    sealed: u64,
    refused: u64,
    is_over: bool,
}

impl Recovery {
    /// Seals the events that wait, tenant by tenant, but for tenants that somebody else is busy with.
    /// Returns how many were sealed. A chain that is not whole is left as evidence, and the
    /// others are sealed all the same.
    pub async fn seal(&self) -> Result<u64, Fault> {
        let (mut sealed, mut tenant, mut broken) = (0, None, Ok(()));
        loop {
            let next = {
                let mut db = self.0.db.acquire().await?;
                store::audit_unsealed::next_tenant(&mut db, tenant).await?
            };
            let Some(tenant_id) = next else {
                return broken.map(|()| sealed);
            };
            tenant = next;
            match self.seal_tenant(tenant_id).await {
                Ok(done) => sealed += done,
                Err(fault) => broken = Err(fault),
            }
        }
    }

    async fn seal_tenant(&self, tenant_id: TenantId) -> Result<u64, Fault> {
        let mut pass = Pass::default();
        while !pass.is_over {
            let mut tx = self.0.db.begin().await?;
            // Ended in so many words either way: whoever comes next is not to find it locked.
            match self.seal_some(&mut tx, tenant_id, &mut pass).await {
                Ok(()) => tx.commit().await?,
                Err(fault) => {
                    tx.rollback().await?;
                    return Err(fault);
                }
            }
        }
        if pass.refused > 0 {
            let refused = pass.refused;
            let what = format!("{refused} audit events of tenant {tenant_id} are not as recorded");
            return Err(Fault::broken(what));
        }
        Ok(pass.sealed)
    }

    async fn seal_some(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        pass: &mut Pass,
    ) -> Result<(), Fault> {
        store::audit_chain::begin(db, tenant_id).await?;
        let Some(mut chain) = self.take_chain(db, tenant_id).await? else {
            pass.is_over = true;
            return Ok(());
        };
        // Events from before there was a chain are taken on with its first seals, all of them.
        let is_new = chain.is_new();
        loop {
            let waiting =
                store::audit_event::list_unsealed(db, tenant_id, pass.after, BATCH).await?;
            let Some(last) = waiting.last() else {
                pass.is_over = true;
                return Ok(());
            };
            pass.after = Some(last.event_id);
            let seen = waiting.len() as u64;
            let done = self.seal_batch(db, &mut chain, waiting, is_new).await?;
            pass.sealed += done;
            pass.refused += seen - done;
            if !is_new {
                return Ok(());
            }
        }
    }

    /// Seals those of some events that are what was recorded. Returns how many.
    async fn seal_batch(
        &self,
        db: &mut PgConnection,
        chain: &mut Chain,
        waiting: Vec<Event>,
        is_new: bool,
    ) -> Result<u64, Fault> {
        let now = self.0.clock.now();
        let adopts = is_new || chain.adopts(now);
        let mut good = Vec::with_capacity(waiting.len());
        for mut event in waiting {
            if adopts && event.digest.is_none() {
                self.adopt(db, &mut event).await?;
                if is_new {
                    chain.adopts_until = Some(now + ADOPTS_FOR);
                }
            }
            match (event.check(&self.0.keys), event.digest) {
                (Checked::Good, Some(digest)) => good.push((event.event_id, digest)),
                (Checked::Good | Checked::Wrong | Checked::UnknownKey, _) => {}
            }
        }
        self.append(db, chain, &good).await
    }

    /// Takes a tenant's chain, unless somebody else has it. What was tampered with is not built upon.
    pub(super) async fn take_chain(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
    ) -> Result<Option<Chain>, Fault> {
        let Some(chain) = store::audit_chain::lock_idle(db, tenant_id).await? else {
            return Ok(None);
        };
        let wrong = match chain.check(&self.0.keys) {
            Checked::Good if self.0.heads.shrank(&chain) => "is shorter than it was",
            Checked::Good => {
                self.0.heads.see(&chain);
                return Ok(Some(chain));
            }
            Checked::Wrong => "does not fit its mark",
            Checked::UnknownKey => "was sealed with a key that is not in secrets.keys",
        };
        let what = format!("the audit chain of tenant {tenant_id} {wrong}");
        Err(Fault::broken(what))
    }

    /// Signs an event from before there was a chain.
    async fn adopt(&self, db: &mut PgConnection, event: &mut Event) -> Result<(), Fault> {
        {
            let mut rng = self.0.entropy.fork();
            event.address = event
                .address
                .map(|known| Address::salted(known.address, &mut rng));
        }
        event.sign(&self.0.keys);
        Ok(store::audit_event::adopt(db, event).await?)
    }

    async fn append(
        &self,
        db: &mut PgConnection,
        chain: &mut Chain,
        events: &[(EventId, Signed)],
    ) -> Result<u64, Fault> {
        if events.is_empty() {
            return Ok(0);
        }
        let (tenant_id, now) = (chain.tenant_id, self.0.clock.now());
        let first = chain.head.seq + 1;
        let (mut ids, mut digests) = (Vec::new(), Vec::new());
        for (event_id, digest) in events {
            let bytes = seal_bytes(tenant_id, &chain.head, (*event_id, digest), now);
            let seal = self.0.keys.sign(Use::Audit, &bytes);
            chain.head = Point {
                seq: chain.head.seq + 1,
                digest: Some(seal),
            };
            ids.push(*event_id);
            digests.push(seal);
        }
        let is_due = |noted_at| now - noted_at >= NOTE_EVERY || noted_at > now;
        if chain.noted_at.is_none_or(is_due) {
            chain.noted_at = Some(now);
            tracing::info!(%tenant_id, head = %chain.head, "sealed the audit trail");
        }
        chain.sign(&self.0.keys);
        store::audit_seal::append(db, tenant_id, first, (&ids, &digests), now).await?;
        store::audit_chain::save(db, chain).await?;
        Ok(store::audit_unsealed::finish(db, tenant_id, &ids).await?)
    }
}
