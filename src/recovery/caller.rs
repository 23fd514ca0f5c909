//! Which application is calling, and for which tenant.

use super::{Fault, Recovery};
use crate::domain::key::{KeySecret, Kind};
use crate::domain::logo::Logo;
use crate::domain::tenant::Tenant;
use crate::store;

/// An application that presented a live key.
pub struct Caller {
    /// The tenant the key belongs to.
    pub tenant: Tenant,
    /// What its requests must be signed with, any of them; empty when they need not be.
    pub signing_secrets: Vec<crate::domain::key::SigningSecret>,
}

impl Recovery {
    /// Finds whose key this is. Unknown and revoked keys are alike.
    pub async fn caller(&self, kind: Kind, presented: &str) -> Result<Option<Caller>, Fault> {
        let secret = KeySecret::presented(presented);
        let digests = secret.digests(&self.0.keys);
        let found = {
            let mut db = self.0.db.acquire().await?;
            store::api_key::find(&mut db, kind, &digests).await?
        };
        if let Some(key) = &found {
            self.renew_digest(key.tenant.tenant_id, key.key_id, key.digest, &digests)
                .await?;
        }
        Ok(found.map(|key| Caller {
            tenant: key.tenant,
            signing_secrets: if key.must_sign {
                secret.signing_secrets(&self.0.keys)
            } else {
                Vec::new()
            },
        }))
    }

    /// Finds the tenant whose host name a request was sent to, else the default one.
    pub async fn tenant_of_host(&self, host: &str) -> Result<Option<Tenant>, Fault> {
        let mut db = self.0.db.acquire().await?;
        let default = self.0.default_tenant.as_deref();
        Ok(store::tenant::find_by_host(&mut db, host, default).await?)
    }

    /// Finds the tenant that a host name belongs to.
    pub async fn tenant_with_host(&self, host: &str) -> Result<Option<Tenant>, Fault> {
        let mut db = self.0.db.acquire().await?;
        Ok(store::tenant::find_by_host(&mut db, host, None).await?)
    }

    /// Finds a tenant's logo.
    pub async fn logo(&self, tenant: &Tenant) -> Result<Option<Logo>, Fault> {
        let mut db = self.0.db.acquire().await?;
        Ok(store::tenant_logo::find(&mut db, tenant.tenant_id).await?)
    }

    /// Finds a tenant by its code.
    pub async fn tenant(&self, code: &str) -> Result<Option<Tenant>, Fault> {
        let mut db = self.0.db.acquire().await?;
        Ok(store::tenant::find_by_code(&mut db, code).await?)
    }
}
