//! Table `throttle`.

use sqlx::PgConnection;

use crate::domain::Timestamp;
use crate::domain::digest::Digest;
use crate::domain::id::TenantId;
use crate::domain::limit::Scope;

/// How full a window is.
pub struct Window {
    /// Events in it, the one just counted included.
    pub hits: i64,
    /// When it ends.
    pub resets_at: Timestamp,
}

/// Counts one event and tells how full its window is. A window opens with its first event; events
/// of one subject are counted one after the other, however many arrive at once. A window that ends
/// much later than one opened now would was opened by a clock that was ahead, or under a longer rate, and
/// is opened anew.
///
/// `tenant_id` `None` is the whole server.
pub async fn hit(
    db: &mut PgConnection,
    tenant_id: Option<TenantId>,
    scope: Scope,
    subject: Digest,
    now: Timestamp,
    resets_at: Timestamp,
) -> sqlx::Result<Window> {
    sqlx::query_as!(
        Window,
        r#"
        insert into throttle as t (tenant_id, scope, subject, hits, resets_at)
        values (coalesce($1, 0), $2, $3, 1, $5)
        on conflict (tenant_id, scope, subject) do update set
            hits = case when t.resets_at <= $4 or t.resets_at > $5::timestamptz + interval '1 minute' then 1 else t.hits + 1 end,
            resets_at = case when t.resets_at <= $4 or t.resets_at > $5::timestamptz + interval '1 minute' then $5 else t.resets_at end
        returning hits, resets_at
        "#,
        tenant_id as Option<TenantId>,
        scope.as_str(),
        subject as Digest,
        now,
        resets_at,
    )
    .fetch_one(db)
    .await
}

/// Takes one event back, if its window is still open.
pub async fn take_back(
    db: &mut PgConnection,
    tenant_id: Option<TenantId>,
    scope: Scope,
    subject: Digest,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update throttle set hits = hits - 1
        where tenant_id = coalesce($1, 0) and scope = $2 and subject = $3 and resets_at > $4
            and hits > 0
        "#,
        tenant_id as Option<TenantId>,
        scope.as_str(),
        subject as Digest,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets what was counted for a tenant's subjects in one scope. Returns whether there was anything.
pub async fn forget(
    db: &mut PgConnection,
    tenant_id: TenantId,
    scope: Scope,
    subjects: &[Digest],
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "delete from throttle where tenant_id = $1 and scope = $2 and subject = any($3)",
        tenant_id as TenantId,
        scope.as_str(),
        subjects as &[Digest],
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Deletes up to `most` windows that have ended. Returns how many there were.
pub async fn forget_ended(db: &mut PgConnection, now: Timestamp, most: i64) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        r#"
        delete from throttle where (tenant_id, scope, subject) in (
            select tenant_id, scope, subject from throttle where resets_at <= $1
            order by resets_at
            limit $2
            for update skip locked
        )
        "#,
        now,
        most,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
