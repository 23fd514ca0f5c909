//! Looking again, under the locks.

use sqlx::PgConnection;

use super::Management;
use super::permission::{Operation, Refusal};
use crate::domain::Timestamp;
use crate::domain::account::AccountStatus;
use crate::domain::authority::Relation;
use crate::domain::status::{Action, Facts, Status};
use crate::recovery::replacement::{Changed, Keep};
use crate::recovery::sessions::{Actor, Proof, Unauthenticated};
use crate::recovery::sign_in::SignInError;
use crate::recovery::tools::{Fault, Origin};
use crate::store;
use crate::store::password::Stored;

/// A password under lock, and what an operation makes of it.
pub(in crate::recovery) struct Rechecked {
    pub(in crate::recovery) before: Stored,
    /// How it stood.
    pub(in crate::recovery) from: Status,
    /// What is to be stored.
    pub(in crate::recovery) facts: Facts,
    /// How it will stand.
    pub(in crate::recovery) to: Status,
}

impl Management {
    /// Takes every lock that an operation rests on and checks under them that it may still be done:
    /// the actor's account is in use and what they proved themselves by is live, they still stand
    /// to the owner as they did, and the password is in a state for it.
    pub(in crate::recovery) async fn recheck(
        &self,
        db: &mut PgConnection,
        operation: &Operation<'_>,
        now: Timestamp,
    ) -> Result<Rechecked, Refusal> {
        let (tenant_id, actor) = (operation.tenant.tenant_id, operation.actor);
        let (own_id, target_id) = (
            actor.account.account_id,
            operation.target.account.account_id,
        );
        // Accounts before anything else, and of two the smaller number: two people who manage each
        // other cannot wait for each other.
        let mut is_active = false;
        for account_id in [own_id.min(target_id), own_id.max(target_id)] {
            let status = store::account::lock(db, tenant_id, account_id).await?;
            is_active |= account_id == own_id && status == Some(AccountStatus::Active);
        }
        if !is_active || !self.is_live(db, operation, now).await? {
            return Err(ended(actor).into());
        }
        // A first factor alone changes what it must know, and has nothing made for it.
        if operation.waits() && operation.action != Action::Change {
            return Err(Refusal::Denied);
        }
        if !self.still_relates(db, operation).await? {
            return Err(Refusal::Denied);
        }
        let rules = operation.kind.spec.rules();
        let before = store::password::lock(db, operation.key()).await?;
        let from = before.facts.status(now, &rules);
        let facts = before
            .facts
            .apply(operation.action, now, &rules)
            .map_err(|illegal| operation.refused(illegal.status))?;
        Ok(Rechecked {
            before,
            from,
            facts,
            to: facts.status(now, &rules),
        })
    }

    async fn is_live(
        &self,
        db: &mut PgConnection,
        operation: &Operation<'_>,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let tenant_id = operation.tenant.tenant_id;
        Ok(match &operation.actor.proof {
            Proof::Session(session) => {
                store::session::lock_live(db, tenant_id, session.session_id, now).await?
            }
            Proof::Client(client) => {
                store::api_key::lock_live(db, tenant_id, client.key_id, now).await?
            }
            Proof::Password(basic) => self.sign_in.still_holds(db, &basic.proven, now).await?,
        })
    }

    /// Whether the actor is still what they were to the owner: an import may have changed that.
    async fn still_relates(
        &self,
        db: &mut PgConnection,
        operation: &Operation<'_>,
    ) -> Result<bool, Fault> {
        let (tenant_id, actor) = (operation.tenant.tenant_id, &operation.actor.account);
        let target_id = operation.target.account.account_id;
        let relation = operation.target.relation;
        if relation == Relation::Owner {
            return Ok(true);
        }
        let now = store::account::find(db, tenant_id, actor.account_id).await?;
        if now.is_none_or(|now| now.role != actor.role) {
            return Ok(false);
        }
        if relation == Relation::Administrator {
            return Ok(true);
        }
        let broker = store::account::broker_id(db, tenant_id, target_id).await?;
        Ok(broker == Some(actor.account_id))
    }
}

/// Whose access an operation changes, and what of it may stay: the session of an owner who acts.
pub(in crate::recovery) fn changed<'a>(
    operation: &Operation<'_>,
    origin: &'a Origin,
) -> Changed<'a> {
    let is_own = operation.target.relation == Relation::Owner;
    let session = operation.actor.session().filter(|_| is_own);
    Changed {
        tenant_id: operation.tenant.tenant_id,
        account_id: operation.target.account.account_id,
        origin,
        keep: session.map(|session| Keep::Session(session.session_id)),
    }
}

fn ended(actor: &Actor) -> Unauthenticated {
    match &actor.proof {
        Proof::Session(_) => Unauthenticated::LoggedOut,
        Proof::Client(_) => Unauthenticated::Client,
        Proof::Password(_) => SignInError::Wrong.into(),
    }
}
