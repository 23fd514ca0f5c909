//! Table `audit_unsealed`.

use sqlx::PgConnection;

use crate::domain::digest::Digest;
use crate::domain::id::{EventId, TenantId};

/// The next tenant, in their order, that has events waiting.
pub async fn next_tenant(
    db: &mut PgConnection,
    after: Option<TenantId>,
) -> sqlx::Result<Option<TenantId>> {
    sqlx::query_scalar!(
        r#"
        select tenant_id as "tenant_id: TenantId" from audit_unsealed
        where tenant_id > coalesce($1::bigint, 0)
        order by tenant_id
        limit 1
        "#,
        after as Option<TenantId>,
    )
    .fetch_optional(db)
    .await
}

/// Takes events off the list. Returns how many were on it.
pub async fn finish(
    db: &mut PgConnection,
    tenant_id: TenantId,
    events: &[EventId],
) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "delete from audit_unsealed where tenant_id = $1 and event_id = any($2)",
        tenant_id as TenantId,
        events as &[EventId],
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// An event on the list that is gone.
pub async fn find_gone(
    db: &mut PgConnection,
    tenant_id: TenantId,
) -> sqlx::Result<Option<EventId>> {
    sqlx::query_scalar!(
        r#"
        select event_id as "event_id: EventId" from audit_unsealed as u
        where tenant_id = $1 and not exists (
            select from audit_event as e
            where e.tenant_id = u.tenant_id and e.event_id = u.event_id)
        order by event_id
        limit 1
        "#,
        tenant_id as TenantId,
    )
    .fetch_optional(db)
    .await
}

/// Whether any event waits that nobody signed, in any tenant.
pub async fn is_any_unsigned(db: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"
        select exists (
            select from audit_unsealed join audit_event using (tenant_id, event_id)
            where digest is null
        ) as "exists!"
        "#,
    )
    .fetch_one(db)
    .await
}

/// How many events wait that were signed with a key.
pub async fn count_signed_with(db: &mut PgConnection, fingerprint: Digest) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        select count(*) as "count!" from audit_unsealed join audit_event using (tenant_id, event_id)
        where substring(digest for 8) = substring($1::bytea for 8)
        "#,
        fingerprint as Digest,
    )
    .fetch_one(db)
    .await
}
