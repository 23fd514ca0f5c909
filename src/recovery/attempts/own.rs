//! Attempts at a password by somebody who is signed in.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Attempts;
use super::outcome::Outcome;
use crate::domain::id::{AccountId, PasswordTypeId};
use crate::domain::password::Password;
use crate::domain::password_type::PasswordType;
use crate::domain::status::Status;
use crate::domain::tenant::Tenant;
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::tools::{Fault, Origin};
use crate::store::password::Key;

/// Why something was not proven with a password of a type.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// There is nothing to prove here, or not in this way.
    #[error("nothing is asked for")]
    Illegal,
    /// It is asked for and was not given.
    #[error("a password is missing")]
    Missing,
    /// It is wrong, or there is none that could be right.
    #[error("the password is wrong")]
    Wrong(PasswordTypeId),
    /// It is closed by wrong attempts, perhaps by this very one (contracts/cyclos.md, D-40).
    #[error("the password is blocked")]
    Blocked(PasswordTypeId, Status),
    /// It is right, and must be changed before it proves anything: expired or reset.
    #[error("the password must be changed")]
    Stale(PasswordTypeId, Status),
    /// The session ended meanwhile.
    #[error("the session has ended")]
    LoggedOut,
    /// We could not tell.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl ProofError {
    /// What the audit trail says of it: one of a few words, which are counted too.
    pub(in crate::recovery) fn word(&self) -> &'static str {
        match self {
            Self::Illegal => "nothing is asked for",
            Self::Missing => "a password is missing",
            Self::Wrong(_) => "the password is wrong",
            Self::Blocked(..) => "the password is blocked",
            Self::Stale(..) => "the password must be changed",
            Self::LoggedOut => "the session has ended",
            Self::Fault(_) => "nobody could tell",
        }
    }
}

impl From<sqlx::Error> for ProofError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

/// A password that proved right.
pub(in crate::recovery) struct Right {
    pub(in crate::recovery) status: Status,
    pub(in crate::recovery) hash: Option<String>,
}

impl Attempts {
    /// Evaluates an attempt at somebody's own password of a type and says what it is worth.
    pub(in crate::recovery) async fn prove_with(
        self: &Arc<Self>,
        tenant: &Tenant,
        account_id: AccountId,
        kind: &PasswordType,
        typed: &Password,
        origin: &Origin,
    ) -> Result<Right, ProofError> {
        let id = kind.password_type_id;
        let key = Key {
            tenant_id: tenant.tenant_id,
            account_id,
            password_type_id: id,
        };
        match self.attempt_own(kind, key, typed, origin).await? {
            Outcome::Right { status, hash } if status != Status::Disabled => {
                Ok(Right { status, hash })
            }
            Outcome::Wrong { status, .. }
            | Outcome::Nothing { status }
            | Outcome::Closed { status }
                if status.is_blocked() =>
            {
                Err(ProofError::Blocked(id, status))
            }
            Outcome::Right { .. }
            | Outcome::Wrong { .. }
            | Outcome::Nothing { .. }
            | Outcome::Closed { .. } => Err(ProofError::Wrong(id)),
        }
    }

    /// Makes an attempt for somebody who is signed in, and writes down if that has closed the password.
    pub(in crate::recovery) async fn attempt_own(
        self: &Arc<Self>,
        kind: &PasswordType,
        key: Key,
        typed: &Password,
        origin: &Origin,
    ) -> Result<Outcome, Fault> {
        let (this, kind) = (Arc::clone(self), kind.clone());
        let (typed, origin) = (typed.clone(), origin.clone());
        self.tools
            .run_to_completion(async move {
                let outcome = this.attempt(&kind, key, &typed).await?;
                this.note_closing(&kind, key, &outcome, &origin).await?;
                Ok(outcome)
            })
            .await
    }

    async fn note_closing(
        &self,
        kind: &PasswordType,
        key: Key,
        outcome: &Outcome,
        origin: &Origin,
    ) -> Result<(), Fault> {
        if !outcome.closes() {
            return Ok(());
        }
        let entry = Entry::new(AuditAction::PasswordActed, "done", Some(origin))
            .of(key.account_id)
            .with(closing(kind, outcome));
        let mut db = self.tools.db.acquire().await?;
        self.audit.record(&mut db, key.tenant_id, entry).await
    }
}

/// What an auditor is told of an attempt that closed a password; nothing of another.
pub(in crate::recovery) fn closing(kind: &PasswordType, outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Wrong { from, status } if outcome.closes() => json!({
            "type": kind.spec.internal_name,
            "action": "tries",
            "from": from.as_str(),
            "to": status.as_str(),
        }),
        Outcome::Wrong { .. }
        | Outcome::Right { .. }
        | Outcome::Nothing { .. }
        | Outcome::Closed { .. } => json!({}),
    }
}
