//! Moving the keys of applications to the newest secret key, so that older ones can be dropped.

use time::Duration;

use super::Tenants;
use crate::domain::digest::{Digest, Use};
use crate::domain::id::{KeyId, TenantId};
use crate::recovery::tools::Fault;
use crate::store;

/// How long a server counts as making digests with a key after it last said so.
pub const LEADS_FOR: Duration = Duration::minutes(15);

impl Tenants {
    /// Keeps a digest by the newest secret key of an application's key that was found by an older
    /// one. Not while another server makes digests with an older one: it may not have the newest
    /// yet, and would no longer find the key.
    pub(in crate::recovery) async fn renew_digest(
        &self,
        tenant_id: TenantId,
        key_id: KeyId,
        found: Digest,
        digests: &[Digest],
    ) -> Result<(), Fault> {
        let Some(newest) = digests.first().filter(|newest| **newest != found) else {
            return Ok(());
        };
        let now = self.tools.clock.now();
        let leader = self.tools.keys.digest(Use::Fingerprint, b"");
        let since = now - LEADS_FOR;
        let mut db = self.tools.db.acquire().await?;
        store::api_key::renew_digest(&mut db, tenant_id, key_id, *newest, leader, since, now)
            .await?;
        Ok(())
    }
}
