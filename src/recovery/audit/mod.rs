//! What happened: the lines of the audit trail and what is counted beside them, their place in the chain, and how
//! long they are kept.

mod checkpoints;
mod entry;
mod kept;
mod retention;
mod seal;
mod signal;
mod signals;

use std::sync::Arc;

use self::checkpoints::Checkpoints;
use self::signal::Signals;
use crate::recovery::tools::Tools;

pub(in crate::recovery) use self::entry::{AuditAction, Entry, transition};
pub use self::kept::Retention;
pub(in crate::recovery) use self::seal::Resting;
pub use self::signal::Signal;

/// The audit trail.
pub struct Audit {
    tools: Arc<Tools>,
    retention: Retention,
    signals: Signals,
    checkpoints: Checkpoints,
}

impl Audit {
    pub(in crate::recovery) fn new(tools: Arc<Tools>, retention: Retention) -> Self {
        Self {
            tools,
            retention,
            signals: Signals::default(),
            checkpoints: Checkpoints::default(),
        }
    }
}
