//! Counting what may not happen too often: by address, name, tenant and server.

mod count;
mod rates;

use std::sync::Arc;

use crate::recovery::audit::Audit;
use crate::recovery::tools::Tools;

pub(in crate::recovery) use self::rates::Full;
pub use self::rates::{LimitError, Limits};

/// Counts, and refuses what is too much.
pub(super) struct Limiter {
    tools: Arc<Tools>,
    audit: Arc<Audit>,
    limits: Limits,
}

impl Limiter {
    pub(in crate::recovery) fn new(tools: Arc<Tools>, audit: Arc<Audit>, limits: Limits) -> Self {
        Self {
            tools,
            audit,
            limits,
        }
    }
}
