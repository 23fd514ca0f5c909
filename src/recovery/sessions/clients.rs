//! Access clients: applications that act as the owner of an account.

use super::Sessions;
use super::actor::{Actor, Proof, Unauthenticated};
use super::open::OpenError;
use crate::domain::tenant::Tenant;
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::tools::Origin;
use crate::store;
use crate::store::api_key::EndReason;

impl Sessions {
    /// Ends the access client that is acting, for good, and every session it opened. Of two calls
    /// at the same instant, one ends it.
    pub async fn disconnect(
        &self,
        tenant: &Tenant,
        actor: &Actor,
        origin: &Origin,
    ) -> Result<(), OpenError> {
        let Proof::Client(client) = &actor.proof else {
            return Err(OpenError::Illegal);
        };
        let (tenant_id, key_id, now) = (tenant.tenant_id, client.key_id, self.tools.clock.now());
        let mut tx = self.tools.db.begin().await?;
        // Before the key, as everybody who ends keys does it.
        store::account::lock(&mut tx, tenant_id, actor.account.account_id).await?;
        if !store::api_key::end(&mut tx, tenant_id, key_id, EndReason::Revoked, now).await? {
            return Err(Unauthenticated::Client.into());
        }
        store::session::end_of_client(&mut tx, tenant_id, key_id).await?;
        let entry = Entry::new(AuditAction::SignedOut, "done", Some(origin));
        let entry = entry.of(actor.account.account_id);
        self.audit.record(&mut tx, tenant_id, entry).await?;
        tx.commit().await?;
        Ok(())
    }
}
