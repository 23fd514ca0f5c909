//! Who is served.

use super::Operator;
use crate::domain::tenant::Tenant;
use crate::recovery::Fault;
use crate::store;

impl Operator {
    /// Lists every tenant by code.
    pub async fn list_tenants(&self) -> Result<Vec<Tenant>, Fault> {
        let mut db = self.db.acquire().await?;
        Ok(store::tenant::list(&mut db).await?)
    }
}
