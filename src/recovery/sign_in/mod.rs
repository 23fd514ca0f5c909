//! Signing in: proving who somebody is by a name and the access password, and a key for whoever did.

mod authenticate;
mod complete;
mod enter;
mod error;
mod key;
mod proof;

use std::sync::Arc;

use crate::recovery::attempts::Attempts;
use crate::recovery::audit::Audit;
use crate::recovery::limits::Limiter;
use crate::recovery::tools::Tools;

pub use self::error::SignInError;
pub use self::key::KeyLifetime;
pub(in crate::recovery) use self::proof::Authenticated;

/// Signs people in.
pub struct SignIn {
    tools: Arc<Tools>,
    audit: Arc<Audit>,
    limits: Arc<Limiter>,
    attempts: Arc<Attempts>,
}

impl SignIn {
    pub(in crate::recovery) fn new(
        tools: Arc<Tools>,
        audit: Arc<Audit>,
        limits: Arc<Limiter>,
        attempts: Arc<Attempts>,
    ) -> Self {
        Self {
            tools,
            audit,
            limits,
            attempts,
        }
    }
}
