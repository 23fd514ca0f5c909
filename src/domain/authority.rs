//! Who may do what to whose password: table 7.4 of contracts/cyclos.md, in one place.

use super::password_type::{PasswordType, Spec};
use super::status::{Action, Status};

/// How somebody stands to the account whose password is at stake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// It is their own.
    Owner,
    /// They are the broker who manages it.
    Broker,
    /// They administer the tenant.
    Administrator,
}

/// Why somebody may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forbidden {
    /// They lack the right.
    Denied,
    /// Nobody in their place does this.
    Illegal,
}

/// What a caller can do now (`PasswordActions`): exactly what the operations would accept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the nine answers of the contract"
)]
pub struct Actions {
    /// Choose a new value.
    pub change: bool,
    /// Have a generated value replaced.
    pub change_generated: bool,
    /// Have a value generated.
    pub generate: bool,
    /// Let the owner have a first value generated.
    pub allow_generation: bool,
    /// Take it out of use.
    pub disable: bool,
    /// Put it back into use.
    pub enable: bool,
    /// Have the owner generate anew.
    pub reset_generated: bool,
    /// Have a new value made and sent.
    pub reset_and_send: bool,
    /// Lift a block.
    pub unblock: bool,
}

impl Relation {
    /// Every relation.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Broker, Self::Administrator];

    /// Whether they manage the account, rather than own it.
    pub fn is_manager(self) -> bool {
        match self {
            Self::Owner => false,
            Self::Broker | Self::Administrator => true,
        }
    }

    /// Whether somebody so related may do this to a password of a type, whatever its status.
    pub fn may(self, action: Action, spec: &Spec) -> Result<(), Forbidden> {
        let is_manager = self.is_manager();
        let allowed = |is_allowed: bool| {
            if is_allowed {
                Ok(())
            } else {
                Err(Forbidden::Denied)
            }
        };
        match action {
            Action::Change => allowed(!is_manager && spec.owner.change),
            Action::Generate | Action::ChangeGenerated | Action::SendCode => allowed(!is_manager),
            Action::ChangeForOwner | Action::ChangeAndForce => allowed(is_manager),
            // Whoever disabled their own access could not come back by themselves (D-21).
            Action::Disable | Action::Enable => {
                allowed(is_manager || (spec.owner.enable && !spec.access))
            }
            Action::Unblock => allowed(is_manager || spec.owner.unblock),
            // Owners are told the same whichever way they name themselves (D-13).
            Action::AllowGeneration | Action::ResetGenerated | Action::ResetAndSend
                if !is_manager =>
            {
                Err(Forbidden::Illegal)
            }
            // D-14.
            Action::AllowGeneration => allowed(self == Self::Administrator),
            // Of generated values only the main access password travels in a message.
            Action::ResetGenerated | Action::ResetAndSend => Ok(()),
            // Whoever holds the mailbox proves it by a token, not by who they are.
            Action::Recover | Action::ResetByMailbox | Action::UnlockByMailbox => {
                Err(Forbidden::Illegal)
            }
        }
    }

    /// Whether they may, and the password is in a state for it.
    pub fn can(self, action: Action, kind: &PasswordType, status: Status) -> bool {
        self.may(action, &kind.spec).is_ok() && status.permits(action, &kind.spec.rules())
    }

    /// What they can do now. `is_reachable`: whether a value could be sent to the account's owner.
    pub fn actions(self, kind: &PasswordType, status: Status, is_reachable: bool) -> Actions {
        let can = |action| self.can(action, kind, status);
        Actions {
            change: can(Action::Change) || can(Action::ChangeForOwner),
            change_generated: can(Action::ChangeGenerated),
            generate: can(Action::Generate),
            allow_generation: can(Action::AllowGeneration),
            disable: can(Action::Disable),
            enable: can(Action::Enable),
            reset_generated: can(Action::ResetGenerated),
            reset_and_send: can(Action::ResetAndSend) && is_reachable,
            unblock: can(Action::Unblock),
        }
    }
}
