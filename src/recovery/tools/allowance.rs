//! What the limit on a caller's address leaves to that caller, for answers that tell.
//!
//! Only this limit is told of. What is left of the limit on a name would tell a stranger whether
//! somebody else asks about it, and what is left of a tenant's whether it is under attack
//! (docs/decisions/0032).

use std::sync::{Arc, OnceLock};

use crate::domain::Timestamp;
use crate::domain::limit::{Rate, TooMany};
use crate::store::throttle::Window;

/// What a limit leaves to a caller, once the request at hand was counted.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// What the limit is called on the wire.
    pub policy: &'static str,
    /// The limit.
    pub rate: Rate,
    /// How many more will be let through in this window.
    pub left: u32,
    /// Whether it was this limit that refused the request.
    pub is_refusal: bool,
    resets_at: Timestamp,
}

/// Where the allowance of a request is noted, for whoever answers it. Copies share one note.
#[derive(Clone, Debug, Default)]
pub struct Note(Arc<OnceLock<Allowance>>);

impl Allowance {
    pub(in crate::recovery) fn of(policy: &'static str, rate: Rate, window: &Window) -> Self {
        let left = i64::from(rate.times) - window.hits;
        Self {
            policy,
            rate,
            left: u32::try_from(left).unwrap_or_default(),
            is_refusal: left < 0,
            resets_at: window.resets_at,
        }
    }

    /// Whole seconds from `now` to the end of the window, as `Retry-After` would say it.
    pub fn resets_after(&self, now: Timestamp) -> u64 {
        let retry_at = self.resets_at;
        TooMany { retry_at }.retry_after(now)
    }
}

impl Note {
    /// What is noted, if a limit on the caller's address counted the request.
    pub fn read(&self) -> Option<Allowance> {
        self.0.get().copied()
    }

    /// Notes what the first such limit says.
    pub(in crate::recovery) fn write(&self, allowance: Allowance) {
        let _: Result<(), _> = self.0.set(allowance);
    }
}
