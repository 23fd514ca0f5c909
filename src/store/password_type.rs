//! Table `password_type`.

use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::id::TenantId;
use crate::domain::password_type::Spec;

/// Removes the types that `keep` does not name. One that is in use violates a foreign key of
/// `password`.
pub async fn forget_others(
    db: &mut PgConnection,
    tenant_id: TenantId,
    keep: &[String],
) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from password_type where tenant_id = $1 and internal_name <> all($2)",
        tenant_id as TenantId,
        keep,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes the mark of the access type from all, so that another may bear it.
pub async fn clear_access(db: &mut PgConnection, tenant_id: TenantId) -> sqlx::Result<()> {
    sqlx::query!(
        "update password_type set access = false where tenant_id = $1 and access",
        tenant_id as TenantId,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Creates or updates a type, known by its internal name.
pub async fn upsert(
    db: &mut PgConnection,
    tenant_id: TenantId,
    position: i32,
    spec: &Spec,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into password_type (tenant_id, position, internal_name, access, spec)
        values ($1, $2, $3, $4, $5)
        on conflict (tenant_id, internal_name) do update
        set position = excluded.position, access = excluded.access, spec = excluded.spec
        "#,
        tenant_id as TenantId,
        position,
        spec.internal_name,
        spec.access,
        Json(spec) as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The first of the types that `keep` does not name which accounts have a password of, by its
/// internal name.
pub async fn find_in_use(
    db: &mut PgConnection,
    tenant_id: TenantId,
    keep: &[String],
) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        r#"
        select internal_name from password_type
        where tenant_id = $1 and internal_name <> all($2) and exists (
            select from password
            where password.tenant_id = $1
                and password.password_type_id = password_type.password_type_id
        )
        order by position
        limit 1
        "#,
        tenant_id as TenantId,
        keep,
    )
    .fetch_optional(db)
    .await
}
