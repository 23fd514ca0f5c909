//! Things that are no good and keep coming: each try costs its sender a request, and us no row.
//!
//! They are counted in memory, by tenant, kind and network, and written down once a minute: one row
//! says how many there were and where the first came from. What is not written when a process is
//! killed is lost; nothing that changes anything is recorded this way.

use super::Audit;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use ipnet::IpNet;
use serde_json::json;

use super::entry::Entry;
use crate::domain::id::TenantId;
use crate::recovery::audit::entry::AuditAction;
use crate::recovery::tools::Fault;
use crate::recovery::tools::Origin;

/// How many networks are told apart at once; whatever comes from further ones is counted together.
const MOST: usize = 1_000;

/// What was presented and is no good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signal {
    /// A recovery token that is dead or never was.
    Token,
    /// A key that is dead or never was, or an access client's token.
    Key,
    /// The token of a session that has ended or never was.
    Session,
    /// A signature that does not fit its request.
    Signature,
}

impl Signal {
    pub(in crate::recovery) fn action(self) -> &'static str {
        match self {
            Self::Token => "token.refused",
            Self::Key => "key.refused",
            Self::Session => "session.refused",
            Self::Signature => "signature.refused",
        }
    }
}

/// Counts of what has not been written down.
#[derive(Default)]
pub(in crate::recovery) struct Signals(Mutex<BTreeMap<Source, Count>>);

/// Whose tenant, what, and from which network; `None`: from many.
type Source = (TenantId, Signal, Option<IpNet>);

struct Count {
    times: u64,
    first: Origin,
}

impl Signals {
    fn add(&self, source: Source, count: Count) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let source = if counts.len() < MOST || counts.contains_key(&source) {
            source
        } else {
            (source.0, source.1, None)
        };
        counts
            .entry(source)
            .and_modify(|known| known.times += count.times)
            .or_insert(count);
    }

    fn take(&self) -> Option<(Source, Count)> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.pop_first()
    }
}

impl Audit {
    /// Notices that something no good was presented. Waits for nothing.
    pub fn signal(&self, tenant_id: TenantId, signal: Signal, origin: &Origin) {
        let source = (tenant_id, signal, Some(origin.network()));
        let first = origin.clone();
        self.signals.add(source, Count { times: 1, first });
    }

    /// Writes down what was noticed.
    pub async fn write_signals(&self) -> Result<(), Fault> {
        while let Some((source, count)) = self.signals.take() {
            let (tenant_id, signal, network) = source;
            let written = self.write_signal(tenant_id, signal, network, &count).await;
            if let Err(fault) = written {
                self.signals.add(source, count);
                return Err(fault);
            }
        }
        Ok(())
    }

    async fn write_signal(
        &self,
        tenant_id: TenantId,
        signal: Signal,
        network: Option<IpNet>,
        count: &Count,
    ) -> Result<(), Fault> {
        let origin = network.map(|_| &count.first);
        let entry = Entry::new(AuditAction::Refused(signal), "not valid", origin)
            .with(json!({ "times": count.times }));
        let mut db = self.tools.db.acquire().await?;
        self.record(&mut db, tenant_id, entry).await
    }
}
