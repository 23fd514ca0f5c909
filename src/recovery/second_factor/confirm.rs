//! Proofs beside the access password: the second one of a session, and the one that confirms an
//! action.

use std::sync::Arc;

use super::SecondFactor;
use crate::domain::id::{AccountId, SessionId, TenantId};
use crate::domain::password::Password;
use crate::domain::status::Status;
use crate::domain::tenant::Tenant;
use crate::recovery::attempts::{ProofError, Right};
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::sessions::{Actor, Proof};
use crate::recovery::tools::{Fault, Origin};
use crate::store;

impl SecondFactor {
    /// Confirms an action, where the tenant wants that (contracts/cyclos.md, 8.4). Where it does
    /// not, whatever was given is ignored.
    pub async fn confirm(
        self: &Arc<Self>,
        tenant: &Tenant,
        actor: &Actor,
        given: Option<&Password>,
        origin: &Origin,
    ) -> Result<(), ProofError> {
        let Some(kind) = tenant.confirmation_type() else {
            return Ok(());
        };
        let given = given.ok_or(ProofError::Missing)?.clone();
        let (this, tenant, origin) = (Arc::clone(self), tenant.clone(), origin.clone());
        let (kind, account_id) = (kind.clone(), actor.account.account_id);
        self.tools
            .run_to_completion(async move {
                let proven = this
                    .attempts
                    .prove_with(&tenant, account_id, &kind, &given, &origin)
                    .await;
                let proven = match proven {
                    Ok(Right { status, .. }) if status != Status::Active => {
                        Err(ProofError::Stale(kind.password_type_id, status))
                    }
                    proven => proven.map(|_| ()),
                };
                this.note_proof(
                    &tenant,
                    account_id,
                    AuditAction::Confirmed,
                    &proven,
                    &origin,
                )
                .await?;
                proven
            })
            .await
    }

    /// Gives a session its second password. Too many wrong ones end the session.
    pub async fn complete_session(
        self: &Arc<Self>,
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
        let (this, tenant, origin) = (Arc::clone(self), tenant.clone(), origin.clone());
        let (kind, given) = (kind.clone(), given.clone());
        let (session_id, account_id) = (session.session_id, actor.account.account_id);
        // Or a code would be used up and its session left waiting for it.
        self.tools
            .run_to_completion(async move {
                let proven = this
                    .attempts
                    .prove_with(&tenant, account_id, &kind, &given, &origin)
                    .await;
                let proven = proven.map(|_| ());
                this.note_proof(
                    &tenant,
                    account_id,
                    AuditAction::SecondProven,
                    &proven,
                    &origin,
                )
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
        let mut db = self.tools.db.acquire().await?;
        match proven {
            Ok(()) => {
                // Two right answers at the same instant complete one session.
                let now = self.tools.clock.now();
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

    async fn note_proof(
        &self,
        tenant: &Tenant,
        account_id: AccountId,
        action: AuditAction,
        proven: &Result<(), ProofError>,
        origin: &Origin,
    ) -> Result<(), Fault> {
        let outcome = match proven {
            Ok(()) => "done",
            Err(ProofError::Fault(_)) => return Ok(()),
            Err(error) => error.word(),
        };
        let entry = Entry::new(action, outcome, Some(origin)).of(account_id);
        let mut db = self.tools.db.acquire().await?;
        self.audit.record(&mut db, tenant.tenant_id, entry).await
    }
}
