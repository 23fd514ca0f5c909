//! Table `job`.

mod lease;
mod list;

use serde::Serialize;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::Timestamp;
use crate::domain::id::{JobId, TenantId};

pub use self::lease::{Lease, Leased, bury, finish, hold, lease, note_doubt, postpone};
pub use self::list::{Listed, Which, list, lock};

/// What is waiting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Backlog {
    /// Jobs that are not done, those put off included; not those whose first turn is still to come.
    pub waiting: i64,
    /// Jobs that could be done now.
    pub due: i64,
    /// Jobs that were given up.
    pub dead: i64,
}

/// Since when jobs wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Oldest {
    /// When the oldest job that is not done was promised.
    pub waiting_since: Option<Timestamp>,
    /// When the longest due job became due.
    pub due_since: Option<Timestamp>,
}

/// Promises a job.
pub async fn enqueue<W: Serialize + Sync>(
    db: &mut PgConnection,
    tenant_id: TenantId,
    job_id: JobId,
    work: &W,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into job (tenant_id, job_id, work, created_at, due_at) values ($1, $2, $3, $4, $4)",
        tenant_id as TenantId,
        job_id as JobId,
        Json(work) as _,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends what secrets of jobs are derived from: the next attempt at each makes others.
pub async fn forget_nonces(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("update job set nonce = null where nonce is not null")
        .execute(db)
        .await?;
    Ok(())
}

/// Counts what is waiting.
pub async fn backlog(db: &mut PgConnection, now: Timestamp) -> sqlx::Result<Backlog> {
    sqlx::query_as!(
        Backlog,
        r#"
        select
            (select count(*) from job where dead_at is null and created_at <= $1) as "waiting!",
            (select count(*) from job where dead_at is null and due_at <= $1) as "due!",
            (select count(*) from job where dead_at is not null) as "dead!"
        "#,
        now,
    )
    .fetch_one(db)
    .await
}

/// Deletes up to `most` jobs that were given up before `before`. Returns how many there were.
pub async fn forget_dead(db: &mut PgConnection, before: Timestamp, most: i64) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        r#"
        delete from job where (tenant_id, job_id) in (
            select tenant_id, job_id from job where dead_at <= $1
            order by dead_at
            limit $2
            for update skip locked
        )
        "#,
        before,
        most,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Looks for what has waited longest.
pub async fn oldest(db: &mut PgConnection, now: Timestamp) -> sqlx::Result<Oldest> {
    sqlx::query_as!(
        Oldest,
        r#"
        select
            (select min(created_at) from job where dead_at is null and created_at <= $1) as "waiting_since",
            (select min(due_at) from job where dead_at is null and due_at <= $1) as "due_since"
        "#,
        now,
    )
    .fetch_one(db)
    .await
}

/// Makes a job due now, as if it had just been promised. Its attempts stay counted: they tell this
/// lease from those that workers may still believe to hold.
pub async fn revive(
    db: &mut PgConnection,
    tenant_id: TenantId,
    job_id: JobId,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update job set dead_at = null, leased_until = null, due_at = $3, created_at = $3
        where tenant_id = $1 and job_id = $2
        "#,
        tenant_id as TenantId,
        job_id as JobId,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Deletes a job, done or not.
pub async fn forget(db: &mut PgConnection, tenant_id: TenantId, job_id: JobId) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from job where tenant_id = $1 and job_id = $2",
        tenant_id as TenantId,
        job_id as JobId,
    )
    .execute(db)
    .await?;
    Ok(())
}
