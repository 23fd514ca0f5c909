//! Finding the tenant that a command is about.

use super::Operator;
use crate::domain::tenant::Tenant;
use crate::recovery::Fault;
use crate::store;

/// Why a tenant was not found.
#[derive(Debug, thiserror::Error)]
pub enum FindTenantError {
    /// Nobody has that code.
    #[error("there is no tenant `{code}`")]
    Unknown {
        /// The code that was asked for.
        code: String,
    },
    /// We could not tell.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for FindTenantError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl Operator {
    /// Finds a tenant by its code, exactly as written.
    pub async fn find_tenant(&self, code: &str) -> Result<Tenant, FindTenantError> {
        let mut db = self.db.acquire().await?;
        store::tenant::find_by_code(&mut db, code)
            .await?
            .ok_or_else(|| FindTenantError::Unknown {
                code: code.to_owned(),
            })
    }
}
