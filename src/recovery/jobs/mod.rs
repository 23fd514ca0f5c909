//! Work that outlives the request: done at least once.
//!
//! A job row holds names, never secrets. The worker leases a job, mints what is to be mailed and
//! commits its digest (which supersedes the last one), sends the letter, and then deletes the job.
//! A crash or a failed send in between means a new attempt with a new secret: mail is late or
//! twice, never lost, and no transaction is open while SMTP talks.

mod letter;
mod notice;
mod token;
mod usernames;

use serde::{Deserialize, Serialize};
use time::Duration;

use super::{Fault, Origin, Recovery, Refused};
use crate::domain::account::UserType;
use crate::domain::backoff;
use crate::domain::id::{AccountId, TenantId};
use crate::domain::identifier::Identifier;
use crate::domain::language::Language;
use crate::domain::tenant::Tenant;
use crate::domain::token::Purpose;
use crate::domain::{Timestamp, id::JobId};
use crate::mail::Undelivered;
use crate::store;
use crate::store::job::Leased;

/// What is left to mail. Stored as JSON, so variants and fields are only ever added.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub(super) enum Job {
    /// A token, to whoever the identifier names.
    Token {
        identifier: Identifier,
        user_type: Option<UserType>,
        purpose: Purpose,
        language: Option<Language>,
        origin: Origin,
    },
    /// The login names of whoever gets mail at the address.
    Usernames {
        email: Identifier,
        user_type: UserType,
        language: Option<Language>,
        origin: Origin,
    },
    /// What happened, to an account's owner.
    Notice {
        account_id: AccountId,
        notice: Notice,
        #[serde(with = "time::serde::rfc3339")]
        at: Timestamp,
        origin: Origin,
    },
}

/// What an owner is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Notice {
    /// The access password was changed.
    PasswordChanged,
    /// A block was lifted.
    AccountUnlocked,
}

/// How long a worker may hold a job. Longer than a letter may take, short enough that a letter
/// whose worker was killed is not missed.
const LEASE: Duration = Duration::seconds(30);

/// Why a job was not done this time.
#[derive(Debug, thiserror::Error)]
pub(super) enum Undone {
    #[error(transparent)]
    Mail(#[from] Undelivered),
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
    pub(super) async fn lease_job(&self) -> Result<Option<Leased<Job>>, Fault> {
        let now = self.0.clock.now();
        let mut db = self.0.db.acquire().await?;
        Ok(store::job::lease(&mut db, now, now + LEASE).await?)
    }

    /// Does a leased job, and postpones or buries it where it cannot be done.
    pub(super) async fn settle(&self, leased: Leased<Job>) -> Result<(), Fault> {
        let Leased {
            tenant_id,
            job_id,
            work,
            attempts,
            created_at,
        } = leased;
        let result = match work {
            Ok(job) => self.perform(tenant_id, job_id, job).await,
            // A newer version of the program wrote it; a newer one may be along to read it.
            Err(error) => Err(Undone::Fault(Fault::broken(error))),
        };
        let Err(undone) = result else { return Ok(()) };
        let error = describe(&undone);
        let now = self.0.clock.now();
        let due_at = match &undone {
            Undone::Budget { retry_at } => *retry_at,
            Undone::Mail(_) | Undone::Fault(_) => {
                now + backoff::after(attempts, &mut self.0.entropy.fork())
            }
        };
        let hopeless = matches!(undone, Undone::Mail(Undelivered::Never(_)));
        let mut db = self.0.db.acquire().await?;
        if hopeless || due_at > created_at + backoff::GIVE_UP_AFTER {
            tracing::error!(%job_id, attempts, %error, "gave a letter up");
            store::job::bury(&mut db, tenant_id, job_id, now, &error).await?;
        } else {
            tracing::warn!(%job_id, attempts, %error, "put a letter off");
            store::job::postpone(&mut db, tenant_id, job_id, due_at, Some(&error)).await?;
        }
        Ok(())
    }

    /// Gives back a lease on work that was broken off, so that another may take it at once.
    pub(super) async fn give_back(&self, tenant_id: TenantId, job_id: JobId) -> Result<(), Fault> {
        let mut db = self.0.db.acquire().await?;
        let now = self.0.clock.now();
        Ok(store::job::postpone(&mut db, tenant_id, job_id, now, None).await?)
    }

    async fn perform(&self, tenant_id: TenantId, job_id: JobId, job: Job) -> Result<(), Undone> {
        let tenant = self.tenant_of(tenant_id).await?;
        match job {
            Job::Token {
                identifier,
                user_type,
                purpose,
                language,
                origin,
            } => {
                let asked = token::Asked {
                    identifier,
                    user_type,
                    purpose,
                    language,
                    origin,
                };
                self.mail_token(&tenant, job_id, &asked).await
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
                self.mail_usernames(&tenant, job_id, &asked).await
            }
            Job::Notice {
                account_id,
                notice,
                at,
                origin,
            } => {
                let told = notice::Told {
                    account_id,
                    notice,
                    at,
                    origin,
                };
                self.mail_notice(&tenant, job_id, &told).await
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
