//! What each action does to the facts.

use time::Duration;

use super::{Action, Block, BlockPolicy, Facts, Mode, Rules, Standing, Status};
use crate::domain::Timestamp;

/// The action makes no sense for a password in this status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot {action:?} a password that is {status:?}")]
pub struct Illegal {
    /// What was asked.
    pub action: Action,
    /// What the password was at that moment.
    pub status: Status,
}

impl Facts {
    /// The facts after `action`, if it is legal at `now`.
    pub fn apply(self, action: Action, now: Timestamp, rules: &Rules) -> Result<Self, Illegal> {
        let status = self.status(now, rules);
        if !status.permits(action, rules) {
            return Err(Illegal { action, status });
        }
        Ok(match action {
            Action::AllowGeneration | Action::ResetGenerated => Self {
                standing: Standing::Pending,
                set_at: None,
                ..Self::default()
            },
            Action::Generate
            | Action::ChangeGenerated
            | Action::Change
            | Action::ChangeForOwner
            | Action::ResetByMailbox => Self::fresh(Standing::Set, now),
            Action::ChangeAndForce | Action::ResetAndSend => Self::fresh(Standing::Reset, now),
            // A recovered generated value travels in a message, so it must be changed (D-23).
            Action::Recover if rules.mode == Mode::Generated => Self::fresh(Standing::Reset, now),
            Action::Recover => Self::fresh(Standing::Set, now),
            Action::Disable => Self {
                disabled_at: Some(now),
                ..self
            },
            Action::Enable => Self {
                disabled_at: None,
                failures: 0,
                block: Block::No,
                ..self
            },
            Action::Unblock | Action::UnlockByMailbox => Self {
                failures: 0,
                block: Block::No,
                ..self
            },
        })
    }

    /// The facts after one more wrong try: at the last one allowed, the password closes.
    ///
    /// A password that is closed already counts no further: nothing was tried.
    #[must_use]
    pub fn failed(self, now: Timestamp, rules: &Rules) -> Self {
        let status = self.status(now, rules);
        if status.is_blocked() || status == Status::Disabled {
            return self;
        }
        // A block that has run out leaves its count behind; the next series starts anew.
        let before = if self.block == Block::No {
            self.failures
        } else {
            0
        };
        let failed = Self {
            failures: before.saturating_add(1),
            block: Block::No,
            ..self
        };
        if failed.failures < rules.max_tries {
            return failed;
        }
        match rules.block {
            BlockPolicy::For(seconds) => {
                let wait = Duration::seconds(seconds.cast_signed());
                match now.checked_add(wait) {
                    Some(until) => Self {
                        block: Block::Until(until),
                        ..failed
                    },
                    None => Self {
                        block: Block::Forever,
                        ..failed
                    },
                }
            }
            BlockPolicy::Forever => Self {
                block: Block::Forever,
                ..failed
            },
            BlockPolicy::Disable => Self {
                disabled_at: Some(now),
                ..failed
            },
        }
    }

    /// The facts after a try that was counted as wrong at `counted_at`, before it was known, and
    /// turned out right: no tries, no block, and not disabled by that very count.
    #[must_use]
    pub fn vindicated(self, counted_at: Timestamp) -> Self {
        Self {
            failures: 0,
            block: Block::No,
            disabled_at: self.disabled_at.filter(|at| *at != counted_at),
            ..self
        }
    }

    /// The facts without a try that was `counted` and then never evaluated. Whatever block its
    /// series led to came one try too early, and ends; what an administrator did stays.
    #[must_use]
    pub fn withdrawn(self, counted: &Self) -> Self {
        // A right password ended the series meanwhile, and the try with it.
        if self.failures == 0 {
            return self;
        }
        Self {
            failures: self.failures - 1,
            block: Block::No,
            disabled_at: self
                .disabled_at
                .filter(|at| counted.disabled_at != Some(*at)),
            ..self
        }
    }

    fn fresh(standing: Standing, now: Timestamp) -> Self {
        Self {
            standing,
            set_at: Some(now),
            ..Self::default()
        }
    }
}
