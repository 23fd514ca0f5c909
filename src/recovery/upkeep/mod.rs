//! What goes on in the background: the workers, sealing and purging, writing down what was noticed, and looking at how
//! the service is.

mod health;
mod observe;
mod purge;
mod workers;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::recovery::audit::Audit;
use crate::recovery::delivery::Delivery;
use crate::recovery::outbox::Outbox;
use crate::recovery::tools::Tools;

pub use self::health::{Health, Unwell};

/// Keeps the service going.
pub struct Upkeep {
    tools: Arc<Tools>,
    outbox: Arc<Outbox>,
    audit: Arc<Audit>,
    delivery: Arc<Delivery>,
    /// Set when the process was told to stop.
    is_leaving: AtomicBool,
}

impl Upkeep {
    pub(in crate::recovery) fn new(
        tools: Arc<Tools>,
        outbox: Arc<Outbox>,
        audit: Arc<Audit>,
        delivery: Arc<Delivery>,
    ) -> Self {
        Self {
            tools,
            outbox,
            audit,
            delivery,
            is_leaving: AtomicBool::new(false),
        }
    }
}
