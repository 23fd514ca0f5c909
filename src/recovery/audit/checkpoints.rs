//! What this process remembers of audit chains. Whoever owns the database can put an earlier state of it
//! back, and not reach in here.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sqlx::PgConnection;
use time::Duration;

use crate::domain::Timestamp;
use crate::domain::audit::{Chain, Point};
use crate::domain::id::TenantId;
use crate::store;

/// How often a checkpoint is written to the log while events come: whoever keeps the log can tell later
/// that the end of a chain is missing.
const NOTE_EVERY: Duration = Duration::HOUR;

/// The head of each chain as this process has seen it last.
#[derive(Default)]
pub(in crate::recovery) struct Checkpoints(Mutex<BTreeMap<TenantId, Checkpoint>>);

#[derive(Clone, Copy)]
struct Checkpoint {
    head: Point,
    noted_at: Option<Timestamp>,
}

impl Checkpoints {
    /// What is wrong with a chain, to somebody who saw more of it, or something else in it.
    pub(in crate::recovery) async fn contradict(
        &self,
        db: &mut PgConnection,
        chain: &Chain,
    ) -> sqlx::Result<Option<&'static str>> {
        let tenant_id = chain.tenant_id;
        let seen = self.seen().get(&tenant_id).copied();
        let Some(Checkpoint { head: seen, .. }) = seen else {
            return Ok(None);
        };
        let digest = match seen.seq {
            seq if seq > chain.head.seq => return Ok(Some("is shorter than it was")),
            seq if seq == chain.head.seq => chain.head.digest,
            seq if seq == chain.anchor.seq => chain.anchor.digest,
            // Retention has forgotten it, which it does in chains that are whole only.
            seq if seq < chain.anchor.seq => seen.digest,
            seq => store::audit_seal::find_digest(db, tenant_id, seq).await?,
        };
        Ok((digest != seen.digest).then_some("does not go through the head it had"))
    }

    /// Remembers a chain's head, which is committed.
    pub(in crate::recovery) fn see(&self, tenant_id: TenantId, head: Point) {
        let mut checkpoints = self.seen();
        let noted_at = checkpoints.get(&tenant_id).and_then(|seen| seen.noted_at);
        checkpoints.insert(tenant_id, Checkpoint { head, noted_at });
    }

    /// Remembers a head that has just been made, and writes it to the log if it is time.
    pub(in crate::recovery) fn note(&self, tenant_id: TenantId, head: Point, now: Timestamp) {
        self.see(tenant_id, head);
        let is_due = |noted_at| now - noted_at >= NOTE_EVERY || noted_at > now;
        let mut checkpoints = self.seen();
        if let Some(seen) = checkpoints.get_mut(&tenant_id)
            && seen.noted_at.is_none_or(is_due)
        {
            seen.noted_at = Some(now);
            tracing::info!(%tenant_id, %head, "sealed the audit trail");
        }
    }

    fn seen(&self) -> MutexGuard<'_, BTreeMap<TenantId, Checkpoint>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
