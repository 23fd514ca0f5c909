//! What is promised to be sent: jobs, the rows that keep them, and the bell that wakes whoever does them.
//! What they come to is the business of `delivery`.

mod job;

use std::sync::Arc;

use sqlx::PgConnection;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use crate::domain::Timestamp;
use crate::domain::id::{JobId, TenantId};
use crate::recovery::tools::{Fault, Tools};
use crate::store;

pub(crate) use self::job::{
    CodeJob, DisownedJob, ForgottenJob, ImportedJob, Job, MailboxJob, Notice, NoticeJob,
    PasswordJob, TokenJob, UsernamesJob,
};
pub(in crate::recovery) use self::job::{UNREADABLE, reference};

/// Jobs on their way to a worker.
pub(super) struct Outbox {
    tools: Arc<Tools>,
    /// Rung when a job was promised, so that a worker need not wait for its next look.
    bell: Notify,
}

impl Outbox {
    pub(in crate::recovery) fn new(tools: Arc<Tools>) -> Self {
        Self {
            tools,
            bell: Notify::new(),
        }
    }

    /// A fresh name for a job that is promised at `now`.
    pub(in crate::recovery) fn name(&self, now: Timestamp) -> JobId {
        JobId::mint(now, &mut self.tools.entropy.fork())
    }

    /// Promises a job that is due at once, in the caller's transaction. Whoever commits it
    /// [rings](Self::ring).
    pub(in crate::recovery) async fn promise(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        job: &Job,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let job_id = self.name(now);
        Ok(store::job::enqueue(db, tenant_id, job_id, job, now).await?)
    }

    /// Wakes a worker: a promise is committed.
    pub(in crate::recovery) fn ring(&self) {
        self.bell.notify_one();
    }

    /// Waits for the bell.
    pub(in crate::recovery) fn rung(&self) -> Notified<'_> {
        self.bell.notified()
    }
}
