//! An attempt at a password: counted as wrong before it is evaluated, and cleared if it was right. Where there is no
//! password to count at, a decoy counter blocks like one.

mod clear;
mod decoy;
mod evaluate;
mod outcome;
mod own;
mod reserve;

use std::sync::Arc;

use crate::recovery::audit::Audit;
use crate::recovery::tools::Tools;

pub(in crate::recovery) use self::evaluate::Evaluation;
pub(in crate::recovery) use self::evaluate::code_binding;
pub(crate) use self::evaluate::forget_attempts;
pub(in crate::recovery) use self::outcome::{CONTENDED, Outcome};
pub use self::own::ProofError;
pub(in crate::recovery) use self::own::{Right, closing};
pub(in crate::recovery) use self::reserve::{Reservation, Reserved};

/// Evaluates attempts.
pub(super) struct Attempts {
    tools: Arc<Tools>,
    audit: Arc<Audit>,
}

impl Attempts {
    pub(in crate::recovery) fn new(tools: Arc<Tools>, audit: Arc<Audit>) -> Self {
        Self { tools, audit }
    }
}
