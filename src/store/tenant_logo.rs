//! Table `tenant_logo`.

use sqlx::PgConnection;

use crate::domain::id::TenantId;
use crate::domain::logo::{Format, Logo};

/// Finds a tenant's logo.
pub async fn find(db: &mut PgConnection, tenant_id: TenantId) -> sqlx::Result<Option<Logo>> {
    sqlx::query_as!(
        Logo,
        r#"select format as "format: Format", bytes from tenant_logo where tenant_id = $1"#,
        tenant_id as TenantId,
    )
    .fetch_optional(db)
    .await
}

/// Stores a tenant's logo in place of the last one.
pub async fn upsert(db: &mut PgConnection, tenant_id: TenantId, logo: &Logo) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into tenant_logo (tenant_id, format, bytes) values ($1, $2, $3)
        on conflict (tenant_id) do update set format = excluded.format, bytes = excluded.bytes
        "#,
        tenant_id as TenantId,
        logo.format as Format,
        logo.bytes,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets a tenant's logo.
pub async fn delete(db: &mut PgConnection, tenant_id: TenantId) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from tenant_logo where tenant_id = $1",
        tenant_id as TenantId
    )
    .execute(db)
    .await?;
    Ok(())
}
