//! Lifting what wrong attempts have closed.

use serde_json::json;
use sqlx::PgConnection;

use super::Operator;
use super::audit::{Action as Audited, Entry};
use super::find_account::AccountError;
use crate::domain::Timestamp;
use crate::domain::id::{AccountId, EventId, JobId};
use crate::domain::password_type::PasswordType;
use crate::domain::status::Action;
use crate::domain::tenant::Tenant;
use crate::domain::token::Purpose;
use crate::recovery::{Fault, Job, Notice, NoticeJob, Origin, forget_attempts};
use crate::store;
use crate::store::password::{Key, Stored};

/// What there was to lift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unblocked {
    /// The internal name of the password type.
    pub internal_name: String,
    /// Whether it was blocked.
    pub was_blocked: bool,
    /// How many wrong attempts were counted.
    pub tries: u32,
}

/// Why nothing was lifted.
#[derive(Debug, thiserror::Error)]
pub enum UnblockError {
    /// There is no such account, or we could not tell.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The tenant has no such password type.
    #[error("the tenant has no password type `{asked}`; it has: {known}")]
    Type {
        /// What was asked for.
        asked: String,
        /// The internal names of those it has.
        known: String,
    },
    /// The tenant has no access password.
    #[error("the tenant has no access password")]
    NoAccess,
    /// A disabled password is not opened by lifting a block.
    #[error(
        "its password `{internal_name}` is disabled, not blocked; an administrator enables it, \
         over the Cyclos API"
    )]
    Disabled {
        /// The internal name of the password type.
        internal_name: String,
    },
}

impl From<sqlx::Error> for UnblockError {
    fn from(error: sqlx::Error) -> Self {
        Self::Account(error.into())
    }
}

impl Operator {
    /// Lifts either block of a password, the access password unless `internal_name` says another,
    /// and clears the attempts that led to it. The password itself stays as it is.
    pub async fn unblock_account(
        &self,
        tenant: &Tenant,
        login: &str,
        internal_name: Option<&str>,
    ) -> Result<Unblocked, UnblockError> {
        let kind = pick(tenant, internal_name)?;
        let (tenant_id, now) = (tenant.tenant_id, self.clock.now());
        let (name, rules) = (kind.spec.internal_name.clone(), kind.spec.rules());
        let mut tx = self.db.begin().await?;
        let account_id = self.find_account(&mut tx, tenant, login).await?.account_id;
        let mut beside = false;
        if kind.spec.access {
            // Before the account is locked, as whoever counts a code does it.
            beside = forget_attempts(&mut tx, &self.keys, tenant_id, account_id).await?;
        }
        let (account, _) = self.lock_account(&mut tx, tenant, login).await?;
        let account_id = account.account_id;
        let key = Key {
            tenant_id,
            account_id,
            password_type_id: kind.password_type_id,
        };
        let before = store::password::lock(&mut tx, key).await?;
        let was_blocked = before.facts.status(now, &rules).is_blocked();
        let tries = before.facts.failures;
        // The one action that clears attempts also where they have not led to a block yet.
        let Ok(facts) = before.facts.apply(Action::UnlockByMailbox, now, &rules) else {
            return Err(UnblockError::Disabled {
                internal_name: name,
            });
        };
        if was_blocked {
            store::password::save(&mut tx, key, &Stored { facts, ..before }, now).await?;
        } else if facts != before.facts {
            store::password::count(&mut tx, key, &facts, None).await?;
        }
        if kind.spec.access {
            let purpose = Some(Purpose::Unlock);
            store::recovery_token::void(&mut tx, tenant_id, account_id, purpose, now).await?;
        }
        let entry = Entry {
            action: Audited::AccountUnlocked,
            outcome: if was_blocked {
                "done"
            } else {
                "was not blocked"
            },
            account_id: Some(account_id),
            detail: json!({ "type": name, "tries": tries, "otherTries": beside }),
        };
        let event_id = self.record_entry(&mut tx, tenant_id, entry, now).await?;
        // The letter speaks of signing in, which is the access password's part.
        if was_blocked && kind.spec.access {
            self.notify(&mut tx, tenant, account_id, event_id, now)
                .await?;
        }
        tx.commit().await?;
        Ok(Unblocked {
            internal_name: name,
            was_blocked,
            tries,
        })
    }

    /// Promises the account's owner a notice.
    async fn notify(
        &self,
        db: &mut PgConnection,
        tenant: &Tenant,
        account_id: AccountId,
        event_id: EventId,
        now: Timestamp,
    ) -> Result<(), UnblockError> {
        let job = Job::Notice(NoticeJob {
            account_id,
            notice: Notice::AccountUnlocked,
            password_type_id: None,
            at: now,
            origin: Origin::operator(event_id.to_string()),
        });
        let job_id = JobId::mint(now, &mut self.entropy.fork());
        Ok(store::job::enqueue(db, tenant.tenant_id, job_id, &job, now).await?)
    }
}

fn pick<'t>(tenant: &'t Tenant, asked: Option<&str>) -> Result<&'t PasswordType, UnblockError> {
    let Some(asked) = asked else {
        return tenant.access_type().ok_or(UnblockError::NoAccess);
    };
    tenant.type_named(asked).ok_or_else(|| {
        let types = tenant.password_types.iter();
        let known: Vec<_> = types.map(|kind| kind.spec.internal_name.as_str()).collect();
        UnblockError::Type {
            asked: asked.to_owned(),
            known: known.join(", "),
        }
    })
}

impl From<Fault> for UnblockError {
    fn from(fault: Fault) -> Self {
        Self::Account(fault.into())
    }
}
