//! After a database was restored from a copy.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use super::Operator;
use super::audit::Action;
use crate::domain::id::TenantId;
use crate::recovery::Fault;
use crate::store;

/// What was ended because it may have been used, or ended, after the copy was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Settled {
    /// Mailed links and codes.
    pub tokens: u64,
    /// One-time codes.
    pub codes: u64,
    /// Sessions.
    pub sessions: u64,
    /// Keys that owners signed in for, and access clients that wait for a code.
    pub keys: u64,
}

impl Operator {
    /// Ends everything live that a copy can bring back to life, in one transaction, and writes that
    /// into the trail of every tenant: what was recorded after the copy is missing there. Keys that operators made stay: which of them were
    /// revoked since, only operators know.
    pub async fn settle_restored(&self) -> Result<Settled, Fault> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let known = store::tenant::list(&mut tx).await?;
        let known = known
            .iter()
            .map(|tenant| (tenant.tenant_id, Settled::default()));
        let mut tenants: BTreeMap<TenantId, Settled> = known.collect();
        for tenant_id in store::recovery_token::void_all(&mut tx, now).await? {
            tenants.entry(tenant_id).or_default().tokens += 1;
        }
        for tenant_id in store::password::use_up_codes(&mut tx, now).await? {
            tenants.entry(tenant_id).or_default().codes += 1;
        }
        for tenant_id in store::session::end_all(&mut tx).await? {
            tenants.entry(tenant_id).or_default().sessions += 1;
        }
        for tenant_id in store::api_key::end_of_sign_ins(&mut tx, now).await? {
            tenants.entry(tenant_id).or_default().keys += 1;
        }
        store::job::forget_nonces(&mut tx).await?;
        let mut all = Settled::default();
        for (tenant_id, settled) in tenants {
            all.tokens += settled.tokens;
            all.codes += settled.codes;
            all.sessions += settled.sessions;
            all.keys += settled.keys;
            let action = Action::DatabaseRestored;
            self.record(&mut tx, tenant_id, action, json!(settled), now)
                .await?;
        }
        tx.commit().await?;
        Ok(all)
    }
}
