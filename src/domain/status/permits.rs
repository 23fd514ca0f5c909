//! What may be done to a password, by its status: table 7.2 of contracts/cyclos.md.

use super::{Mode, Rules, Status};

/// Something that can be done to a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// An administrator lets the owner have a first value generated.
    AllowGeneration,
    /// The owner has a value generated.
    Generate,
    /// The owner has the value replaced by another generated one.
    ChangeGenerated,
    /// The owner chooses a new value.
    Change,
    /// A manager chooses a new value.
    ChangeForOwner,
    /// A manager chooses a new value that its owner must change at once.
    ChangeAndForce,
    /// A manager asks for a new generation.
    ResetGenerated,
    /// A manager has a new value made and sent.
    ResetAndSend,
    /// A manager, or an owner with the right, takes it out of use.
    Disable,
    /// A manager, or an owner with the right, puts it back into use.
    Enable,
    /// A manager, or an owner with the right, lifts a block.
    Unblock,
    /// Cyclos recovery, which lifts only a temporary block (D-22, D-24).
    Recover,
    /// A reset by mailbox: SSPR, CleverMaps, TurboSMTP. Also sets a first value, and lifts any
    /// block, since a block came from wrong attempts (design.md, section 2).
    ResetByMailbox,
    /// SSPR's unlock: lifts any block.
    UnlockByMailbox,
    /// The owner is sent a one-time code, which replaces the last one (contracts/cyclos.md, 8.3).
    SendCode,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 15] = [
        Self::AllowGeneration,
        Self::Generate,
        Self::ChangeGenerated,
        Self::Change,
        Self::ChangeForOwner,
        Self::ChangeAndForce,
        Self::ResetGenerated,
        Self::ResetAndSend,
        Self::Disable,
        Self::Enable,
        Self::Unblock,
        Self::Recover,
        Self::ResetByMailbox,
        Self::UnlockByMailbox,
        Self::SendCode,
    ];

    /// The word an auditor searches for.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AllowGeneration => "allow-generation",
            Self::Generate => "generate",
            Self::ChangeGenerated => "change-generated",
            Self::Change => "change",
            Self::ChangeForOwner => "change-for-owner",
            Self::ChangeAndForce => "change-and-force",
            Self::ResetGenerated => "reset-generated",
            Self::ResetAndSend => "reset-and-send",
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Unblock => "unblock",
            Self::Recover => "recover",
            Self::ResetByMailbox => "reset-by-mailbox",
            Self::UnlockByMailbox => "unlock-by-mailbox",
            Self::SendCode => "send-code",
        }
    }
}

impl Status {
    /// Whether `action` is legal now; the only place that knows.
    pub fn permits(self, action: Action, rules: &Rules) -> bool {
        use Mode::{Generated, Manual, Otp};
        let mode = rules.mode;
        match action {
            Action::AllowGeneration => {
                mode == Generated && rules.admin_authorization && self == Self::NeverCreated
            }
            Action::Generate => mode == Generated && self.permits_generation(rules),
            Action::ChangeGenerated => mode == Generated && self == Self::Active,
            Action::Change => mode == Manual && self.is_open(),
            Action::ChangeForOwner | Action::ChangeAndForce => {
                mode == Manual && self != Self::Disabled
            }
            Action::ResetGenerated => {
                mode == Generated
                    && !matches!(self, Self::NeverCreated | Self::Pending | Self::Disabled)
            }
            Action::ResetAndSend => {
                (mode == Manual || (mode == Generated && rules.access)) && self != Self::Disabled
            }
            Action::Disable => !matches!(self, Self::NeverCreated | Self::Disabled),
            Action::Enable => self == Self::Disabled,
            Action::Unblock => self.is_blocked(),
            Action::Recover => {
                mode != Otp && (self.has_value() || matches!(self, Self::TemporarilyBlocked { .. }))
            }
            Action::ResetByMailbox => mode != Otp && self != Self::Disabled,
            // Unlocking what is not locked is done already (contracts/sspr.md, D15).
            Action::UnlockByMailbox => self != Self::Disabled,
            Action::SendCode => mode == Otp && !self.is_blocked() && self != Self::Disabled,
        }
    }

    /// Whether too many wrong attempts have closed it.
    pub fn is_blocked(self) -> bool {
        matches!(
            self,
            Self::TemporarilyBlocked { .. } | Self::IndefinitelyBlocked
        )
    }

    /// Whether its value is right for signing in, if only to be changed.
    pub fn has_value(self) -> bool {
        matches!(self, Self::Active | Self::Expired | Self::Reset)
    }

    fn is_open(self) -> bool {
        self.has_value() || self == Self::NeverCreated
    }

    fn permits_generation(self, rules: &Rules) -> bool {
        match self {
            Self::NeverCreated => !rules.admin_authorization,
            Self::Pending | Self::Expired | Self::Reset => true,
            Self::Active
            | Self::Disabled
            | Self::TemporarilyBlocked { .. }
            | Self::IndefinitelyBlocked => false,
        }
    }
}
