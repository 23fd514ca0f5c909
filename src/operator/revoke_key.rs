//! Shutting an application out.

use serde_json::json;

use super::Operator;
use super::audit::{Action, Entry};
use crate::domain::id::KeyId;
use crate::domain::tenant::Tenant;
use crate::recovery::Fault;
use crate::store;
use crate::store::api_key::EndReason;

/// Why no key was revoked.
#[derive(Debug, thiserror::Error)]
pub enum RevokeKeyError {
    /// The tenant has no such key, or it was revoked before.
    #[error("the tenant has no live key of that id")]
    Unknown,
    /// We could not.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for RevokeKeyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl Operator {
    /// Revokes a key for good. It is refused from the next request on.
    pub async fn revoke_key(&self, tenant: &Tenant, key_id: KeyId) -> Result<(), RevokeKeyError> {
        let (tenant_id, now) = (tenant.tenant_id, self.clock.now());
        let mut tx = self.db.begin().await?;
        let reason = EndReason::Revoked;
        if !store::api_key::end(&mut tx, tenant_id, key_id, reason, now).await? {
            return Err(RevokeKeyError::Unknown);
        }
        // What an access client opened ends with it (contracts/cyclos.md, 8.7).
        store::session::end_of_client(&mut tx, tenant_id, key_id).await?;
        let entry = Entry {
            action: Action::KeyRevoked,
            outcome: "done",
            account_id: store::api_key::owner(&mut tx, tenant_id, key_id).await?,
            detail: json!({ "key": key_id }),
        };
        self.record_entry(&mut tx, tenant_id, entry, now).await?;
        tx.commit().await?;
        Ok(())
    }
}
