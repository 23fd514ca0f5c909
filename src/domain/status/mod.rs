//! The life of a password.
//!
//! Two layers. [`Facts`] say what was done to a password and are stored; [`Status`] is what that
//! means at a given moment and is computed. Nothing else in the crate compares statuses.
//!
//! ```text
//!               allow-generation                  generate, change, recover
//!  NeverCreated ----------------> Pending ---------------------------------.
//!       |                            ^                                     v
//!       | generate, change           | reset-generated                    Set <---.
//!       '----------------------------|------------------------------------^ |     | change
//!                                    |          reset-and-send,            | v     | generate
//!                                    '------- change + forceChange -----> Reset --'
//!
//!  otp only:  send-code leads to Set from anywhere, and a good use to Used, which reads as expired
//!
//!  "not me" leads to NeverCreated from anywhere: the value is gone for good
//!
//!  beside it, each on its own:   disabled_at          set by disable, cleared by enable
//!                                block, failures      set by wrong attempts, cleared by unblock
//!
//!  read in this order:  disabled > indefinitelyBlocked > temporarilyBlocked > neverCreated
//!                       > pending > reset > expired > active
//! ```
//!
//! contracts/cyclos.md, section 7, is the source; the tables there are the tests.

use serde::{Deserialize, Serialize};
use time::Duration;

use super::Timestamp;

mod permits;
mod transitions;

pub use self::permits::Action;
pub use self::transitions::Illegal;

/// What was last done to the value of a password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Standing {
    /// Nothing yet.
    #[default]
    NeverCreated,
    /// Its owner may have one generated.
    Pending,
    /// Its owner chose or received it.
    Set,
    /// Somebody else chose it: it signs in only to be changed.
    Reset,
    /// It was good for one use and is used up.
    Used,
}

/// Whether wrong attempts have closed a password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Block {
    /// They have not.
    #[default]
    No,
    /// Until this moment.
    Until(Timestamp),
    /// Until somebody lifts it.
    Forever,
}

/// Everything stored about one password but its hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// What was last done to its value.
    pub standing: Standing,
    /// When its value was last set; from here it ages.
    pub set_at: Option<Timestamp>,
    /// Since when it is disabled, if it is.
    pub disabled_at: Option<Timestamp>,
    /// Wrong attempts in a row.
    pub failures: u32,
    /// Whether they have closed it.
    pub block: Block,
    /// How often in a row they closed it for a while: each time for longer.
    pub blocks: u32,
}

/// How a password behaves at a moment (`PasswordStatusEnum` of Cyclos).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// There is none.
    NeverCreated,
    /// One may be generated.
    Pending,
    /// It signs in.
    Active,
    /// It signs in only to be changed: too old.
    Expired,
    /// It signs in only to be changed: somebody else chose it.
    Reset,
    /// An administrator, or too many wrong attempts where the type says so, took it out of use.
    Disabled,
    /// Too many wrong attempts.
    TemporarilyBlocked {
        /// When it opens by itself.
        until: Timestamp,
    },
    /// Too many wrong attempts, and it does not open by itself.
    IndefinitelyBlocked,
}

/// Who makes the values of a password type (`PasswordModeEnum` of Cyclos).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// People type them.
    #[default]
    Manual,
    /// The server makes them.
    Generated,
    /// The server makes one for each use.
    Otp,
}

/// What too many wrong attempts lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BlockPolicy {
    /// A block that ends by itself after so many seconds.
    For(u64),
    /// A block that somebody must lift.
    Forever,
    /// The password is disabled.
    Disable,
}

/// What a password type says about the life of its passwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Who makes its values.
    pub mode: Mode,
    /// Whether it is the tenant's access password.
    pub access: bool,
    /// How long a value stays fresh; `None`: for ever.
    pub validity: Option<Duration>,
    /// How many wrong attempts in a row close it.
    pub max_tries: u32,
    /// What closing means.
    pub block: BlockPolicy,
    /// How long a block may become that follows another.
    pub block_max: Duration,
    /// Whether an administrator must allow the first generated value.
    pub admin_authorization: bool,
}

impl Status {
    /// The name that Cyclos gives it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NeverCreated => "neverCreated",
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Reset => "reset",
            Self::Disabled => "disabled",
            Self::TemporarilyBlocked { .. } => "temporarilyBlocked",
            Self::IndefinitelyBlocked => "indefinitelyBlocked",
        }
    }
}

impl Facts {
    /// What the facts mean at `now`: the first that holds, in the order drawn above.
    pub fn status(&self, now: Timestamp, rules: &Rules) -> Status {
        if self.disabled_at.is_some() {
            return Status::Disabled;
        }
        match self.block {
            Block::Forever => return Status::IndefinitelyBlocked,
            Block::Until(until) if until > now => return Status::TemporarilyBlocked { until },
            Block::Until(_) | Block::No => {}
        }
        match self.standing {
            Standing::NeverCreated => Status::NeverCreated,
            Standing::Pending => Status::Pending,
            Standing::Reset => Status::Reset,
            Standing::Used => Status::Expired,
            Standing::Set if self.is_stale(now, rules) => Status::Expired,
            Standing::Set => Status::Active,
        }
    }

    fn is_stale(&self, now: Timestamp, rules: &Rules) -> bool {
        rules
            .validity
            .zip(self.set_at)
            .and_then(|(validity, set_at)| set_at.checked_add(validity))
            .is_some_and(|stale_at| stale_at <= now)
    }
}
