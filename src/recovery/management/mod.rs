//! What people do to passwords while they are signed in: their own, and those of others that they manage.
//!
//! Every operation goes the same way. [`Management::target`] says whose password it is and how the actor
//! stands to its owner; [`Management::permit`] says whether this may be done to it now, before anything
//! costs; and the verb checks all of that again under the locks of its transaction.
//! Contract: contracts/cyclos.md, 7. What TurboSMTP changes has a shorter way of its own.

mod change;
mod change_own;
mod generate;
mod list;
mod permission;
mod recheck;
mod send;
mod set_status;
mod target;
mod trail;

use std::sync::Arc;

use crate::recovery::accounts::Accounts;
use crate::recovery::attempts::Attempts;
use crate::recovery::audit::Audit;
use crate::recovery::outbox::Outbox;
use crate::recovery::replacement::Replacement;
use crate::recovery::second_factor::SecondFactor;
use crate::recovery::sign_in::SignIn;
use crate::recovery::tools::Tools;

pub use self::change::{RenewError, TypedRenewal};
pub use self::change_own::ChangeError;
pub use self::generate::GenerateError;
pub use self::list::PasswordView;
pub use self::permission::{Operation, Permitted, Refusal};
pub use self::send::SendError;
pub use self::target::{Target, TargetError};

/// Does what signed-in people want done to passwords.
pub struct Management {
    tools: Arc<Tools>,
    outbox: Arc<Outbox>,
    audit: Arc<Audit>,
    accounts: Arc<Accounts>,
    attempts: Arc<Attempts>,
    replacement: Arc<Replacement>,
    sign_in: Arc<SignIn>,
    second_factor: Arc<SecondFactor>,
}

impl Management {
    #[expect(clippy::too_many_arguments, reason = "one handle for each room below")]
    pub(in crate::recovery) fn new(
        tools: Arc<Tools>,
        outbox: Arc<Outbox>,
        audit: Arc<Audit>,
        accounts: Arc<Accounts>,
        attempts: Arc<Attempts>,
        replacement: Arc<Replacement>,
        sign_in: Arc<SignIn>,
        second_factor: Arc<SecondFactor>,
    ) -> Self {
        Self {
            tools,
            outbox,
            audit,
            accounts,
            attempts,
            replacement,
            sign_in,
            second_factor,
        }
    }
}
