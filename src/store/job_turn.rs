//! Table `job`: jobs that are promised together and take turns.

use serde::Serialize;
use sqlx::PgConnection;

use crate::domain::Timestamp;
use crate::domain::id::{JobId, TenantId};

/// A job that is promised together with others.
pub struct NewJob<W> {
    /// Names it.
    pub job_id: JobId,
    /// What is to be done.
    pub work: W,
    /// When its turn comes. From then on it waits, and may be given up after a day.
    pub due_at: Timestamp,
}

/// Promises jobs whose turns come at different times. A job whose turn is still to come waits for
/// nothing but that, and nobody is [behind](super::job::backlog) with it.
pub async fn enqueue_all<W: Serialize + Sync>(
    db: &mut PgConnection,
    tenant_id: TenantId,
    jobs: &[NewJob<W>],
) -> sqlx::Result<()> {
    let ids: Vec<_> = jobs.iter().map(|job| job.job_id).collect();
    let turns: Vec<_> = jobs.iter().map(|job| job.due_at).collect();
    let works: Result<Vec<_>, _> = jobs
        .iter()
        .map(|job| serde_json::to_string(&job.work))
        .collect();
    let works = works.map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query!(
        r#"
        insert into job (tenant_id, job_id, work, created_at, due_at)
        select $1, job_id, work::jsonb, due_at, due_at
        from unnest($2::uuid[], $3::text[], $4::timestamptz[]) as row (job_id, work, due_at)
        "#,
        tenant_id as TenantId,
        &ids as &[JobId],
        &works,
        &turns,
    )
    .execute(db)
    .await?;
    Ok(())
}
