//! Table `job`.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::Timestamp;
use crate::domain::id::{JobId, TenantId};

/// A job that this process holds until its lease ends.
pub struct Leased<W> {
    /// Whose job it is.
    pub tenant_id: TenantId,
    /// Names it.
    pub job_id: JobId,
    /// What is to be done, if this version of the program understands it.
    pub work: Result<W, serde_json::Error>,
    /// How often it has been taken up, this time included.
    pub attempts: u32,
    /// When it was promised.
    pub created_at: Timestamp,
}

/// What is waiting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Backlog {
    /// Jobs that are due and not done.
    pub due: i64,
    /// Jobs that were given up.
    pub dead: i64,
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

/// Takes the longest due job that nobody holds.
pub async fn lease<W: DeserializeOwned>(
    db: &mut PgConnection,
    now: Timestamp,
    until: Timestamp,
) -> sqlx::Result<Option<Leased<W>>> {
    let row = sqlx::query!(
        r#"
        update job set leased_until = $2, attempts = attempts + 1
        where (tenant_id, job_id) = (
            select tenant_id, job_id from job
            where dead_at is null and due_at <= $1 and (leased_until is null or leased_until <= $1)
            order by due_at
            limit 1
            for update skip locked
        )
        returning tenant_id as "tenant_id: TenantId", job_id as "job_id: JobId",
            work as "work: Json<serde_json::Value>", attempts, created_at
        "#,
        now,
        until,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Leased {
        tenant_id: row.tenant_id,
        job_id: row.job_id,
        work: serde_json::from_value(row.work.0),
        attempts: row.attempts.unsigned_abs(),
        created_at: row.created_at,
    }))
}

/// Deletes a job that is done.
pub async fn finish(db: &mut PgConnection, tenant_id: TenantId, job_id: JobId) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from job where tenant_id = $1 and job_id = $2",
        tenant_id as TenantId,
        job_id as JobId,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Gives a lease back; the job is due again at `due_at`.
pub async fn postpone(
    db: &mut PgConnection,
    tenant_id: TenantId,
    job_id: JobId,
    due_at: Timestamp,
    error: Option<&str>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update job set leased_until = null, due_at = $3, last_error = coalesce($4, last_error)
        where tenant_id = $1 and job_id = $2
        "#,
        tenant_id as TenantId,
        job_id as JobId,
        due_at,
        error,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Gives a job up: it stays, for people to see, and is never taken again by itself.
pub async fn bury(
    db: &mut PgConnection,
    tenant_id: TenantId,
    job_id: JobId,
    now: Timestamp,
    error: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update job set leased_until = null, dead_at = $3, last_error = $4
        where tenant_id = $1 and job_id = $2
        "#,
        tenant_id as TenantId,
        job_id as JobId,
        now,
        error,
    )
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
            (select count(*) from job where dead_at is null and due_at <= $1) as "due!",
            (select count(*) from job where dead_at is not null) as "dead!"
        "#,
        now,
    )
    .fetch_one(db)
    .await
}

/// When the next job that is not yet due will be.
pub async fn next_due(db: &mut PgConnection) -> sqlx::Result<Option<Timestamp>> {
    sqlx::query_scalar!(
        "select min(greatest(due_at, coalesce(leased_until, due_at))) from job where dead_at is null"
    )
    .fetch_one(db)
    .await
}
