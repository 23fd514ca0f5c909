//! One attempt at a job, from the lease to the end: done, put off or given up.
//!
//! A lease is short, so that a job whose worker was killed is not missed, and is held on to for as long as
//! the work goes on: a mail server may take many minutes. Who cannot hold it any longer stops.
//!
//! Of a letter that a mail server took without a word nobody knows whether it will be delivered (RFC 1047).
//! It is sent once more, much later and the same to the byte of its secret; after that it is left to people.

use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;
use serde_json::json;
use sqlx::Connection as _;
use time::Duration;
use tokio::time::{Instant, interval, timeout};
use tracing::Instrument as _;

use super::Delivery;
use super::disowned::mail_disowned;
use super::imported::mail_imported;
use super::mailbox::mail_accounts;
use super::undone::{Undone, describe};
use crate::domain::id::TenantId;
use crate::domain::tenant::Tenant;
use crate::domain::{Timestamp, backoff};
use crate::mail::{Reason, Undelivered};
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::outbox::{Job, UNREADABLE};
use crate::recovery::tools::meter::{self, Ended};
use crate::recovery::tools::{Fault, Tools};
use crate::store;
use crate::store::job::{Lease, Leased};

/// How long a worker that says nothing more holds a job.
const LEASE: Duration = Duration::seconds(30);
/// How often it says so. Two may go wrong before the lease ends.
const HOLD_EVERY: std::time::Duration = std::time::Duration::from_secs(8);
/// How long work on a job may take, apart from what the mail server takes for itself.
const WORK: std::time::Duration = std::time::Duration::from_secs(25);
/// How often the mail server may leave us in doubt about one letter: so many copies there may be.
const DOUBTS_MAX: u32 = 2;
/// How long a letter rests of which nobody knows: longer than servers take for what comes behind a slow
/// answer, shorter than people wait for a letter that did not arrive.
const REST: Duration = Duration::minutes(15);

impl Delivery {
    /// Does one due job. Returns whether there was one.
    pub async fn run_one_job(&self) -> Result<bool, Fault> {
        let Some(leased) = self.lease_job().await? else {
            return Ok(false);
        };
        self.settle(leased).await?;
        Ok(true)
    }

    /// Takes a due job, if there is one.
    pub(in crate::recovery) async fn lease_job(&self) -> Result<Option<Leased<Job>>, Fault> {
        let now = self.tools.clock.now();
        let nonce = self.tools.keys.nonce(&mut self.tools.entropy.fork());
        let keys = self.tools.keys.names();
        let mut db = self.tools.db.acquire().await?;
        Ok(store::job::lease(&mut db, now, now + LEASE, nonce, &keys).await?)
    }

    /// Does a leased job, and postpones or buries it where it cannot be done. A job that panics or
    /// takes too long is one that could not be done: it takes no worker with it.
    pub(in crate::recovery) async fn settle(&self, leased: Leased<Job>) -> Result<(), Fault> {
        let job = leased.work.as_ref().ok();
        let kind = job.map_or(UNREADABLE, Job::kind);
        let request_id = job.map_or("", |job| job.origin().request_id.as_str());
        let span = tracing::info_span!(
            "job", kind, request_id, job_id = %leased.lease.job_id, attempts = leased.lease.attempts
        );
        let tally = meter::Attempt::at(kind, leased.created_at);
        // On the heap: what jobs hold while they wait is large, and a worker holds it all its life.
        let settled = Box::pin(self.attempt(leased)).instrument(span).await;
        if let Ok(outcome) = settled {
            tally.ended(outcome, self.tools.clock.now());
        }
        settled.map(|_| ())
    }

    async fn attempt(&self, leased: Leased<Job>) -> Result<Ended, Fault> {
        let Leased {
            lease,
            work,
            created_at,
        } = leased;
        let attempt = async {
            match work {
                Ok(job) => self.perform(lease, job).await,
                // A newer version of the program wrote it; a newer one may be along to read it.
                Err(error) => Err(Undone::Fault(Fault::broken(error))),
            }
        };
        let most = WORK + self.post.mailer.longest();
        let attempt = timeout(most, AssertUnwindSafe(attempt).catch_unwind());
        let ended = tokio::select! {
            ended = attempt => ended,
            fault = hold(&self.tools, lease) => Ok(Ok(Err(fault.into()))),
        };
        let undone = match ended {
            Ok(Ok(Ok(()))) => return Ok(Ended::Done),
            Ok(Ok(Err(undone))) => undone,
            Ok(Err(_)) => Undone::Fault(Fault::broken("the job panicked")),
            Err(elapsed) => Undone::Fault(Fault::Unavailable(elapsed.into())),
        };
        // Broken off while the mail server had the letter.
        let undone = if self.underway.ends(lease.job_id) {
            Undone::Mail(Undelivered::Unknown(Reason::TimedOut))
        } else {
            undone
        };
        self.put_off(lease, created_at, &undone).await
    }

