//! Recovery tokens: looking at one without spending it, spending one on a reset or an unlock, the Cyclos way back by
//! key or code, and what the link in a notice does, "this was not me".

mod bearer;
mod check;
mod forgotten;
mod grant;
mod look;
mod recover;
mod redeem;
mod report;
mod reset;
mod unlock;

use std::sync::Arc;

use crate::recovery::accounts::Accounts;
use crate::recovery::attempts::Attempts;
use crate::recovery::audit::Audit;
use crate::recovery::limits::Limiter;
use crate::recovery::outbox::Outbox;
use crate::recovery::replacement::Replacement;
use crate::recovery::tools::Tools;
use crate::recovery::tools::loader::Loader;
use crate::store::recovery_token::Peek;

pub use self::check::{Bearer, TokenError};
pub use self::forgotten::{ForgottenError, Grant, Recoverable};
pub(in crate::recovery) use self::grant::binding;
pub use self::look::{Ending, Live, Look};
pub use self::recover::Renewal;
pub use self::redeem::ResetError;
pub(in crate::recovery) use self::report::REPORT_LIFETIME;

/// Looks at tokens, and spends them.
pub struct Tokens {
    tools: Arc<Tools>,
    outbox: Arc<Outbox>,
    audit: Arc<Audit>,
    accounts: Arc<Accounts>,
    limits: Arc<Limiter>,
    attempts: Arc<Attempts>,
    replacement: Arc<Replacement>,
    loader: Arc<Loader<Peek>>,
}

impl Tokens {
    pub(in crate::recovery) fn new(
        tools: Arc<Tools>,
        outbox: Arc<Outbox>,
        audit: Arc<Audit>,
        accounts: Arc<Accounts>,
        limits: Arc<Limiter>,
        attempts: Arc<Attempts>,
        replacement: Arc<Replacement>,
    ) -> Self {
        Self {
            loader: Loader::new(Arc::clone(&tools), ()),
            tools,
            outbox,
            audit,
            accounts,
            limits,
            attempts,
            replacement,
        }
    }
}
