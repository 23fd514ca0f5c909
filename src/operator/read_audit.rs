//! Reading the audit trail out.

use futures::stream::{self, Stream, TryStreamExt as _};
use serde_json::json;
use sqlx::PgConnection;

use super::audit::Action;
use super::find_account::named;
use super::{Filter, Operator};
use crate::domain::Timestamp;
use crate::domain::audit::{Event, Point, Seal};
use crate::domain::id::{AccountId, TenantId};
use crate::domain::tenant::Tenant;
use crate::recovery::Fault;
use crate::store;

/// How many events are read at once.
const PAGE: i64 = 500;

/// An event in its place.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The place, with what proves it; nothing while the event waits for it.
    pub seal: Option<Point>,
    /// The event.
    pub event: Event,
}

/// Why the trail is not read out, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum ExportAuditError {
    /// The chain does not go through the place after which to go on.
    #[error(
        "the chain does not go through {0}; if the database was restored from a copy since, the events \
         after the copy are others: export again from a place before it"
    )]
    Elsewhere(Point),
    /// Retention has taken events that were not read out yet.
    #[error("the events up to {0} have been forgotten; go on after that")]
    Forgotten(Point),
    /// An event or a seal is gone.
    #[error("at seal {0}: it or its event is missing; `rekey audit verify` says more")]
    Missing(i64),
    /// We could not do it.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for ExportAuditError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl Operator {
    /// The newest events that pass a filter, oldest first.
    pub async fn list_audit(
        &self,
        tenant: &Tenant,
        filter: &Filter,
        most: u32,
    ) -> Result<Vec<Sealed>, Fault> {
        let mut db = self.db.acquire().await?;
        let tenant_id = tenant.tenant_id;
        let found =
            store::audit_event::list_newest(&mut db, tenant_id, filter, most.into()).await?;
        let sealed = found.into_iter().rev().map(|(seq, event)| Sealed {
            seal: seq.map(|seq| Point { seq, digest: None }),
            event,
        });
        Ok(sealed.collect())
    }

    /// The account of a login name.
    pub async fn account_of(
        &self,
        tenant: &Tenant,
        login: &str,
    ) -> Result<Option<AccountId>, Fault> {
        let mut db = self.db.acquire().await?;
        let found = named(&mut db, tenant.tenant_id, login).await?;
        Ok(found.map(|account| account.account_id))
    }

    /// Every sealed event after the place `after` and not older than `since`, in the order of the
    /// chain, none of which may be missing. A place with a digest has to be one of the chain. Reads a page
    /// at a time and holds no connection between pages. That the trail is read out is written down in it
    /// first.
    pub async fn export_audit(
        &self,
        tenant: &Tenant,
        after: Point,
        since: Option<Timestamp>,
    ) -> Result<impl Stream<Item = Result<Sealed, ExportAuditError>> + Send + use<>, ExportAuditError>
    {
        let (db, tenant_id) = (self.db.clone(), tenant.tenant_id);
        let (first, head) = {
            let mut db = db.acquire().await?;
            let bounds = self.bounds(&mut db, tenant_id, after).await?;
            let (detail, now) = (json!({ "after": after.seq }), self.clock.now());
            self.record(&mut db, tenant_id, Action::AuditExported, detail, now)
                .await?;
            bounds
        };
        let pages = stream::try_unfold(first, move |before| {
            let db = db.clone();
            async move {
                let mut db = db.acquire().await?;
                let links = store::audit_seal::list(&mut db, tenant_id, before, PAGE).await?;
                if links.is_empty() && before < head {
                    return Err(ExportAuditError::Missing(before + 1));
                }
                let Some(last) = links.last().map(|(seal, _)| seal.seq) else {
                    return Ok(None);
                };
                let page = (before + 1..).zip(links).map(sealed);
                let is_asked_for = |sealed: &Result<Sealed, _>| {
                    let at = sealed.as_ref().ok().zip(since);
                    at.is_none_or(|(sealed, since)| sealed.event.at >= since)
                };
                let page: Vec<_> = page.filter(is_asked_for).collect();
                Ok(Some((stream::iter(page), last)))
            }
        });
        Ok(pages.try_flatten())
    }

    /// After which number to begin, and which there is to be at least.
    async fn bounds(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        after: Point,
    ) -> Result<(i64, i64), ExportAuditError> {
        let chain = store::audit_chain::find(db, tenant_id).await?;
        let (anchor, head) = chain
            .map(|chain| (chain.anchor, chain.head))
            .unwrap_or_default();
        if after == Point::default() {
            return Ok((anchor.seq, head.seq));
        }
        if after.seq > head.seq {
            return Err(ExportAuditError::Elsewhere(after));
        }
        if after.seq < anchor.seq {
            return Err(ExportAuditError::Forgotten(anchor));
        }
        let digest = if after.seq == anchor.seq {
            anchor.digest
        } else {
            store::audit_seal::find_digest(db, tenant_id, after.seq).await?
        };
        if after.digest.is_some() && after.digest != digest {
            return Err(ExportAuditError::Elsewhere(after));
        }
        Ok((after.seq, head.seq))
    }
}

/// What was read where the seal of a number is to be.
fn sealed((seq, (seal, event)): (i64, (Seal, Option<Event>))) -> Result<Sealed, ExportAuditError> {
    let event = event.filter(|_| seal.seq == seq);
    let event = event.ok_or(ExportAuditError::Missing(seq))?;
    let seal = Some(seal.point());
    Ok(Sealed { seal, event })
}