    /// Postpones a job that could not be done, or gives it up: at once where the letter was
    /// refused for good, else after a day, or where nobody knows for the second time whether it left. Waiting
    /// for the budget is no failure.
    async fn put_off(
        &self,
        lease: Lease,
        created_at: Timestamp,
        undone: &Undone,
    ) -> Result<Ended, Fault> {
        let Lease {
            tenant_id,
            job_id,
            attempts,
            doubts,
            nonce: _,
        } = lease;
        let error = describe(undone);
        let now = self.tools.clock.now();
        let wait = backoff::after(attempts, &mut self.tools.entropy.fork());
        let (due_at, is_hopeless) = match undone {
            Undone::Budget { retry_at } => (*retry_at, false),
            Undone::Mail(Undelivered::Never(_)) => (now, true),
            Undone::Mail(Undelivered::Unknown(_)) => (now + REST + wait, doubts + 1 >= DOUBTS_MAX),
            Undone::Text(unsent) if !unsent.may_pass_later() => (now, true),
            Undone::Mail(Undelivered::Later(_)) | Undone::Text(_) | Undone::Fault(_) => {
                (now + wait, now + wait > created_at + backoff::GIVE_UP_AFTER)
            }
        };
        let mut db = self.tools.db.acquire().await?;
        let is_in_doubt = matches!(undone, Undone::Mail(Undelivered::Unknown(_)));
        if is_in_doubt {
            store::job::note_doubt(&mut db, lease).await?;
        }
        if is_hopeless {
            tracing::error!(%error, "gave a letter up");
            let mut tx = db.begin().await?;
            // Whoever leased it since gives it up, or does not.
            if store::job::bury(&mut tx, lease, now, &error).await? {
                let outcome = if is_in_doubt || doubts > 0 {
                    "not known whether delivered"
                } else {
                    "not delivered"
                };
                let entry = Entry::new(AuditAction::LetterGivenUp, outcome, None);
                let entry = entry.with(json!({ "job": job_id }));
                self.audit.record(&mut tx, tenant_id, entry).await?;
            }
            tx.commit().await?;
        } else {
            tracing::warn!(%error, "put a letter off");
            store::job::postpone(&mut db, lease, due_at, Some(&error)).await?;
        }
        if let Undone::Budget { retry_at } = undone {
            self.limits
                .note_budget(&mut db, tenant_id, *retry_at)
                .await?;
        }
        if matches!(undone, Undone::Mail(_)) {
            self.limits.release_letter(&mut db).await?;
        }
        Ok(if is_hopeless {
            Ended::Dead
        } else {
            Ended::Postponed
        })
    }

    /// Gives back a lease on work that was broken off, so that another may take it at once; later, where the
    /// mail server may have its letter already.
    pub(in crate::recovery) async fn give_back(&self, lease: Lease) -> Result<(), Fault> {
        let now = self.tools.clock.now();
        if self.underway.ends(lease.job_id) {
            let undone = Undone::Mail(Undelivered::Unknown(Reason::TimedOut));
            self.put_off(lease, now, &undone).await?;
            return Ok(());
        }
        let mut db = self.tools.db.acquire().await?;
        Ok(store::job::postpone(&mut db, lease, now, None).await?)
    }

    async fn perform(&self, lease: Lease, job: Job) -> Result<(), Undone> {
        let tenant = &self.tenant_of(lease.tenant_id).await?;
        match job {
            Job::Token(job) => self.send_token(tenant, lease, &job.into()).await,
            Job::Mailbox(job) => mail_accounts(self, tenant, lease, &job).await,
            Job::Usernames(job) => self.mail_usernames(tenant, lease, &job).await,
            Job::Forgotten(job) => self.send_token(tenant, lease, &job.into()).await,
            Job::Password(job) => self.send_password(tenant, lease, &job).await,
            Job::Code(job) => self.mail_code(tenant, lease, &job).await,
            Job::Notice(job) => self.mail_notice(tenant, lease, &job).await,
            Job::Disowned(job) => mail_disowned(self, tenant, lease, &job).await,
            Job::Imported(job) => mail_imported(self, tenant, lease, &job).await,
        }
    }

    async fn tenant_of(&self, tenant_id: TenantId) -> Result<Tenant, Fault> {
        let mut db = self.tools.db.acquire().await?;
        store::tenant::find(&mut db, tenant_id)
            .await?
            .ok_or_else(|| Fault::broken("a job belongs to no tenant"))
    }
}

/// Holds on to a job for as long as it is polled. Ends when that cannot be done before the lease is over, or
/// when somebody else holds the job: then the work must end too.
async fn hold(tools: &Tools, lease: Lease) -> Fault {
    let mut held_until = Instant::now() + LEASE.unsigned_abs();
    let mut due = interval(HOLD_EVERY);
    // The first is at once, when the lease has just been taken.
    due.tick().await;
    loop {
        due.tick().await;
        let hold = async {
            let until = tools.clock.now() + LEASE;
            let mut db = tools.db.acquire().await?;
            store::job::hold(&mut db, lease, until).await
        };
        let asked_at = Instant::now();
        match timeout(HOLD_EVERY, hold).await {
            Ok(Ok(true)) => held_until = asked_at + LEASE.unsigned_abs(),
            Ok(Ok(false)) => return Fault::broken("somebody else holds the job"),
            Ok(Err(_)) | Err(_) if Instant::now() + HOLD_EVERY < held_until => {}
            Ok(Err(error)) => return error.into(),
            Err(late) => return Fault::Unavailable(late.into()),
        }
    }
}
