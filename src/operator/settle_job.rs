//! Deciding what becomes of a letter that did not leave.

use serde_json::json;
use sqlx::PgConnection;

use super::Operator;
use super::audit::{Action, Entry};
use super::list_jobs::{JobState, ListedJob, account_id, letter, shown, state};
use crate::domain::Timestamp;
use crate::domain::id::JobId;
use crate::domain::tenant::Tenant;
use crate::recovery::{Fault, Job};
use crate::store;
use crate::store::job::{Listed, Which};

/// Why a job was left as it is.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// It is done, dropped, or never was.
    #[error("there is no job of that id; it may be done")]
    Unknown,
    /// Whatever is done to it would race with the worker.
    #[error("a worker is at it; try again in half a minute")]
    Held,
    /// We could not.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for JobError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

/// The most jobs that are retried at once.
const MOST: i64 = 10_000;

impl Operator {
    /// Makes a job due now, whether it was given up or put off, with a whole day before it.
    pub async fn retry_job(&self, job_id: JobId) -> Result<ListedJob, JobError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let job = self.claim(&mut tx, job_id, now).await?;
        self.revive(&mut tx, &job, now).await?;
        tx.commit().await?;
        Ok(ListedJob {
            state: JobState::Due,
            created_at: now,
            age: 0,
            due_at: now,
            ..shown(job, now)
        })
    }

    /// Makes every job due now that was given up or put off, of a tenant or of all. Returns how many
    /// there were.
    pub async fn retry_jobs(&self, tenant: Option<&Tenant>) -> Result<usize, JobError> {
        let now = self.clock.now();
        let tenant_id = tenant.map(|tenant| tenant.tenant_id);
        let mut tx = self.db.begin().await?;
        let listed: Vec<Listed<Job>> =
            store::job::list(&mut tx, tenant_id, Which::All, MOST).await?;
        let mut revived = 0;
        for job in listed {
            match state(&job, now) {
                // Its first turn is still to come: nobody put it off.
                JobState::Waiting if job.attempts == 0 => continue,
                JobState::Dead | JobState::Unknown | JobState::Waiting => {}
                JobState::Due | JobState::Held => continue,
            }
            // It may have been done since it was listed.
            match self.claim(&mut tx, job.job_id, now).await {
                Ok(job) => self.revive(&mut tx, &job, now).await?,
                Err(JobError::Unknown | JobError::Held) => continue,
                Err(JobError::Fault(fault)) => return Err(fault.into()),
            }
            revived += 1;
        }
        tx.commit().await?;
        Ok(revived)
    }

    /// Deletes a job undone.
    pub async fn drop_job(&self, job_id: JobId) -> Result<ListedJob, JobError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let job = self.claim(&mut tx, job_id, now).await?;
        store::job::forget(&mut tx, job.tenant_id, job_id).await?;
        let entry = entry(Action::JobDropped, &job);
        self.record_entry(&mut tx, job.tenant_id, entry, now)
            .await?;
        tx.commit().await?;
        Ok(shown(job, now))
    }

    async fn revive(
        &self,
        db: &mut PgConnection,
        job: &Listed<Job>,
        now: Timestamp,
    ) -> Result<(), JobError> {
        store::job::revive(db, job.tenant_id, job.job_id, now).await?;
        let entry = entry(Action::JobRetried, job);
        self.record_entry(db, job.tenant_id, entry, now).await?;
        Ok(())
    }

    /// A job that no worker holds, and none takes before the transaction ends.
    async fn claim(
        &self,
        db: &mut PgConnection,
        job_id: JobId,
        now: Timestamp,
    ) -> Result<Listed<Job>, JobError> {
        let job = store::job::lock(db, job_id)
            .await?
            .ok_or(JobError::Unknown)?;
        match state(&job, now) {
            JobState::Held => Err(JobError::Held),
            JobState::Dead | JobState::Unknown | JobState::Due | JobState::Waiting => Ok(job),
        }
    }
}

fn entry(action: Action, job: &Listed<Job>) -> Entry<'static> {
    Entry {
        action,
        outcome: "done",
        account_id: account_id(job),
        detail: json!({
            "job": job.job_id,
            "letter": letter(job),
            "attempts": job.attempts,
            "wasDead": job.dead_at.is_some(),
        }),
    }
}
