//! How long the audit trail is kept, and the addresses in it.

use sqlx::PgConnection;

use super::Audit;
use crate::domain::Timestamp;
use crate::domain::audit::{Broken, Chain, Event, Point, Seal};
use crate::domain::digest::{Checked, Keyring, Signed};
use crate::domain::id::{EventId, TenantId};
use crate::recovery::tools::Fault;
use crate::store;

/// How many events one transaction works on at most, so that none holds locks for long.
const BATCH: i64 = 1_000;

/// What age does to events.
#[derive(Clone, Copy)]
enum Due {
    Clear,
    Forget,
}

/// A seal, and its event if that is there.
type Link = (Seal, Option<Event>);

/// A secret key that was dropped although events depended on it: what it signed up to some place is
/// proven no more, and goes at its time all the same.
struct Dropped {
    key: [u8; 4],
    through: i64,
}

impl Audit {
    /// Clears addresses and forgets events that have been kept for long enough, in small batches.
    /// Only ever the oldest, as the chain counts them. Returns how many events were worked on. A chain
    /// that is not whole is left as evidence.
    pub async fn retain(&self) -> Result<u64, Fault> {
        let (mut done, mut tenant, mut broken) = (0, None, Ok(()));
        loop {
            let next = {
                let mut db = self.tools.db.acquire().await?;
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
        let mut tx = self.tools.db.begin().await?;
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
        let now = self.tools.clock.now();
        let Some(mut chain) = self.take_chain(db, tenant_id).await? else {
            return Ok(0);
        };
        let kept = match due {
            Due::Clear => self.retention.addresses,
            Due::Forget => self.retention.audit,
        };
        let old = self.prove_old(db, &chain, due, now - kept).await?;
        let Some(last) = old.last().map(Seal::point) else {
            self.renew_mark(db, &mut chain).await?;
            return Ok(0);
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

    /// What is due, as far as one transaction takes it. Each of it is proven first.
    async fn prove_old(
        &self,
        db: &mut PgConnection,
        chain: &Chain,
        due: Due,
        until: Timestamp,
    ) -> Result<Vec<Seal>, Fault> {
        let tenant_id = chain.tenant_id;
        let before = self.worked_through(db, chain, due).await?;
        // Usually nothing is due, which the first one tells.
        let first = store::audit_seal::list(db, tenant_id, before.seq, 1).await?;
        if first.iter().all(|link| is_young(link, until)) {
            return Ok(Vec::new());
        }
        let links = store::audit_seal::list(db, tenant_id, before.seq, BATCH).await?;
        let keys = &self.tools.keys;
        let mut found = count_old(chain, before, &links, until, (keys, &[]));
        if matches!(found, Err((_, Broken::UnknownKey))) {
            let events = store::audit_event::list_key_drops(db, tenant_id).await?;
            let dropped = events.iter().filter_map(|event| Dropped::of(event, keys));
            let dropped: Vec<_> = dropped.collect();
            found = count_old(chain, before, &links, until, (keys, &dropped));
        }
        let old = found.map_err(|(seq, _)| {
            Fault::broken(format!(
                "the audit chain of tenant {tenant_id} is not whole at seal {seq}, so nothing in it is \
                 forgotten; `rekey audit verify` says more"
            ))
        })?;
        Ok(links.into_iter().take(old).map(|(seal, _)| seal).collect())
    }

    /// Up to where this was done before.
    async fn worked_through(
        &self,
        db: &mut PgConnection,
        chain: &Chain,
        due: Due,
    ) -> Result<Point, Fault> {
        match due {
            Due::Clear if chain.erased_seq > chain.anchor.seq => {
                let seq = chain.erased_seq;
                let digest = store::audit_seal::find_digest(db, chain.tenant_id, seq).await?;
                // A seal that is gone has no digest, from which nothing follows.
                Ok(Point { seq, digest })
            }
            Due::Clear | Due::Forget => Ok(chain.anchor),
        }
    }

    /// Signs a chain's ends with the newest key, so that an older one can go although nothing
    /// happens in this tenant.
    async fn renew_mark(&self, db: &mut PgConnection, chain: &mut Chain) -> Result<(), Fault> {
        let named = |mark: &Signed| self.tools.keys.is_newest(mark);
        match &chain.mark {
            Some(mark) if !named(mark) => self.save(db, chain).await,
            Some(_) | None => Ok(()),
        }
    }

    async fn save(&self, db: &mut PgConnection, chain: &mut Chain) -> Result<(), Fault> {
        chain.sign(&self.tools.keys);
        Ok(store::audit_chain::save(db, chain).await?)
    }
}

fn is_young((_, event): &Link, until: Timestamp) -> bool {
    event.as_ref().is_some_and(|event| event.at >= until)
}

/// How many of some events come first and are old. That an event is old is its own word: so each has to
/// be the one that was recorded, in its place. Where some were removed or changed, all stay.
fn count_old(
    chain: &Chain,
    mut before: Point,
    links: &[Link],
    until: Timestamp,
    (keys, dropped): (&Keyring, &[Dropped]),
) -> Result<usize, (i64, Broken)> {
    let let_go = |digest: &Signed, seq| dropped.iter().any(|key| key.let_go(digest, seq));
    let old = links.iter().take_while(|link| !is_young(link, until));
    let mut count = 0;
    for (seal, event) in old {
        let next = chain.follow(&before, (seal, event.as_ref()), keys, let_go);
        next.map_err(|broken| (before.seq + 1, broken))?;
        before = seal.point();
        count += 1;
    }
    Ok(count)
}

impl Dropped {
    /// Reads it from the event that says so.
    fn of(event: &Event, keys: &Keyring) -> Option<Self> {
        if event.check(keys) != Checked::Good {
            return None;
        }
        let mut key = [0; 4];
        hex::decode_to_slice(event.detail["fingerprint"].as_str()?, &mut key).ok()?;
        let through = event.detail["through"].as_i64()?;
        Some(Self { key, through })
    }

    /// Whether it may have made a digest, at this place.
    fn let_go(&self, digest: &Signed, seq: i64) -> bool {
        seq <= self.through && digest.as_bytes().starts_with(&self.key)
    }
}
