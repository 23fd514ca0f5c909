//! Giving events their place in the chain.
//!
//! Requests do not wait for it: they add events side by side, and one sealer per tenant puts them in
//! order a moment later. Who seals is settled by a row lock that whoever comes second does not wait
//! for, so any number of servers may try.

use std::collections::BTreeMap;

use sqlx::{Connection as _, PgConnection};
use time::Duration;
use tokio::time::{Instant, timeout};

use super::Audit;
use crate::domain::Timestamp;
use crate::domain::audit::{Address, Chain, Event, Point, seal_bytes};
use crate::domain::digest::{Checked, Signed, Use};
use crate::domain::id::{EventId, TenantId};
use crate::recovery::tools::Fault;
use crate::store;

/// How many events one transaction seals at most.
const BATCH: i64 = 500;
/// How long one transaction may take. A database that went without a word would answer never.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);
/// How long a tenant with many events is worked on before it is the next one's turn.
const TURN: std::time::Duration = std::time::Duration::from_secs(5);
/// How long a tenant is left alone after its events could not be sealed.
const REST: std::time::Duration = std::time::Duration::from_mins(1);
/// How long after the first seals of a database events are still taken on that servers of the version
/// before record: they run until they are replaced.
const ADOPTS_FOR: Duration = Duration::DAY;

/// Tenants that are left alone for a while.
#[derive(Default)]
pub(in crate::recovery) struct Resting(BTreeMap<TenantId, Instant>);

/// What became of going through the tenants once.
#[derive(Default)]
pub(in crate::recovery) struct Round {
    /// How many events were sealed.
    pub(in crate::recovery) sealed: u64,
    /// Of tenants whose events could not be sealed.
    pub(in crate::recovery) faults: Vec<Fault>,
}

/// How far one pass over a tenant's events has come.
#[derive(Default)]
struct Pass {
    after: Option<EventId>,
    sealed: u64,
    refused: u64,
    is_over: bool,
}

impl Audit {
    /// Seals the events that wait, tenant by tenant, but for tenants that somebody else is busy with.
    /// Returns how many were sealed. A chain that is not whole is left as evidence, and the
    /// others are sealed all the same.
    pub async fn seal(&self) -> Result<u64, Fault> {
        let mut round = self.seal_but(&mut Resting::default()).await?;
        round.faults.pop().map_or(Ok(round.sealed), Err)
    }

    /// The same, but for tenants that rest. Those that went wrong rest from then on.
    pub(in crate::recovery) async fn seal_but(
        &self,
        resting: &mut Resting,
    ) -> Result<Round, Fault> {
        let (mut round, mut tenant) = (Round::default(), None);
        resting.0.retain(|_, until| *until > Instant::now());
        loop {
            let next = {
                let mut db = self.tools.db.acquire().await?;
                store::audit_unsealed::next_tenant(&mut db, tenant).await?
            };
            let Some(tenant_id) = next else {
                return Ok(round);
            };
            tenant = next;
            if resting.0.contains_key(&tenant_id) {
                continue;
            }
            match self.seal_tenant(tenant_id).await {
                Ok(done) => round.sealed += done,
                Err(fault) => {
                    resting.0.insert(tenant_id, Instant::now() + REST);
                    round.faults.push(fault);
                }
            }
        }
    }

    async fn seal_tenant(&self, tenant_id: TenantId) -> Result<u64, Fault> {
        let (began, mut pass) = (Instant::now(), Pass::default());
        while !pass.is_over && began.elapsed() < TURN {
            self.seal_once(tenant_id, &mut pass).await?;
        }
        if pass.refused > 0 {
            let refused = pass.refused;
            let what = format!("{refused} audit events of tenant {tenant_id} are not as recorded");
            return Err(Fault::broken(what));
        }
        Ok(pass.sealed)
    }

    async fn seal_once(&self, tenant_id: TenantId, pass: &mut Pass) -> Result<(), Fault> {
        let mut db = self.tools.db.acquire().await?;
        let sealing = async {
            let mut tx = db.begin().await?;
            // Ended in so many words either way: whoever comes next is not to find it locked.
            match self.seal_some(&mut tx, tenant_id, pass).await {
                Ok(head) => tx.commit().await.map(|()| head).map_err(Fault::from),
                Err(fault) => {
                    tx.rollback().await?;
                    Err(fault)
                }
            }
        };
        let sealed = match timeout(PATIENCE, sealing).await {
            Ok(sealed) => sealed,
            Err(late) => {
                // It may still be at work on this; nobody else gets it.
                db.close_on_drop();
                Err(late.into())
            }
        };
        if let Some(head) = sealed? {
            self.checkpoints
                .note(tenant_id, head, self.tools.clock.now());
        }
        Ok(())
    }

