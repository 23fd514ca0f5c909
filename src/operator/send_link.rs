//! Having a link sent, so that nobody but its owner learns a secret.

use serde_json::json;
use sqlx::PgConnection;

use super::Operator;
use super::audit::{Action as Audited, Entry};
use super::find_account::AccountError;
use crate::domain::Timestamp;
use crate::domain::account::{Account, AccountStatus};
use crate::domain::id::JobId;
use crate::domain::identifier::Identifier;
use crate::domain::status::{Action, Mode, Status};
use crate::domain::tenant::Tenant;
use crate::domain::token::Purpose;
use crate::recovery::{Job, Origin, TokenJob};
use crate::store;
use crate::store::password::Key;

/// A promised letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promised {
    /// The job that will send it.
    pub job_id: JobId,
    /// Whether the access password is blocked: an unlock link does nothing else.
    pub is_blocked: bool,
}

/// Why no link was promised.
#[derive(Debug, thiserror::Error)]
pub enum SendLinkError {
    /// There is no such account, or we could not tell.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// Only active accounts get mail.
    #[error("nothing would be sent: the account is {}; see `rekey account enable`", .0.as_str())]
    NotActive(AccountStatus),
    /// There is nowhere to send it.
    #[error("nothing would be sent: the account has no e-mail address; import one for it")]
    NoAddress,
    /// Recovery finds accounts by their identifiers, and this one has none.
    #[error("nothing would be sent: no name finds the account; import identifiers for it")]
    NoIdentifier,
    /// A link does not open what an administrator closed.
    #[error(
        "nothing would be sent: its access password is disabled; an administrator enables it, \
         over the Cyclos API"
    )]
    PasswordDisabled,
    /// Its owner said that a change was not theirs.
    #[error("nothing would be sent: its recovery is frozen; see `rekey account thaw`")]
    Frozen,
    /// There is no value to choose.
    #[error("nothing would be sent: the tenant's access passwords are one-time codes")]
    NoValue,
    /// Links to object with come in notices alone.
    #[error("such a link comes in the notice of a change alone")]
    NotForAsking,
    /// The tenant has no access password.
    #[error("the tenant has no access password")]
    NoAccess,
}

impl From<sqlx::Error> for SendLinkError {
    fn from(error: sqlx::Error) -> Self {
        Self::Account(error.into())
    }
}

impl Operator {
    /// Promises an account's owner a letter with a link, by the same job as if they had asked for
    /// it, and counted against no limit. Who may not have one is told apart, since operators may
    /// know.
    pub async fn send_link(
        &self,
        tenant: &Tenant,
        login: &str,
        purpose: Purpose,
    ) -> Result<Promised, SendLinkError> {
        let (tenant_id, now) = (tenant.tenant_id, self.clock.now());
        let mut tx = self.db.begin().await?;
        let (account, status) = self.lock_account(&mut tx, tenant, login).await?;
        if status != AccountStatus::Active {
            return Err(SendLinkError::NotActive(status));
        }
        if account.email.is_none() {
            return Err(SendLinkError::NoAddress);
        }
        let frozen = store::account::frozen_until(&mut tx, tenant_id, account.account_id).await?;
        if frozen.is_some_and(|until| until > now) {
            return Err(SendLinkError::Frozen);
        }
        let is_blocked = self
            .recoverable(&mut tx, tenant, &account, purpose, now)
            .await?
            .is_blocked();
        let identifiers = store::identifier::list(&mut tx, tenant_id, account.account_id).await?;
        let identifier: Identifier = identifiers
            .into_iter()
            .next()
            .ok_or(SendLinkError::NoIdentifier)?;
        let job_id = JobId::mint(now, &mut self.entropy.fork());
        let entry = Entry {
            action: Audited::LinkSent,
            outcome: "done",
            account_id: Some(account.account_id),
            detail: json!({ "purpose": purpose, "job": job_id }),
        };
        let event_id = self.record_entry(&mut tx, tenant_id, entry, now).await?;
        let job = Job::Token(TokenJob {
            identifier,
            others: Vec::new(),
            user_type: None,
            purpose,
            language: None,
            origin: Origin::operator(event_id.to_string()),
        });
        store::job::enqueue(&mut tx, tenant_id, job_id, &job, now).await?;
        tx.commit().await?;
        Ok(Promised { job_id, is_blocked })
    }

    /// How the access password stands, where the worker would mint a token for it.
    async fn recoverable(
        &self,
        db: &mut PgConnection,
        tenant: &Tenant,
        account: &Account,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Status, SendLinkError> {
        let kind = tenant.access_type().ok_or(SendLinkError::NoAccess)?;
        let key = Key {
            tenant_id: tenant.tenant_id,
            account_id: account.account_id,
            password_type_id: kind.password_type_id,
        };
        let rules = kind.spec.rules();
        let stored = store::password::find(db, key).await?;
        let status = stored.facts.status(now, &rules);
        let action = match purpose {
            Purpose::Reset => Action::ResetByMailbox,
            Purpose::Unlock => Action::UnlockByMailbox,
            Purpose::Disown => return Err(SendLinkError::NotForAsking),
        };
        if status.permits(action, &rules) {
            Ok(status)
        } else if rules.mode == Mode::Otp && purpose == Purpose::Reset {
            Err(SendLinkError::NoValue)
        } else {
            Err(SendLinkError::PasswordDisabled)
        }
    }
}
