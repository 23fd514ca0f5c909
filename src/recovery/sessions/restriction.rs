//! What somebody must do before anything else, and what they may do until then.

use super::actor::{Actor, Proof};
use crate::domain::id::PasswordTypeId;
use crate::domain::password_type::PasswordType;
use crate::domain::status::{Mode, Status};
use crate::domain::tenant::Tenant;

/// Something an actor may be kept from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// Learning who they are, signing in.
    Introduce,
    /// What may be done before anything else: signing out, giving the second password, having a
    /// code sent, looking at their own passwords.
    Settle,
    /// Giving their own password of a type a new value.
    Renew(PasswordTypeId),
    /// Anything else.
    Other,
}

/// What stands between an actor and everything else (contracts/cyclos.md, 8.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restriction {
    /// The second password has not been given.
    SecondPassword,
    /// The password of this type is too old, and must be changed.
    Expired(PasswordTypeId),
    /// The password of this type was chosen by somebody else, and must be changed.
    Reset(PasswordTypeId),
}

impl Actor {
    /// Whether they proved, now or when their session was opened, that they know the password: an
    /// access client never did, so nothing about passwords restricts it.
    fn knows_password(&self) -> bool {
        match &self.proof {
            Proof::Session(session) => session.principal.is_some(),
            Proof::Client(_) => false,
            Proof::Password(_) => true,
        }
    }

    /// What they must do before anything else, if there is something.
    pub fn restriction(&self, tenant: &Tenant) -> Option<Restriction> {
        if !self.knows_password() {
            return None;
        }
        let second = tenant.secondary_type();
        let is_missing = match &self.proof {
            Proof::Session(session) => session.is_pending,
            // A stateless call must not walk around the second password (D-41).
            Proof::Password(_) | Proof::Client(_) => second.is_some(),
        };
        if is_missing {
            return Some(Restriction::SecondPassword);
        }
        let stale = |kind: Option<&PasswordType>, status: Option<Status>| {
            let kind = kind?;
            match status? {
                // A one-time code is stale as soon as it is used.
                _ if kind.spec.mode == Mode::Otp => None,
                Status::Expired => Some(Restriction::Expired(kind.password_type_id)),
                Status::Reset => Some(Restriction::Reset(kind.password_type_id)),
                Status::NeverCreated
                | Status::Pending
                | Status::Active
                | Status::Disabled
                | Status::TemporarilyBlocked { .. }
                | Status::IndefinitelyBlocked => None,
            }
        };
        stale(tenant.access_type(), Some(self.access)).or_else(|| stale(second, self.secondary))
    }

    /// Whether they may go on with an activity before their restriction, if they have one, is lifted.
    pub fn admit(&self, tenant: &Tenant, activity: Activity) -> Result<(), Restriction> {
        let Some(restriction) = self.restriction(tenant) else {
            return Ok(());
        };
        let is_stateless = matches!(self.proof, Proof::Password(_));
        let is_admitted = match (activity, restriction) {
            // A password, restricted or not, opens a session; a session opens none.
            (Activity::Introduce, _) => self.session().is_none(),
            (Activity::Settle, Restriction::SecondPassword) => !is_stateless,
            (Activity::Settle, Restriction::Expired(_) | Restriction::Reset(_)) => true,
            // The second password as such may be renewed by whoever must know its present value;
            // an expired one is asked for before it is changed, or the first factor would do.
            (Activity::Renew(kind), Restriction::SecondPassword) => {
                let second = tenant.secondary_type();
                let is_second = second.is_some_and(|second| second.password_type_id == kind);
                !is_stateless && is_second && self.secondary == Some(Status::Active)
            }
            (Activity::Renew(kind), Restriction::Expired(stale) | Restriction::Reset(stale)) => {
                kind == stale
            }
            (Activity::Other, _) => false,
        };
        if is_admitted {
            Ok(())
        } else {
            Err(restriction)
        }
    }
}