    /// Seals some events, and returns the head that was made, if one was.
    async fn seal_some(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        pass: &mut Pass,
    ) -> Result<Option<Point>, Fault> {
        store::audit_chain::begin(db, tenant_id).await?;
        let Some(mut chain) = self.take_chain(db, tenant_id).await? else {
            pass.is_over = true;
            return Ok(None);
        };
        if chain.is_new() {
            chain.adopts_until = self.adopts_until(db).await?;
        }
        let waiting = store::audit_event::list_unsealed(db, tenant_id, pass.after, BATCH).await?;
        let Some(last) = waiting.last() else {
            pass.is_over = true;
            return Ok(None);
        };
        pass.after = Some(last.event_id);
        let (seen, before) = (waiting.len() as u64, chain.head);
        let sealed = self.seal_batch(db, &mut chain, waiting).await?;
        pass.sealed += sealed;
        pass.refused += seen - sealed;
        Ok((chain.head != before).then_some(chain.head))
    }

    /// Until when a chain that begins now takes on events that nobody signed. The first chains of a
    /// database do for a while, if there are such events; those that begin later share what is left of
    /// that time, whatever they begin with: a tenant may be made while servers are replaced. A chain
    /// that begins after it takes on none, so that nobody has events signed by deleting their chain.
    async fn adopts_until(&self, db: &mut PgConnection) -> Result<Option<Timestamp>, Fault> {
        let now = self.tools.clock.now();
        if let Some(other) = store::audit_chain::find_last_adopting(db).await? {
            let is_good = other.check(&self.tools.keys) == Checked::Good;
            return Ok(other.adopts_until.filter(|until| is_good && now < *until));
        }
        let is_update = store::audit_unsealed::is_any_unsigned(db).await?;
        Ok(is_update.then(|| now + ADOPTS_FOR))
    }

    /// Seals those of some events that are what was recorded. Returns how many.
    async fn seal_batch(
        &self,
        db: &mut PgConnection,
        chain: &mut Chain,
        waiting: Vec<Event>,
    ) -> Result<u64, Fault> {
        let adopts = chain.adopts(self.tools.clock.now());
        let (mut good, mut adopted) = (Vec::with_capacity(waiting.len()), 0_u64);
        for mut event in waiting {
            if adopts && event.digest.is_none() {
                self.adopt(db, &mut event).await?;
                adopted += 1;
            }
            match (event.check(&self.tools.keys), event.digest) {
                (Checked::Good, Some(digest)) => good.push((event.event_id, digest)),
                (Checked::Good | Checked::Wrong | Checked::UnknownKey, _) => {}
            }
        }
        if adopted > 0 {
            // During an update only. At any other time somebody has their own events signed.
            let tenant_id = chain.tenant_id;
            tracing::warn!(%tenant_id, events = adopted, "took on audit events without a signature");
        }
        self.append(db, chain, &good).await
    }

    /// Takes a tenant's chain, unless somebody else has it. What was tampered with is not built upon.
    pub(in crate::recovery) async fn take_chain(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
    ) -> Result<Option<Chain>, Fault> {
        let Some(chain) = store::audit_chain::lock_idle(db, tenant_id).await? else {
            return Ok(None);
        };
        let wrong = match chain.check(&self.tools.keys) {
            Checked::Good => self.checkpoints.contradict(db, &chain).await?,
            Checked::Wrong => Some("does not fit its mark"),
            Checked::UnknownKey => Some("was sealed with a key that is not in secrets.keys"),
        };
        let Some(wrong) = wrong else {
            self.checkpoints.see(tenant_id, chain.head);
            return Ok(Some(chain));
        };
        let what = format!("the audit chain of tenant {tenant_id} {wrong}");
        Err(Fault::broken(what))
    }

    /// Signs an event from before there was a chain.
    async fn adopt(&self, db: &mut PgConnection, event: &mut Event) -> Result<(), Fault> {
        {
            let mut rng = self.tools.entropy.fork();
            event.address = event
                .address
                .map(|known| Address::salted(known.address, &mut rng));
        }
        event.sign(&self.tools.keys);
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
        let (tenant_id, now) = (chain.tenant_id, self.tools.clock.now());
        let first = chain.head.seq + 1;
        let (mut ids, mut digests) = (Vec::new(), Vec::new());
        for (event_id, digest) in events {
            let bytes = seal_bytes(tenant_id, &chain.head, (*event_id, digest), now);
            let seal = self.tools.keys.sign(Use::Audit, &bytes);
            chain.head = Point {
                seq: chain.head.seq + 1,
                digest: Some(seal),
            };
            ids.push(*event_id);
            digests.push(seal);
        }
        chain.sign(&self.tools.keys);
        store::audit_seal::append(db, tenant_id, first, (&ids, &digests), now).await?;
        store::audit_chain::save(db, chain).await?;
        Ok(store::audit_unsealed::finish(db, tenant_id, &ids).await?)
    }
}
