//! Making the database say what a tenant file says.

use serde_json::json;
use sqlx::PgConnection;

use super::Operator;
use super::audit::Action;
use crate::domain::id::TenantId;
use crate::domain::tenant::{Tenant, TenantFile};
use crate::recovery::Fault;
use crate::store;

/// What applying a tenant file did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Applied {
    /// There was no tenant of that code.
    Created,
    /// The tenant was otherwise, and is now as the file says.
    Updated,
    /// The tenant was as the file says; nothing was written.
    Unchanged,
}

/// Why a tenant file was not applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyTenantError {
    /// A host name can lead to one tenant only.
    #[error("host `{host}` belongs to tenant `{owner}`; take it out of one of the two files")]
    HostTaken {
        /// The host name.
        host: String,
        /// The code of the tenant that has it.
        owner: String,
    },
    /// The file leaves out a password type that accounts have passwords of.
    #[error("password type `{internal_name}` is in use; keep it in the file")]
    TypeInUse {
        /// The type's internal name.
        internal_name: String,
    },
    /// We could not.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for ApplyTenantError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl Operator {
    /// Creates or updates the tenant of the file's code, with its host names and password types.
    /// A file that was applied already changes nothing.
    pub async fn apply_tenant(&self, file: &TenantFile) -> Result<Applied, ApplyTenantError> {
        let code = &file.settings.code;
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        store::turn::take(&mut tx, &format!("tenant {code}")).await?;
        let before = store::tenant::find_by_code(&mut tx, code).await?;
        let applied = match &before {
            None => Applied::Created,
            Some(tenant) if is_as_said(&mut tx, tenant, file).await? => {
                return Ok(Applied::Unchanged);
            }
            Some(_) => Applied::Updated,
        };
        let tenant_id = store::tenant::upsert(&mut tx, &file.settings, now).await?;
        if let Err(error) = put(&mut tx, tenant_id, file).await {
            tx.rollback().await?;
            return Err(self.explain(before.as_ref(), file, error).await?);
        }
        let detail = json!({ "change": applied });
        self.record(&mut tx, tenant_id, Action::TenantApplied, detail, now)
            .await?;
        tx.commit().await?;
        Ok(applied)
    }

    /// Says in the operator's words why host names or password types were refused.
    async fn explain(
        &self,
        before: Option<&Tenant>,
        file: &TenantFile,
        error: sqlx::Error,
    ) -> Result<ApplyTenantError, Fault> {
        let mut db = self.db.acquire().await?;
        match (store::violated(&error), before) {
            (Some("tenant_host_pkey"), _) => {
                let settings = &file.settings;
                let taken =
                    store::tenant::find_taken_host(&mut db, &settings.code, &settings.hosts);
                if let Some(taken) = taken.await? {
                    let store::tenant::TakenHost { host, owner } = taken;
                    return Ok(ApplyTenantError::HostTaken { host, owner });
                }
            }
            (Some(_), Some(tenant)) => {
                let keep = names(file);
                let in_use =
                    store::password_type::find_in_use(&mut db, tenant.tenant_id, &keep).await?;
                if let Some(internal_name) = in_use {
                    return Ok(ApplyTenantError::TypeInUse { internal_name });
                }
            }
            (Some(_) | None, _) => {}
        }
        Ok(error.into())
    }
}

/// Replaces a tenant's host names, password types and logo.
async fn put(db: &mut PgConnection, tenant_id: TenantId, file: &TenantFile) -> sqlx::Result<()> {
    store::tenant::forget_hosts(db, tenant_id).await?;
    store::tenant::insert_hosts(db, tenant_id, &file.settings.hosts).await?;
    store::password_type::forget_others(db, tenant_id, &names(file)).await?;
    store::password_type::clear_access(db, tenant_id).await?;
    for (position, spec) in (0..).zip(&file.password_types) {
        store::password_type::upsert(db, tenant_id, position, spec).await?;
    }
    match &file.logo {
        Some(logo) => store::tenant_logo::upsert(db, tenant_id, logo).await,
        None => store::tenant_logo::delete(db, tenant_id).await,
    }
}

fn names(file: &TenantFile) -> Vec<String> {
    let types = file.password_types.iter();
    types.map(|spec| spec.internal_name.clone()).collect()
}

async fn is_as_said(
    db: &mut PgConnection,
    tenant: &Tenant,
    file: &TenantFile,
) -> sqlx::Result<bool> {
    let types = tenant.password_types.iter().map(|kind| &kind.spec);
    let is_said = tenant.settings == file.settings && types.eq(&file.password_types);
    Ok(is_said && store::tenant_logo::find(db, tenant.tenant_id).await? == file.logo)
}
