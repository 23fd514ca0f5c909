//! Work that outlives the request: done at least once.
//!
//! A job row holds names, never secrets. The worker leases a job, mints what is to be mailed and
//! commits its digest (which supersedes the last one), sends the letter, and then deletes the job.
//! A crash or a failed send in between means a new attempt with a new secret: mail is late or
//! twice, never lost, and no transaction is open while SMTP talks.

pub(in crate::recovery) mod code;
pub(in crate::recovery) mod disown;
pub(in crate::recovery) mod letter;
pub(in crate::recovery) mod notice;
pub(in crate::recovery) mod password;
pub(in crate::recovery) mod token;
pub(in crate::recovery) mod usernames;

use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::Connection as _;
use time::Duration;
use tokio::time::timeout;
use tracing::Instrument as _;

use crate::domain::Timestamp;
use crate::domain::account::UserType;
use crate::domain::backoff;
use crate::domain::id::{AccountId, PasswordTypeId, TenantId};
use crate::domain::identifier::Identifier;
use crate::domain::language::Language;
use crate::domain::medium::Medium;
use crate::domain::status::Action;
use crate::domain::tenant::Tenant;
use crate::domain::token::{Form, Purpose};
use crate::domain::user::User;
use crate::mail::Undelivered;
use crate::recovery::audit::entry::{Action as Audited, Entry};
use crate::recovery::tools::meter::{self, Ended};
use crate::recovery::{Fault, Origin, Recovery, Refused};
use crate::sms::Unsent;
use crate::store;
use crate::store::job::{Lease, Leased};

pub(in crate::recovery) use self::letter::reference;

/// What is left to mail. Stored as JSON, so variants and fields are only ever added.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub(crate) enum Job {
    /// A token, to whoever the identifier names.
    Token {
        identifier: Identifier,
        /// What else the name may be, where it leads to nobody.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        others: Vec<Identifier>,
        user_type: Option<UserType>,
        purpose: Purpose,
        language: Option<Language>,
        origin: Origin,
    },
    /// The login names of whoever gets mail at the address.
    Usernames {
        email: Identifier,
        user_type: Option<UserType>,
        language: Option<Language>,
        origin: Origin,
    },
    /// A way back to a forgotten password, to whoever is named and may recover it the Cyclos way.
    Forgotten {
        user: User,
        form: Form,
        medium: Medium,
        origin: Origin,
    },
    /// A password that is made where it is sent. `at`: when the last one was put out of use for
    /// it; if the password has been set since, there is nothing left to do.
    Password {
        account_id: AccountId,
        password_type_id: PasswordTypeId,
        media: Vec<Medium>,
        #[serde(with = "time::serde::rfc3339")]
        at: Timestamp,
        origin: Origin,
    },
    /// A one-time code, to somebody who is signed in.
    Code {
        account_id: AccountId,
        password_type_id: PasswordTypeId,
        origin: Origin,
    },
    /// What happened, to an account's owner. Without a password type, to their access password.
    Notice {
        account_id: AccountId,
        notice: Notice,
        #[serde(default)]
        password_type_id: Option<PasswordTypeId>,
        #[serde(with = "time::serde::rfc3339")]
        at: Timestamp,
        origin: Origin,
    },
}

/// What an owner is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Notice {
    /// A password was changed.
    PasswordChanged,
    /// A block was lifted.
    AccountUnlocked,
}

/// How long a worker may hold a job. Longer than a letter may take, short enough that a letter
/// whose worker was killed is not missed.
const LEASE: Duration = Duration::seconds(30);
/// How long work on a job may take: it ends before its lease does.
const WORK: std::time::Duration = std::time::Duration::from_secs(25);

