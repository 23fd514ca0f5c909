//! Which applications have been let in.

use super::{Key, Operator};
use crate::domain::key::Kind;
use crate::domain::tenant::Tenant;
use crate::recovery::Fault;
use crate::store;

impl Operator {
    /// Lists a tenant's keys of one kind or of all, oldest first, the revoked ones too.
    pub async fn list_keys(&self, tenant: &Tenant, kind: Option<Kind>) -> Result<Vec<Key>, Fault> {
        let mut db = self.db.acquire().await?;
        Ok(store::api_key::list(&mut db, tenant.tenant_id, kind).await?)
    }
}
