//! Which application is calling, and for which tenant.

use std::sync::Arc;

use super::Tenants;
use super::question::{HostQuestion, KeyQuestion};
use crate::domain::key::KeySecret;
use crate::domain::logo::Logo;
use crate::domain::tenant::Tenant;
use crate::recovery::tools::Fault;
use crate::store;

/// An application that presented a live key.
pub struct Caller {
    /// The tenant the key belongs to.
    pub tenant: Arc<Tenant>,
    /// What its requests must be signed with, any of them; empty when they need not be.
    pub signing_secrets: Vec<crate::domain::key::SigningSecret>,
}

impl Tenants {
    /// Finds whose key for the SSPR operations this is. Unknown and revoked keys are alike.
    pub async fn caller(&self, presented: &str) -> Result<Option<Caller>, Fault> {
        let secret = KeySecret::presented(presented);
        let digests = secret.digests(&self.tools.keys);
        let found = self.keys.load(KeyQuestion(digests.clone())).await?;
        if let Some(key) = &found {
            self.renew_digest(key.tenant.tenant_id, key.key_id, key.digest, &digests)
                .await?;
        }
        Ok(found.map(|key| Caller {
            tenant: key.tenant,
            signing_secrets: if key.must_sign {
                secret.signing_secrets(&self.tools.keys)
            } else {
                Vec::new()
            },
        }))
    }

    /// Finds the tenant whose host name a request was sent to, else the default one.
    pub async fn tenant_of_host(&self, host: &str) -> Result<Option<Arc<Tenant>>, Fault> {
        self.hosts.load(HostQuestion(host.to_owned())).await
    }

    /// Finds the tenant that a host name belongs to.
    pub async fn tenant_with_host(&self, host: &str) -> Result<Option<Arc<Tenant>>, Fault> {
        let mut db = self.tools.db.acquire().await?;
        let found = store::tenant::find_by_hosts(&mut db, &[host], None).await?;
        let hosted = found.into_iter().next();
        Ok(hosted.map(|hosted| Arc::new(hosted.tenant)))
    }

    /// Finds a tenant's logo.
    pub async fn logo(&self, tenant: &Tenant) -> Result<Option<Logo>, Fault> {
        let mut db = self.tools.db.acquire().await?;
        Ok(store::tenant_logo::find(&mut db, tenant.tenant_id).await?)
    }

    /// Finds a tenant by its code.
    pub async fn tenant(&self, code: &str) -> Result<Option<Arc<Tenant>>, Fault> {
        let mut db = self.tools.db.acquire().await?;
        let found = store::tenant::find_by_code(&mut db, code).await?;
        Ok(found.map(Arc::new))
    }
}
