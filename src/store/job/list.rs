//! Table `job`, for whoever looks at it.

use serde::de::DeserializeOwned;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::Timestamp;
use crate::domain::id::{JobId, TenantId};

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
    /// How often nobody said what became of its letter.
    pub doubts: i32,
    /// Why it was not done the last time.
    pub last_error: Option<String>,
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
    doubts: i32,
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
            doubts: row.doubts,
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
            dead_at, doubts, last_error
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
            dead_at, doubts, last_error
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
