//! How an attempt ends.

use std::time::Duration;

use crate::domain::status::Status;
use crate::recovery::tools::Fault;

/// How an attempt ended.
pub(in crate::recovery) enum Outcome {
    /// The password is right. What it may be used for depends on its status.
    Right {
        /// How it stands, the attempt cleared.
        status: Status,
        /// Which value it was, for whoever acts on it later; a one-time code is used up.
        hash: Option<String>,
    },
    /// The password is wrong.
    Wrong {
        /// How it stood.
        from: Status,
        /// How it stands now that the attempt is counted.
        status: Status,
    },
    /// There is no value. The attempt was counted by a decoy, like one at a name that nobody has.
    Nothing {
        /// How that stood before.
        status: Status,
    },
    /// Nothing was evaluated: it is blocked, or disabled and guessed at too often, or not there.
    Closed {
        /// How it stands.
        status: Status,
    },
}

impl Outcome {
    /// Whether this very attempt closed the password.
    pub(in crate::recovery) fn closes(&self) -> bool {
        match self {
            Self::Wrong { from, status } => from != status,
            Self::Right { .. } | Self::Nothing { .. } | Self::Closed { .. } => false,
        }
    }
}

/// How often a swap is tried. Wrong attempts close a password long before.
pub(in crate::recovery) const ROUNDS: usize = 32;

/// When those may come back who lost every round.
pub(in crate::recovery) const CONTENDED: Fault = Fault::Busy {
    retry_after: Duration::from_secs(1),
};
