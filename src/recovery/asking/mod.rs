//! Asking for a letter. It is counted and promised, many requests at a time; whom it leads to is looked up by
//! `delivery`, so that who asks learns nothing. Only where a contract reveals that is an account looked at here.

mod batch;
mod forgotten;
mod form;
mod request;
mod submission;

use std::sync::Arc;

use self::submission::{Counted, Submission};
use crate::recovery::accounts::Accounts;
use crate::recovery::limits::Limiter;
use crate::recovery::outbox::Outbox;
use crate::recovery::tools::{Batcher, Tools};

pub use self::forgotten::{ForgottenRequest, ForgottenRequestError};
pub use self::form::{FormRequest, LetterKind};
pub use self::request::LetterRequest;

/// Takes requests for letters.
pub struct Asking {
    tools: Arc<Tools>,
    outbox: Arc<Outbox>,
    accounts: Arc<Accounts>,
    limits: Arc<Limiter>,
    batcher: Batcher<Submission, Counted>,
}

impl Asking {
    pub(in crate::recovery) fn new(
        tools: Arc<Tools>,
        outbox: Arc<Outbox>,
        accounts: Arc<Accounts>,
        limits: Arc<Limiter>,
    ) -> Self {
        Self {
            tools,
            outbox,
            accounts,
            limits,
            batcher: Batcher::default(),
        }
    }
}
