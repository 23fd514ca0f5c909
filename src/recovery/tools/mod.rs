//! What every room works with: the clock and the dice, the database, hashing, what is counted for the
//! gauges, locks by key, batching, and running to completion. Knows nothing of accounts.

mod allowance;
mod batcher;
mod clock;
mod completion;
mod derived;
mod entropy;
mod fault;
mod hasher;
mod keyed_lock;
pub(in crate::recovery) mod loader;
pub(in crate::recovery) mod meter;
mod origin;

use tokio_util::task::TaskTracker;

use self::keyed_lock::KeyedLock;
use self::meter::Pool;
use crate::domain::digest::Keyring;

pub use self::allowance::{Allowance, Note};
pub(in crate::recovery) use self::batcher::{Batcher, Waiting, tell_all};
pub use self::clock::{Clock, ManualClock};
pub use self::entropy::Entropy;
pub use self::fault::Fault;
pub use self::hasher::{Capacity, Hasher, Params};
pub use self::meter::{PoolState, describe as describe_metrics};
pub use self::origin::Origin;

/// What every room holds a handle to.
pub(super) struct Tools {
    pub(in crate::recovery) db: Pool,
    pub(in crate::recovery) clock: Clock,
    pub(in crate::recovery) entropy: Entropy,
    pub(in crate::recovery) keys: Keyring,
    pub(in crate::recovery) hasher: Hasher,
    /// One at a time for each secret, and for each name.
    pub(in crate::recovery) locks: KeyedLock,
    /// What is run to completion, whoever still waits for it.
    running: TaskTracker,
}

impl Tools {
    pub(in crate::recovery) fn new(
        db: Pool,
        clock: Clock,
        entropy: Entropy,
        keys: Keyring,
        hasher: Hasher,
    ) -> Self {
        Self {
            db,
            clock,
            entropy,
            keys,
            hasher,
            locks: KeyedLock::new(),
            running: TaskTracker::new(),
        }
    }
}
