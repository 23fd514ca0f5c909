//! Table `throttle`.

use sqlx::PgConnection;

use crate::domain::Timestamp;
use crate::domain::digest::Digest;
use crate::domain::id::TenantId;

/// How full a window is.
pub struct Window {
    /// Events in it, the one just counted included.
    pub hits: i64,
    /// When it ends.
    pub resets_at: Timestamp,
}

/// Counts one event and tells how full its window is. A window opens with its first event; events
/// of one subject are counted one after the other, however many arrive at once.
///
/// `tenant_id` `None` is the whole server.
pub async fn hit(
    db: &mut PgConnection,
    tenant_id: Option<TenantId>,
    scope: &str,
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
            hits = case when t.resets_at <= $4 then 1 else t.hits + 1 end,
            resets_at = case when t.resets_at <= $4 then excluded.resets_at else t.resets_at end
        returning hits, resets_at
        "#,
        tenant_id as Option<TenantId>,
        scope,
        subject as Digest,
        now,
        resets_at,
    )
    .fetch_one(db)
    .await
}

/// Deletes up to `most` windows that have ended. Returns how many there were.
pub async fn forget_ended(db: &mut PgConnection, now: Timestamp, most: i64) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        r#"
        delete from throttle where (tenant_id, scope, subject) in (
            select tenant_id, scope, subject from throttle where resets_at <= $1 limit $2
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
