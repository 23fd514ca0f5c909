//! Table `job`.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::Timestamp;
use crate::domain::id::{JobId, TenantId};

/// A job that this process holds until its lease ends.
pub struct Leased<W> {
    /// The proof.
    pub lease: Lease,
    /// What is to be done, if this version of the program understands it.
    pub work: Result<W, serde_json::Error>,
    /// When it was promised.
    pub created_at: Timestamp,
}

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

/// A job as an operator sees it.
pub struct Listed<W> {
    /// Whose job it is.
    pub tenant_id: TenantId,
    /// The code of that tenant.
    pub tenant: String,
    /// Names it.
    pub job_id: JobId,
    /// What is to be done, if this version of the program understands it.
    pub work: Result<W, serde_json::Error>,
    /// When it was promised.
    pub created_at: Timestamp,
    /// When it may be taken up, or was to be.
    pub due_at: Timestamp,
    /// Until when a worker holds it, if one does.
    pub leased_until: Option<Timestamp>,
    /// How often it has been taken up.
    pub attempts: i32,
    /// When it was given up, if it was.
    pub dead_at: Option<Timestamp>,
    /// Why it was not done the last time.
    pub last_error: Option<String>,
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

/// Takes the longest due job that nobody holds. A lease that ends much later than one taken now
/// would was taken by a clock that was ahead, and holds no more; replicas' clocks may differ a little.
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
            where dead_at is null and due_at <= $1 and (leased_until is null or leased_until <= $1
                    or leased_until > $2::timestamptz + interval '1 minute')
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
        lease: Lease {
            tenant_id: row.tenant_id,
            job_id: row.job_id,
            attempts: row.attempts.unsigned_abs(),
        },
        work: serde_json::from_value(row.work.0),
        created_at: row.created_at,
    }))
}

/// A lease as proof of itself: of two workers that hold a job one after the other, only the later
/// may say what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Whose job it is.
    pub tenant_id: TenantId,
    /// Names it.
    pub job_id: JobId,
    /// How often the job has been taken up, this time included.
    pub attempts: u32,
}

impl Lease {
    fn number(self) -> i32 {
        i32::try_from(self.attempts).unwrap_or(i32::MAX)
    }
}

/// Deletes a job that is done. Returns whether the lease still held.
pub async fn finish(db: &mut PgConnection, lease: Lease) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "delete from job where tenant_id = $1 and job_id = $2 and attempts = $3",
        lease.tenant_id as TenantId,
        lease.job_id as JobId,
        lease.number(),
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives a lease back, if it still holds; the job is due again at `due_at`.
pub async fn postpone(
    db: &mut PgConnection,
    lease: Lease,
    due_at: Timestamp,
    error: Option<&str>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update job set leased_until = null, due_at = $4, last_error = coalesce($5, last_error)
        where tenant_id = $1 and job_id = $2 and attempts = $3
        "#,
        lease.tenant_id as TenantId,
        lease.job_id as JobId,
        lease.number(),
        due_at,
        error,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Gives a job up, if the lease still holds: it stays, for people to see, and is never taken again
/// by itself.
pub async fn bury(
    db: &mut PgConnection,
    lease: Lease,
    now: Timestamp,
    error: &str,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        r#"
        update job set leased_until = null, dead_at = $4, last_error = $5
        where tenant_id = $1 and job_id = $2 and attempts = $3
        "#,
        lease.tenant_id as TenantId,
        lease.job_id as JobId,
        lease.number(),
        now,
        error,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() > 0)
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

/// One row of a list, before its work is understood.
struct Row {
    tenant_id: TenantId,
    tenant: String,
    job_id: JobId,
    work: Json<serde_json::Value>,
    created_at: Timestamp,
    due_at: Timestamp,
    leased_until: Option<Timestamp>,
    attempts: i32,
    dead_at: Option<Timestamp>,
    last_error: Option<String>,
}

impl<W: DeserializeOwned> From<Row> for Listed<W> {
    fn from(row: Row) -> Self {
        Self {
            tenant_id: row.tenant_id,
            tenant: row.tenant,
            job_id: row.job_id,
            work: serde_json::from_value(row.work.0),
            created_at: row.created_at,
            due_at: row.due_at,
            leased_until: row.leased_until,
            attempts: row.attempts,
            dead_at: row.dead_at,
            last_error: row.last_error,
        }
    }
}

/// Lists up to `most` jobs of a tenant or of all, oldest first, or only those that were given up.
pub async fn list<W: DeserializeOwned>(
    db: &mut PgConnection,
    tenant_id: Option<TenantId>,
    which: Which,
    most: i64,
) -> sqlx::Result<Vec<Listed<W>>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select tenant_id as "tenant_id: TenantId", code as tenant, job_id as "job_id: JobId",
            work as "work: Json<serde_json::Value>", job.created_at, due_at, leased_until, attempts,
            dead_at, last_error
        from job join tenant using (tenant_id)
        where ($1::bigint is null or tenant_id = $1) and (not $2 or dead_at is not null)
        order by job.created_at, job_id
        limit $3
        "#,
        tenant_id as Option<TenantId>,
        which == Which::Dead,
        most,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Listed::from).collect())
}

/// Which jobs are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Every one.
    All,
    /// Those that were given up.
    Dead,
}

/// Reads a job, and keeps workers off it until the transaction ends.
pub async fn lock<W: DeserializeOwned>(
    db: &mut PgConnection,
    job_id: JobId,
) -> sqlx::Result<Option<Listed<W>>> {
    let row = sqlx::query_as!(
        Row,
        r#"
        select tenant_id as "tenant_id: TenantId", code as tenant, job_id as "job_id: JobId",
            work as "work: Json<serde_json::Value>", job.created_at, due_at, leased_until, attempts,
            dead_at, last_error
        from job join tenant using (tenant_id)
        where job_id = $1
        for update of job
        "#,
        job_id as JobId,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(Listed::from))
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
