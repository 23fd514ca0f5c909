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

/// How long after a block the next one counts as the first again. Much shorter than decoys are
/// remembered, so that this tells nobody from somebody.
const FORGIVEN_AFTER: Duration = Duration::DAY;

impl Rules {
    /// How long a block lasts after so many others: twice as long as the last, up to the longest;
    /// never shorter than the first.
    fn lasts(&self, first: u64, others: u32) -> Duration {
        let first = Duration::seconds(first.cast_signed());
        let most = self.block_max.max(first);
        let times = 1_i32.checked_shl(others).filter(|times| *times > 0);
        let grown = times.and_then(|times| first.checked_mul(times));
        grown.map_or(most, |grown| grown.min(most))
    }
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
            // Another code gives no further attempts at guessing one (T-10).
            Action::SendCode => Self {
                standing: Standing::Set,
                set_at: Some(now),
                ..self
            },
            Action::Disable => Self {
                disabled_at: Some(now),
                ..self
            },
            Action::Enable => Self {
                disabled_at: None,
                failures: 0,
                block: Block::No,
                blocks: 0,
                ..self
            },
            Action::Unblock | Action::UnlockByMailbox => Self {
                failures: 0,
                block: Block::No,
                blocks: 0,
                ..self
            },
        })
    }

    /// Whether an attempt is evaluated at all.
    ///
    /// Of a disabled password its owner may learn that it is disabled (contracts/cyclos.md, D-10),
    /// and nobody may guess at it for ever: it takes as many attempts as an open one.
    pub fn takes_attempts(&self, now: Timestamp, rules: &Rules) -> bool {
        match self.status(now, rules) {
            Status::TemporarilyBlocked { .. } | Status::IndefinitelyBlocked => false,
            Status::Disabled => self.failures < rules.max_tries,
            Status::NeverCreated
            | Status::Pending
            | Status::Active
            | Status::Expired
            | Status::Reset => true,
        }
    }

    /// The facts after a one-time code was used: gone, and no attempts held against the next.
    #[must_use]
    pub fn used(self) -> Self {
        Self {
            standing: Standing::Used,
            set_at: None,
            failures: 0,
            block: Block::No,
            blocks: 0,
            ..self
        }
    }

    /// The facts once the owner has said that the value is somebody else's: there is none any more, and
    /// only setting another leads out of that. What wrong attempts or an administrator closed stays
    /// closed, and opening it brings no value back.
    #[must_use]
    pub fn disowned(self) -> Self {
        Self {
            standing: Standing::NeverCreated,
            set_at: None,
            ..self
        }
    }

    /// The facts once too many wrong attempts at something else have closed the password as its own
    /// would have (contracts/cyclos.md, 8.6). What only somebody else may open stays closed.
    #[must_use]
    pub fn closed(self, now: Timestamp, rules: &Rules) -> Self {
        if self.block == Block::Forever {
            return self;
        }
        let last = Self {
            failures: rules.max_tries.saturating_sub(1),
            block: Block::No,
            ..self
        };
        last.failed(now, rules)
    }

    /// The facts after one more wrong attempt: at the last one allowed, the password closes.
    ///
    /// A password that [takes no attempts](Self::takes_attempts) counts no further: nothing was evaluated.
    #[must_use]
    pub fn failed(self, now: Timestamp, rules: &Rules) -> Self {
        if !self.takes_attempts(now, rules) {
            return self;
        }
        // A block that has run out leaves its count behind; the next series starts anew.
        let before = if self.block == Block::No {
            self.failures
        } else {
            0
        };
        let is_consecutive = match self.block {
            Block::Until(until) => now - until < FORGIVEN_AFTER,
            Block::No | Block::Forever => true,
        };
        let failed = Self {
            failures: before.saturating_add(1),
            block: Block::No,
            blocks: if is_consecutive { self.blocks } else { 0 },
            ..self
        };
        if failed.failures < rules.max_tries || self.disabled_at.is_some() {
            return failed;
        }
        match rules.block {
            BlockPolicy::For(seconds) => {
                let wait = rules.lasts(seconds, failed.blocks);
                match now.checked_add(wait) {
                    Some(until) => Self {
                        block: Block::Until(until),
                        blocks: failed.blocks.saturating_add(1),
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

    /// The facts after an attempt that was counted as wrong before it was known, and turned out right: no
    /// failures, no block, and not disabled by that very count. `before` and `counted` are what the
    /// count found and left; who was disabled by somebody else stays so.
    #[must_use]
    pub fn cleared(self, before: &Self, counted: &Self) -> Self {
        Self {
            failures: 0,
            block: Block::No,
            blocks: 0,
            disabled_at: self.disabled_but_by(before, counted),
            ..self
        }
    }

    /// The facts without an attempt that was counted and then never evaluated. Whatever block its series
    /// led to came one attempt too early, and ends; what an administrator did stays.
    #[must_use]
    pub fn released(self, before: &Self, counted: &Self) -> Self {
        // A right password ended the series meanwhile, and the attempt with it.
        if self.failures == 0 {
            return self;
        }
        // Only a block that runs is lifted with the attempt that led to it or came before it.
        let is_blocked = matches!(self.block, Block::Until(_));
        Self {
            failures: self.failures - 1,
            block: Block::No,
            blocks: self.blocks.saturating_sub(u32::from(is_blocked)),
            disabled_at: self.disabled_but_by(before, counted),
            ..self
        }
    }

    /// Since when it is disabled by anything but the count that made `counted` of `before`.
    fn disabled_but_by(&self, before: &Self, counted: &Self) -> Option<Timestamp> {
        let by_count = counted.disabled_at.filter(|_| before.disabled_at.is_none());
        self.disabled_at.filter(|at| Some(*at) != by_count)
    }

    fn fresh(standing: Standing, now: Timestamp) -> Self {
        Self {
            standing,
            set_at: Some(now),
            ..Self::default()
        }
    }
}
