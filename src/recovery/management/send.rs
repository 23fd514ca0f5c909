//! Having the server make a value that is sent to its owner.

use super::Management;
use super::permission::{Permitted, Refusal};
use super::recheck::{Rechecked, changed};
use crate::domain::medium::Medium;
use crate::recovery::outbox::{Job, Notice, PasswordJob};
use crate::recovery::tools::{Fault, Origin};

/// Why no value is sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Not by them, or not now.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Its owner cannot be reached so, or not at all; or nothing may be sent to them for a while.
    #[error("the owner cannot be reached")]
    Medium,
}

impl From<sqlx::Error> for SendError {
    fn from(error: sqlx::Error) -> Self {
        Self::Refused(error.into())
    }
}

impl From<Fault> for SendError {
    fn from(fault: Fault) -> Self {
        Self::Refused(fault.into())
    }
}

impl Management {
    /// Takes a password's value away at once, and promises its owner another by `media`; `None`:
    /// by whatever reaches them. It is made where it is sent.
    pub async fn reset_and_send(
        &self,
        permitted: Permitted<'_>,
        media: Option<Vec<Medium>>,
        origin: &Origin,
    ) -> Result<(), SendError> {
        let operation = permitted.operation;
        let (kind, account) = (operation.kind, &operation.target.account);
        let reachable = self.accounts.reachable_media(account);
        let media = media.unwrap_or_else(|| reachable.clone());
        if media.is_empty() || media.iter().any(|medium| !reachable.contains(medium)) {
            return Err(SendError::Medium);
        }
        let hash = self.replacement.hash_of_nothing().await?;
        let origin = &operation.told_from(origin);
        let (key, now) = (operation.key(), self.tools.clock.now());
        let mut tx = self.tools.db.begin().await?;
        let rechecked = self.recheck(&mut tx, &operation, now).await?;
        let Rechecked {
            before,
            from,
            facts,
            to,
        } = rechecked;
        // Nothing would be sent, and the value be gone.
        if self
            .accounts
            .is_frozen(&mut tx, key.tenant_id, key.account_id)
            .await?
        {
            return Err(SendError::Medium);
        }
        self.replacement
            .replace(&mut tx, kind, key, &before, (facts, hash))
            .await?;
        let changed = changed(&operation, origin);
        if kind.spec.access {
            self.replacement.end_access(&mut tx, changed, now).await?;
        }
        self.record_operation(&mut tx, &operation, (from, to), origin)
            .await?;
        // A letter with the value tells its owner what a notice would.
        if !media.contains(&Medium::Email) {
            let about = Some(kind.password_type_id);
            self.replacement
                .notify_of(&mut tx, changed, Notice::PasswordChanged, about, now)
                .await?;
        }
        let job = Job::Password(PasswordJob {
            account_id: key.account_id,
            password_type_id: key.password_type_id,
            media,
            at: now,
            origin: origin.clone(),
        });
        self.outbox
            .promise(&mut tx, key.tenant_id, &job, now)
            .await?;
        tx.commit().await?;
        self.outbox.ring();
        Ok(())
    }
}
