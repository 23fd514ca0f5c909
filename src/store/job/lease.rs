//! Table `job`, for whoever does one: taking it, holding it, and what becomes of it.

use serde::de::DeserializeOwned;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::Timestamp;
use crate::domain::digest::Nonce;
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

/// Takes the longest due job that nobody holds. A lease that ends much later than one taken now
/// would was taken by a clock that was ahead, and holds no more; replicas' clocks may differ a little.
///
/// The job gets `nonce`, unless it has one of a key that is still among the `keys`, by name.
pub async fn lease<W: DeserializeOwned>(
    db: &mut PgConnection,
    now: Timestamp,
    until: Timestamp,
    nonce: Nonce,
    keys: &[Vec<u8>],
) -> sqlx::Result<Option<Leased<W>>> {
    let row = sqlx::query!(
        r#"
        update job set leased_until = $2, attempts = attempts + 1,
            nonce = case when substring(nonce for 8) = any($4) then nonce else $3 end
        where (tenant_id, job_id) = (
            select tenant_id, job_id from job
            where dead_at is null and due_at <= $1 and (leased_until is null or leased_until <= $1
                    or leased_until > $2::timestamptz + interval '1 minute')
            order by due_at
            limit 1
            for update skip locked
        )
        returning tenant_id as "tenant_id: TenantId", job_id as "job_id: JobId",
            work as "work: Json<serde_json::Value>", attempts, created_at, nonce as "nonce!: Nonce", doubts
        "#,
        now,
        until,
        nonce as Nonce,
        keys,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Leased {
        lease: Lease {
            tenant_id: row.tenant_id,
            job_id: row.job_id,
            attempts: row.attempts.unsigned_abs(),
            nonce: row.nonce,
            doubts: row.doubts.unsigned_abs(),
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
    /// What its secrets are derived from.
    pub nonce: Nonce,
    /// How often nobody said what became of its letter.
    pub doubts: u32,
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

/// Holds on to a job until `until`. Returns whether the lease still held.
pub async fn hold(db: &mut PgConnection, lease: Lease, until: Timestamp) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        r#"
        update job set leased_until = $4
        where tenant_id = $1 and job_id = $2 and attempts = $3 and leased_until is not null
        "#,
        lease.tenant_id as TenantId,
        lease.job_id as JobId,
        lease.number(),
        until,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that nobody said what became of the letter of this lease.
pub async fn note_doubt(db: &mut PgConnection, lease: Lease) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update job set doubts = doubts + 1
        where tenant_id = $1 and job_id = $2 and attempts = $3
        "#,
        lease.tenant_id as TenantId,
        lease.job_id as JobId,
        lease.number(),
    )
    .execute(db)
    .await?;
    Ok(())
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