/// Why a job was not done this time.
#[derive(Debug, thiserror::Error)]
pub(in crate::recovery) enum Undone {
    #[error(transparent)]
    Mail(#[from] Undelivered),
    #[error(transparent)]
    Text(#[from] Unsent),
    #[error("the server has sent as many letters as it may")]
    Budget { retry_at: Timestamp },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for Undone {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<Refused> for Undone {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::TooMany(limit) => Self::Budget {
                retry_at: limit.retry_at,
            },
            Refused::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Recovery {
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
        let now = self.0.clock.now();
        let mut db = self.0.db.acquire().await?;
        Ok(store::job::lease(&mut db, now, now + LEASE).await?)
    }

    /// Does a leased job, and postpones or buries it where it cannot be done. A job that panics or
    /// takes too long is one that could not be done: it takes no worker with it.
    pub(in crate::recovery) async fn settle(&self, leased: Leased<Job>) -> Result<(), Fault> {
        let job = leased.work.as_ref().ok();
        let kind = job.map_or(crate::recovery::outbox::facts::UNREADABLE, Job::kind);
        let request_id = job.map_or("", |job| job.origin().request_id.as_str());
        let span = tracing::info_span!(
            "job", kind, request_id, job_id = %leased.lease.job_id, attempts = leased.lease.attempts
        );
        let tally = meter::Attempt::at(kind, leased.created_at);
        // On the heap: what jobs hold while they wait is large, and a worker holds it all its life.
        let settled = Box::pin(self.attempt(leased)).instrument(span).await;
        if let Ok(outcome) = settled {
            tally.ended(outcome, self.0.clock.now());
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
        let attempt = timeout(WORK, AssertUnwindSafe(attempt).catch_unwind()).await;
        let undone = match attempt {
            Ok(Ok(Ok(()))) => return Ok(Ended::Done),
            Ok(Ok(Err(undone))) => undone,
            Ok(Err(_)) => Undone::Fault(Fault::broken("the job panicked")),
            Err(elapsed) => Undone::Fault(Fault::Unavailable(elapsed.into())),
        };
        self.put_off(lease, created_at, &undone).await
    }

    /// Postpones a job that could not be done, or gives it up: at once where the letter was
    /// refused for good, else after a day. Waiting for the budget is no failure.
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
        } = lease;
        let error = describe(undone);
        let now = self.0.clock.now();
        let wait = backoff::after(attempts, &mut self.0.entropy.fork());
        let (due_at, is_hopeless) = match undone {
            Undone::Budget { retry_at } => (*retry_at, false),
            Undone::Mail(Undelivered::Never(_)) => (now, true),
            Undone::Text(unsent) if !unsent.may_pass_later() => (now, true),
            Undone::Mail(Undelivered::Later(_)) | Undone::Text(_) | Undone::Fault(_) => {
                (now + wait, now + wait > created_at + backoff::GIVE_UP_AFTER)
            }
        };
        let mut db = self.0.db.acquire().await?;
        if is_hopeless {
            tracing::error!(%error, "gave a letter up");
            let mut tx = db.begin().await?;
            // Whoever leased it since gives it up, or does not.
            if store::job::bury(&mut tx, lease, now, &error).await? {
                let entry = Entry::new(Audited::LetterGivenUp, "not delivered", None);
                let entry = entry.with(json!({ "job": job_id }));
                self.record(&mut tx, tenant_id, entry).await?;
            }
            tx.commit().await?;
        } else {
            tracing::warn!(%error, "put a letter off");
            store::job::postpone(&mut db, lease, due_at, Some(&error)).await?;
        }
        if let Undone::Budget { retry_at } = undone {
            self.note_budget(&mut db, tenant_id, *retry_at).await?;
        }
        if matches!(undone, Undone::Mail(_)) {
            self.take_back_letter(&mut db).await?;
        }
        Ok(if is_hopeless {
            Ended::Dead
        } else {
            Ended::Postponed
        })
    }

    /// Gives back a lease on work that was broken off, so that another may take it at once.
    pub(in crate::recovery) async fn give_back(&self, lease: Lease) -> Result<(), Fault> {
        let mut db = self.0.db.acquire().await?;
        let now = self.0.clock.now();
        Ok(store::job::postpone(&mut db, lease, now, None).await?)
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one arm hands each kind of job what it asked for"
    )]
    async fn perform(&self, lease: Lease, job: Job) -> Result<(), Undone> {
        let tenant = self.tenant_of(lease.tenant_id).await?;
        match job {
            Job::Token {
                identifier,
                others,
                user_type,
                purpose,
                language,
                origin,
            } => {
                let asked = token::Asked {
                    user: User::Named(std::iter::once(identifier).chain(others).collect()),
                    user_type,
                    purpose,
                    action: by_mailbox(purpose),
                    form: Form::Link,
                    medium: Medium::Email,
                    language,
                    origin,
                };
                self.send_token(&tenant, lease, &asked).await
            }
            Job::Usernames {
                email,
                user_type,
                language,
                origin,
            } => {
                let asked = usernames::Asked {
                    email,
                    user_type,
                    language,
                    origin,
                };
                self.mail_usernames(&tenant, lease, &asked).await
            }
            Job::Forgotten {
                user,
                form,
                medium,
                origin,
            } => {
                let asked = token::Asked {
                    user,
                    user_type: None,
                    purpose: Purpose::Reset,
                    action: Action::Recover,
                    form,
                    medium,
                    language: None,
                    origin,
                };
                self.send_token(&tenant, lease, &asked).await
            }
            Job::Password {
                account_id,
                password_type_id,
                media,
                at,
                origin,
            } => {
                let asked = password::Asked {
                    account_id,
                    password_type_id,
                    media,
                    at,
                    origin,
                };
                self.send_password(&tenant, lease, &asked).await
            }
            Job::Code {
                account_id,
                password_type_id,
                origin,
            } => {
                let asked = code::Asked {
                    account_id,
                    password_type_id,
                    origin,
                };
                self.mail_code(&tenant, lease, &asked).await
            }
            Job::Notice {
                account_id,
                notice,
                password_type_id,
                at,
                origin,
            } => {
                let told = notice::Told {
                    account_id,
                    notice,
                    password_type_id,
                    at,
                    origin,
                };
                self.mail_notice(&tenant, lease, &told).await
            }
        }
    }

    async fn tenant_of(&self, tenant_id: TenantId) -> Result<Tenant, Fault> {
        let mut db = self.0.db.acquire().await?;
        store::tenant::find(&mut db, tenant_id)
            .await?
            .ok_or_else(|| Fault::broken("a job belongs to no tenant"))
    }
}

/// What a token of a purpose is for, outside the Cyclos dialect.
fn by_mailbox(purpose: Purpose) -> Action {
    match purpose {
        // Nobody asks for a token to disown with: `addressee` finds nobody for it.
        Purpose::Reset | Purpose::Disown => Action::ResetByMailbox,
        Purpose::Unlock => Action::UnlockByMailbox,
    }
}

/// The whole chain of causes on one line. None of them holds a letter, an address or a secret.
fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
