//! Putting a new password in the place of the old one: whether it is good enough (policy, history), storing it, and
//! what ends with the old one: sessions, keys and tokens.

mod check;
mod disown;
mod form;
mod generate;
mod revocation;

use std::sync::Arc;

use crate::recovery::outbox::Outbox;
use crate::recovery::tools::Tools;

pub(in crate::recovery) use self::check::CheckError;
pub use self::check::NewPassword;
pub(in crate::recovery) use self::form::form_violations;
pub use self::form::{FormViolation, TypedNew};
pub(in crate::recovery) use self::generate::value_of;
pub(in crate::recovery) use self::revocation::{Changed, Keep};

/// Checks and replaces passwords.
pub(super) struct Replacement {
    tools: Arc<Tools>,
    outbox: Arc<Outbox>,
}

impl Replacement {
    pub(in crate::recovery) fn new(tools: Arc<Tools>, outbox: Arc<Outbox>) -> Self {
        Self { tools, outbox }
    }
}
