//! Proofs beside the access password: the second one of a session, and the one that confirms an
//! action.

use serde_json::{Value, json};

use crate::domain::id::{AccountId, PasswordTypeId, SessionId, TenantId};
use crate::domain::password::Password;
use crate::domain::password_type::PasswordType;
use crate::domain::status::Status;
use crate::domain::tenant::Tenant;
use crate::recovery::attempts::tries::Tried;
use crate::recovery::audit::entry::{Action as Audited, Entry};
use crate::recovery::sessions::actor::{Actor, Proof};
use crate::recovery::{Fault, Origin, Recovery};
use crate::store;
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
    /// It is closed by wrong tries, perhaps by this very one (contracts/cyclos.md, D-40).
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

impl Recovery {
    /// Tries somebody's own password of a type and says what it is worth.
    pub(in crate::recovery) async fn prove_with(
        &self,
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
        match self.try_own(kind, key, typed, origin).await? {
            Tried::Right { status, hash } if status != Status::Disabled => {
                Ok(Right { status, hash })
            }
            Tried::Wrong { status, .. } | Tried::Nothing { status } | Tried::Closed { status }
                if status.is_blocked() =>
            {
                Err(ProofError::Blocked(id, status))
            }
            Tried::Right { .. }
            | Tried::Wrong { .. }
            | Tried::Nothing { .. }
            | Tried::Closed { .. } => Err(ProofError::Wrong(id)),
        }
    }

    /// Confirms an action, where the tenant wants that (contracts/cyclos.md, 8.4). Where it does
    /// not, whatever was given is ignored.
    pub async fn confirm(
        &self,
        tenant: &Tenant,
        actor: &Actor,
        given: Option<&Password>,
        origin: &Origin,
    ) -> Result<(), ProofError> {
        let Some(kind) = tenant.confirmation_type() else {
            return Ok(());
        };
        let given = given.ok_or(ProofError::Missing)?.clone();
        let (this, tenant, origin) = (self.clone(), tenant.clone(), origin.clone());
        let (kind, account_id) = (kind.clone(), actor.account.account_id);
        self.see_through(async move {
            let proven = this
                .prove_with(&tenant, account_id, &kind, &given, &origin)
                .await;
            let proven = match proven {
                Ok(Right { status, .. }) if status != Status::Active => {
                    Err(ProofError::Stale(kind.password_type_id, status))
                }
                proven => proven.map(|_| ()),
            };
            this.note_proof(&tenant, account_id, Audited::Confirmed, &proven, &origin)
                .await?;
            proven
        })
        .await
    }

    /// Gives a session its second password. Too many wrong ones end the session.
    pub async fn complete_session(
        &self,
        tenant: &Tenant,
        actor: &Actor,
        given: &Password,
        origin: &Origin,
    ) -> Result<(), ProofError> {
        let (Proof::Session(session), Some(kind)) = (&actor.proof, tenant.secondary_type()) else {
            return Err(ProofError::Illegal);
        };
        if !session.is_pending {
            return Err(ProofError::Illegal);
        }
        if given.expose().is_empty() {
            return Err(ProofError::Missing);
        }
        let (this, tenant, origin) = (self.clone(), tenant.clone(), origin.clone());
        let (kind, given) = (kind.clone(), given.clone());
        let (session_id, account_id) = (session.session_id, actor.account.account_id);
        // Or a code would be used up and its session left waiting for it.
        self.see_through(async move {
            let proven = this
                .prove_with(&tenant, account_id, &kind, &given, &origin)
                .await;
            let proven = proven.map(|_| ());
            this.note_proof(&tenant, account_id, Audited::SecondProven, &proven, &origin)
                .await?;
            this.conclude(tenant.tenant_id, session_id, proven).await
        })
        .await
    }

    /// Completes or ends the session that a second password was given for.
    async fn conclude(
        &self,
        tenant_id: TenantId,
        session_id: SessionId,
        proven: Result<(), ProofError>,
    ) -> Result<(), ProofError> {
        let mut db = self.0.db.acquire().await?;
        match proven {
            Ok(()) => {
                // Two right answers at the same instant complete one session.
                let now = self.0.clock.now();
                store::session::complete(&mut db, tenant_id, session_id).await?;
                if store::session::lock_live(&mut db, tenant_id, session_id, now).await? {
                    Ok(())
                } else {
                    Err(ProofError::LoggedOut)
                }
            }
            Err(error @ ProofError::Blocked(..)) => {
                store::session::end(&mut db, tenant_id, session_id).await?;
                Err(error)
            }
            Err(error) => Err(error),
        }
    }

    /// Tries the password of somebody who is signed in, and writes down if that has closed it.
    pub(in crate::recovery) async fn try_own(
        &self,
        kind: &PasswordType,
        key: Key,
        typed: &Password,
        origin: &Origin,
    ) -> Result<Tried, Fault> {
        let (this, kind) = (self.clone(), kind.clone());
        let (typed, origin) = (typed.clone(), origin.clone());
        self.see_through(async move {
            let tried = this.try_password(&kind, key, &typed).await?;
            this.note_closing(&kind, key, &tried, &origin).await?;
            Ok(tried)
        })
        .await
    }

    async fn note_closing(
        &self,
        kind: &PasswordType,
        key: Key,
        tried: &Tried,
        origin: &Origin,
    ) -> Result<(), Fault> {
        if !tried.closes() {
            return Ok(());
        }
        let entry = Entry::new(Audited::PasswordActed, "done", Some(origin))
            .of(key.account_id)
            .with(closing(kind, tried));
        let mut db = self.0.db.acquire().await?;
        self.record(&mut db, key.tenant_id, entry).await
    }

    async fn note_proof(
        &self,
        tenant: &Tenant,
        account_id: AccountId,
        action: Audited,
        proven: &Result<(), ProofError>,
        origin: &Origin,
    ) -> Result<(), Fault> {
        let outcome = match proven {
            Ok(()) => "done",
            Err(ProofError::Fault(_)) => return Ok(()),
            Err(error) => error.word(),
        };
        let entry = Entry::new(action, outcome, Some(origin)).of(account_id);
        let mut db = self.0.db.acquire().await?;
        self.record(&mut db, tenant.tenant_id, entry).await
    }
}

/// What an auditor is told of a try that closed a password; nothing of another.
pub(in crate::recovery) fn closing(kind: &PasswordType, tried: &Tried) -> Value {
    match tried {
        Tried::Wrong { from, status } if tried.closes() => json!({
            "type": kind.spec.internal_name,
            "action": "tries",
            "from": from.as_str(),
            "to": status.as_str(),
        }),
        Tried::Wrong { .. }
        | Tried::Right { .. }
        | Tried::Nothing { .. }
        | Tried::Closed { .. } => json!({}),
    }
}
