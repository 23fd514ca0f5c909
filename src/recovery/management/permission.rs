//! Whether something may be done to a password, asked before it costs anything.

use super::Management;
use super::target::Target;
use crate::domain::authority::{Forbidden, Relation};
use crate::domain::id::PasswordTypeId;
use crate::domain::password_type::PasswordType;
use crate::domain::status::{Action, Facts, Status};
use crate::domain::tenant::Tenant;
use crate::recovery::sessions::{Actor, Unauthenticated};
use crate::recovery::tools::{Fault, Origin};
use crate::store;
use crate::store::password::{Key, Stored};

/// Something an actor wants done to a password.
#[derive(Clone, Copy)]
pub struct Operation<'a> {
    /// Where.
    pub tenant: &'a Tenant,
    /// Who.
    pub actor: &'a Actor,
    /// Whose password.
    pub target: &'a Target,
    /// Which of them.
    pub kind: &'a PasswordType,
    /// What.
    pub action: Action,
}

/// An operation that was permitted a moment ago. Only [`Management::permit`] makes one, and the
/// verbs take nothing else.
pub struct Permitted<'a> {
    pub(in crate::recovery) operation: Operation<'a>,
    pub(in crate::recovery) before: Stored,
}

/// Why something is not done to a password.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The actor lacks the right.
    #[error("the actor lacks the right")]
    Denied,
    /// Nobody in their place does that, or the password is in no state for it.
    #[error("that cannot be done to the password now")]
    Illegal,
    /// Its owner could, were it not closed by wrong attempts (contracts/cyclos.md, D-40).
    #[error("the password is blocked")]
    Blocked(PasswordTypeId, Status),
    /// What the actor proved themselves by does not hold any more.
    #[error(transparent)]
    Unauthenticated(#[from] Unauthenticated),
    /// We could not.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<Forbidden> for Refusal {
    fn from(forbidden: Forbidden) -> Self {
        match forbidden {
            Forbidden::Denied => Self::Denied,
            Forbidden::Illegal => Self::Illegal,
        }
    }
}

impl Permitted<'_> {
    /// The same, so that its owner must change the value again before anything else. Owners do so
    /// to nobody, least of all to themselves: for them nothing changes.
    #[must_use]
    pub fn to_be_changed_at_once(mut self) -> Self {
        if self.operation.action == Action::ChangeForOwner {
            // Of both the same is asked: of whom, and in which status.
            self.operation.action = Action::ChangeAndForce;
        }
        self
    }
}

impl Operation<'_> {
    pub(in crate::recovery) fn key(&self) -> Key {
        Key {
            tenant_id: self.tenant.tenant_id,
            account_id: self.target.account.account_id,
            password_type_id: self.kind.password_type_id,
        }
    }

    /// Where it came from, for what is written to the owner of the password: whoever acts for somebody
    /// else says nothing of the language that those read.
    pub(in crate::recovery) fn told_from(&self, origin: &Origin) -> Origin {
        match self.target.relation {
            Relation::Owner => origin.clone(),
            Relation::Broker | Relation::Administrator => origin.about_another(),
        }
    }

    /// Whether the actor must prove that they know the present value before they replace it
    /// (`requireOldPasswordForChange`).
    pub(in crate::recovery) fn needs_old(&self, facts: &Facts, status: Status) -> bool {
        // Whoever has only given the first password proves the second one by its value, even if it
        // ran out of age a moment ago.
        let is_unproven = self.waits() && facts.set_at.is_some();
        is_unproven || needs_old(self.target.relation, facts, status)
    }

    /// Whether the actor's session still waits for the second password.
    pub(in crate::recovery) fn waits(&self) -> bool {
        self.actor
            .session()
            .is_some_and(|session| session.is_pending)
    }

    /// Why it is not done to a password in this status.
    pub(in crate::recovery) fn refused(&self, status: Status) -> Refusal {
        let rules = self.kind.spec.rules();
        // Of the values that are open, one or the other would do for whatever replaces a value.
        let would_do = [Status::Active, Status::Expired]
            .iter()
            .any(|open| open.permits(self.action, &rules));
        if self.target.relation == Relation::Owner && status.is_blocked() && would_do {
            Refusal::Blocked(self.kind.password_type_id, status)
        } else {
            Refusal::Illegal
        }
    }
}

/// Whether somebody so related must know the present value to replace it: an owner, unless there
/// is none, it is too old, or somebody else chose it.
pub(in crate::recovery) fn needs_old(relation: Relation, facts: &Facts, status: Status) -> bool {
    relation == Relation::Owner
        && facts.set_at.is_some()
        && !matches!(status, Status::Expired | Status::Reset)
}

impl Management {
    /// Says whether something may be done to a password: first by whoever asks, then by how it
    /// stands.
    pub async fn permit<'a>(&self, operation: Operation<'a>) -> Result<Permitted<'a>, Refusal> {
        let Operation {
            target,
            kind,
            action,
            ..
        } = operation;
        target.relation.may(action, &kind.spec)?;
        let before = {
            let mut db = self.tools.db.acquire().await?;
            store::password::find(&mut db, operation.key()).await?
        };
        let rules = kind.spec.rules();
        let status = before.facts.status(self.tools.clock.now(), &rules);
        if !status.permits(action, &rules) {
            return Err(operation.refused(status));
        }
        Ok(Permitted { operation, before })
    }
}
