//! Things that are no good and keep coming: each attempt costs its sender a request, and us no row.
//!
//! They are counted in memory, by tenant, kind and network, and written down once a minute: one row
//! says how many there were and where the first came from. What is not written when a process is
//! killed is lost; nothing that changes anything is recorded this way.

use ipnet::IpNet;
use serde_json::json;

use super::entry::{AuditAction, Entry};
use super::signal::Count;
use super::{Audit, Signal};
use crate::domain::id::TenantId;
use crate::recovery::tools::{Fault, Origin};

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
