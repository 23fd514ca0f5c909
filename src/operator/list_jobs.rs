//! What waits to be sent, and what was given up.

use serde::Serialize;

use super::Operator;
use crate::domain::Timestamp;
use crate::domain::id::{AccountId, JobId};
use crate::domain::tenant::Tenant;
use crate::domain::token::{Form, Purpose};
use crate::mail::Kind;
use crate::recovery::{Fault, Job, Notice};
use crate::store;
use crate::store::job::{Listed, Which};

/// The most jobs that are listed at once.
const MOST: i64 = 1_000;

/// A job as an operator sees it: what kind of letter, never whose, and no secret.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedJob {
    /// Names it.
    pub id: JobId,
    /// The code of the tenant.
    pub tenant: String,
    /// The letter it is to send, by its name among templates; `unknown` where another version of
    /// the program promised it.
    pub letter: &'static str,
    /// What is to become of it.
    pub state: JobState,
    /// When it was promised.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: Timestamp,
    /// How many seconds ago that was.
    pub age: i64,
    /// When it may be taken up, or was to be.
    #[serde(with = "time::serde::rfc3339")]
    pub due_at: Timestamp,
    /// How often it has been taken up.
    pub attempts: i32,
    /// Why it was not done the last time; holds no address and no secret.
    pub last_error: Option<String>,
}

/// What is to become of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// The next free worker takes it.
    Due,
    /// A worker is at it.
    Held,
    /// It was put off.
    Waiting,
    /// It was given up.
    Dead,
    /// It was given up, and may have arrived: a mail server took the letter and did not say so.
    Unknown,
}

impl Operator {
    /// Lists up to a thousand jobs of a tenant or of all, oldest first, or only those given up.
    pub async fn list_jobs(
        &self,
        tenant: Option<&Tenant>,
        which: Which,
    ) -> Result<Vec<ListedJob>, Fault> {
        let mut db = self.db.acquire().await?;
        let tenant_id = tenant.map(|tenant| tenant.tenant_id);
        let jobs = store::job::list(&mut db, tenant_id, which, MOST).await?;
        let now = self.clock.now();
        Ok(jobs.into_iter().map(|job| shown(job, now)).collect())
    }
}

pub(super) fn shown(job: Listed<Job>, now: Timestamp) -> ListedJob {
    ListedJob {
        id: job.job_id,
        letter: letter(&job),
        state: state(&job, now),
        tenant: job.tenant,
        created_at: job.created_at,
        // What is due later has waited for nothing yet.
        age: (now - job.created_at).whole_seconds().max(0),
        due_at: job.due_at,
        attempts: job.attempts,
        last_error: job.last_error,
    }
}

/// How a job stands.
pub(super) fn state(job: &Listed<Job>, now: Timestamp) -> JobState {
    if job.dead_at.is_some() && job.doubts > 0 {
        JobState::Unknown
    } else if job.dead_at.is_some() {
        JobState::Dead
    } else if job.leased_until.is_some_and(|until| until > now) {
        JobState::Held
    } else if job.due_at > now {
        JobState::Waiting
    } else {
        JobState::Due
    }
}

/// The name of the letter that a job is to send.
pub(super) fn letter(job: &Listed<Job>) -> &'static str {
    let Ok(work) = &job.work else {
        return "unknown";
    };
    let kind = match work {
        Job::Token(job) => match job.purpose {
            // Nobody asks for a "not me" token: it comes in a notice.
            Purpose::Reset | Purpose::Disown => Kind::ResetLink,
            Purpose::Unlock => Kind::UnlockLink,
        },
        Job::Mailbox(job) => match job.purpose {
            Purpose::Reset | Purpose::Disown => Kind::ResetLink,
            Purpose::Unlock => Kind::UnlockLink,
        },
        Job::Usernames(_) => Kind::Usernames,
        Job::Forgotten(job) => match job.form {
            Form::Link => Kind::ResetLink,
            Form::Code => Kind::OneTimeCode,
        },
        Job::Password(_) => Kind::GeneratedPassword,
        Job::Code(_) => Kind::OneTimeCode,
        Job::Notice(job) => match job.notice {
            Notice::PasswordChanged => Kind::PasswordChanged,
            Notice::AccountUnlocked => Kind::AccountUnlocked,
        },
        Job::Disowned(_) => Kind::AccountDisowned,
        Job::Imported(_) => Kind::AccountChanged,
    };
    kind.as_str()
}

/// Whose job it is, where the job names an account and not what somebody typed.
pub(super) fn account_id(job: &Listed<Job>) -> Option<AccountId> {
    match job.work.as_ref().ok()? {
        Job::Token(_) | Job::Mailbox(_) | Job::Usernames(_) | Job::Forgotten(_) => None,
        Job::Password(job) => Some(job.account_id),
        Job::Code(job) => Some(job.account_id),
        Job::Notice(job) => Some(job.account_id),
        Job::Disowned(job) => Some(job.account_id),
        Job::Imported(job) => Some(job.account_id),
    }
}
