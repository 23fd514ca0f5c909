//! Changing a password while signed in.

use super::Management;
use crate::domain::account::{Account, AccountStatus};
use crate::domain::authority::Relation;
use crate::domain::password::Password;
use crate::domain::password_type::PasswordType;
use crate::domain::policy::Violations;
use crate::domain::status::Action;
use crate::domain::tenant::Tenant;
use crate::recovery::accounts::access_type;
use crate::recovery::attempts::Outcome;
use crate::recovery::audit::{AuditAction, Entry, transition};
use crate::recovery::outbox::Notice;
use crate::recovery::replacement::{Changed, CheckError, Keep, NewPassword};
use crate::recovery::sessions::Holder;
use crate::recovery::tools::meter::{self, Refusal};
use crate::recovery::tools::{Fault, Origin};
use crate::store;
use crate::store::password::Key;

/// Why a password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// Owners may not change it.
    #[error("owners may not change it")]
    NotAllowed,
    /// The current password is not what was typed, or may not be used now.
    #[error("the current password is not right")]
    Current,
    /// The key that was presented has been ended meanwhile.
    #[error("the key is not valid")]
    Key,
    /// The new password is not good enough.
    #[error(transparent)]
    Password(#[from] Violations),
    /// We could not.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for ChangeError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<CheckError> for ChangeError {
    fn from(error: CheckError) -> Self {
        match error {
            CheckError::Refused(violations) => Self::Password(violations),
            CheckError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Refusal for ChangeError {
    fn word(&self) -> Option<&'static str> {
        Some(match self {
            Self::NotAllowed => "not allowed",
            Self::Current => "wrong password",
            Self::Key => "key not valid",
            Self::Password(_) => meter::PASSWORD,
            Self::Fault(cause) => meter::fault(cause),
        })
    }
}

impl Management {
    /// Changes the access password of a key's owner, who must know the current one; guesses at it
    /// count like any wrong attempt (P-12). Ends their other keys and voids their tokens; the key
    /// that was presented stays.
    pub async fn change_password(
        &self,
        tenant: &Tenant,
        holder: Holder,
        account: &Account,
        current: &Password,
        new: NewPassword<'_>,
        origin: &Origin,
    ) -> Result<(), ChangeError> {
        let changed = self
            .change(tenant, holder, account, current, new, origin)
            .await;
        meter::refusal(AuditAction::PasswordChanged.as_str(), changed)
    }

    async fn change(
        &self,
        tenant: &Tenant,
        holder: Holder,
        account: &Account,
        current: &Password,
        new: NewPassword<'_>,
        origin: &Origin,
    ) -> Result<(), ChangeError> {
        let kind = access_type(tenant)?;
        // Before anything is verified: no attempt is used up for nothing.
        if Relation::Owner.may(Action::Change, &kind.spec).is_err() {
            return Err(ChangeError::NotAllowed);
        }
        let key = Key {
            tenant_id: tenant.tenant_id,
            account_id: account.account_id,
            password_type_id: kind.password_type_id,
        };
        let outcome = self
            .attempts
            .attempt_own(kind, key, current, origin)
            .await?;
        let Outcome::Right {
            hash: Some(proven), ..
        } = outcome
        else {
            self.note_wrong_current(key, &outcome, origin).await?;
            return Err(ChangeError::Current);
        };
        self.replacement.check(tenant, kind, account, &new).await?;
        let hash = self.tools.hasher.hash(new.password).await?;
        self.store_change(kind, key, holder, (&proven, hash), origin)
            .await?;
        self.outbox.ring();
        Ok(())
    }

    async fn note_wrong_current(
        &self,
        key: Key,
        outcome: &Outcome,
        origin: &Origin,
    ) -> Result<(), Fault> {
        let word = match outcome {
            Outcome::Wrong { .. } => "wrong password",
            Outcome::Right { .. } | Outcome::Nothing { .. } | Outcome::Closed { .. } => "closed",
        };
        let entry = Entry::new(AuditAction::PasswordChanged, word, Some(origin)).of(key.account_id);
        let mut db = self.tools.db.acquire().await?;
        self.audit.record(&mut db, key.tenant_id, entry).await
    }

    async fn store_change(
        &self,
        kind: &PasswordType,
        key: Key,
        holder: Holder,
        (proven, hash): (&str, String),
        origin: &Origin,
    ) -> Result<(), ChangeError> {
        let Key {
            tenant_id,
            account_id,
            ..
        } = key;
        let now = self.tools.clock.now();
        let changed = Changed {
            tenant_id,
            account_id,
            origin,
            keep: Some(Keep::Key(holder.key_id)),
        };
        let mut tx = self.tools.db.begin().await?;
        let status = store::account::lock(&mut tx, tenant_id, account_id).await?;
        if status != Some(AccountStatus::Active) {
            return Err(ChangeError::Current);
        }
        // Whoever ended the key while we hashed did so to keep its holder out.
        if !store::api_key::lock_live(&mut tx, tenant_id, holder.key_id, now).await? {
            return Err(ChangeError::Key);
        }
        let before = store::password::lock(&mut tx, key).await?;
        // Whoever reset it meanwhile did so to keep the old password out.
        if before.hash.as_deref() != Some(proven) {
            return Err(ChangeError::Current);
        }
        let facts = before.facts.apply(Action::Change, now, &kind.spec.rules());
        let facts = facts.map_err(|_| ChangeError::Current)?;
        let action = Action::Change.as_str();
        let detail = transition(kind, action, (&before.facts, &facts), now);
        self.replacement
            .replace(&mut tx, kind, key, &before, (facts, hash))
            .await?;
        self.replacement.end_access(&mut tx, changed, now).await?;
        let entry = Entry::new(AuditAction::PasswordChanged, "done", Some(origin))
            .of(account_id)
            .with(detail);
        self.audit.record(&mut tx, tenant_id, entry).await?;
        self.replacement
            .notify(&mut tx, changed, Notice::PasswordChanged, now)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}
