//! Proofs beside the access password, of somebody who is signed in: one-time codes, the second password of a session,
//! and the one that confirms an action.

mod codes;
mod confirm;

use std::sync::Arc;

use crate::recovery::accounts::Accounts;
use crate::recovery::attempts::Attempts;
use crate::recovery::audit::Audit;
use crate::recovery::limits::Limiter;
use crate::recovery::outbox::Outbox;
use crate::recovery::tools::Tools;
use crate::sms::Texter;

pub(in crate::recovery) use self::codes::code_of;
pub use self::codes::{CodeError, codes_in_play};

/// Asks for further proofs, and takes them.
pub struct SecondFactor {
    tools: Arc<Tools>,
    outbox: Arc<Outbox>,
    audit: Arc<Audit>,
    accounts: Arc<Accounts>,
    limits: Arc<Limiter>,
    attempts: Arc<Attempts>,
    texter: Option<Arc<dyn Texter>>,
}

impl SecondFactor {
    pub(in crate::recovery) fn new(
        tools: Arc<Tools>,
        outbox: Arc<Outbox>,
        audit: Arc<Audit>,
        accounts: Arc<Accounts>,
        limits: Arc<Limiter>,
        attempts: Arc<Attempts>,
        texter: Option<Arc<dyn Texter>>,
    ) -> Self {
        Self {
            tools,
            outbox,
            audit,
            accounts,
            limits,
            attempts,
            texter,
        }
    }
}
