//! Reading the audit trail out.

use futures::stream::{self, Stream, TryStreamExt as _};
use serde_json::json;

use super::audit::Action;
use super::{Filter, Operator};
use crate::domain::Timestamp;
use crate::domain::audit::{Event, Point};
use crate::domain::id::AccountId;
use crate::domain::identifier::Identifier;
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
        let login = Identifier::login(login);
        let mut db = self.db.acquire().await?;
        let found = store::account::find_by_login(&mut db, tenant.tenant_id, &login.value).await?;
        Ok(found.map(|account| account.account_id))
    }

    /// Every sealed event after the place `after` and not older than `since`, in the order of the
    /// chain. Reads a page at a time and holds no connection between pages. That the trail is
    /// read out is written down in it first.
    pub async fn export_audit(
        &self,
        tenant: &Tenant,
        after: i64,
        since: Option<Timestamp>,
    ) -> Result<impl Stream<Item = Result<Sealed, Fault>> + Send + use<>, Fault> {
        let (db, tenant_id) = (self.db.clone(), tenant.tenant_id);
        let detail = json!({ "after": after });
        let now = self.clock.now();
        self.record(
            &mut *db.acquire().await?,
            tenant_id,
            Action::AuditExported,
            detail,
            now,
        )
        .await?;
        let pages = stream::try_unfold(Some(after), move |after| {
            let db = db.clone();
            async move {
                let Some(after) = after else {
                    return Ok(None);
                };
                let mut db = db.acquire().await?;
                let page = store::audit_seal::list(&mut db, tenant_id, after, PAGE).await?;
                let next = page.last().map(|(seal, _)| seal.seq);
                let page = page.into_iter().filter_map(move |(seal, event)| {
                    let event = event.filter(|event| since.is_none_or(|since| event.at >= since));
                    let place = Point {
                        seq: seal.seq,
                        digest: Some(seal.digest),
                    };
                    event.map(|event| {
                        Ok(Sealed {
                            seal: Some(place),
                            event,
                        })
                    })
                });
                let page: Vec<_> = page.collect();
                Ok::<_, Fault>(next.map(|next| (stream::iter(page), Some(next))))
            }
        });
        Ok(pages.try_flatten())
    }
}
