//! Doing what was promised: a worker leases a job, looks up whom it leads to, mints what is to be sent, writes
//! the letter or the text, and hands it over. At least once.
//!
//! A job row holds names, never secrets. The worker derives what is to be sent from the job and the secret
//! key, commits its digest (which supersedes the last one), sends, and then deletes the job. A crash or a
//! failed send in between means a new attempt with the same secret: mail is late or twice, never lost, what
//! is in hand stays good, and no transaction is open while SMTP talks (docs/decisions/0066).

mod attempt;
mod code;
mod disowned;
mod imported;
mod letter;
mod mailbox;
mod mint;
mod notice;
mod operator_notices;
mod order;
mod password;
mod report_link;
mod spellings;
mod token;
mod underway;
mod undone;
mod usernames;

use std::sync::Arc;

pub use self::operator_notices::OperatorNotices;
use self::underway::Underway;
use crate::mail::{Mailer, Templates};
use crate::recovery::accounts::Accounts;
use crate::recovery::audit::Audit;
use crate::recovery::limits::Limiter;
use crate::recovery::second_factor::SecondFactor;
use crate::recovery::tools::Tools;
use crate::sms::Texter;

/// Does jobs.
pub struct Delivery {
    tools: Arc<Tools>,
    audit: Arc<Audit>,
    accounts: Arc<Accounts>,
    limits: Arc<Limiter>,
    second_factor: Arc<SecondFactor>,
    post: Post,
    underway: Underway,
}

/// Who carries letters and texts, and what is the same in all of them.
pub(in crate::recovery) struct Post {
    pub(in crate::recovery) mailer: Arc<dyn Mailer>,
    /// `None`: nobody carries texts.
    pub(in crate::recovery) texter: Option<Arc<dyn Texter>>,
    pub(in crate::recovery) templates: Templates,
    /// The `From` of tenants that have none of their own.
    pub(in crate::recovery) mail_from: String,
    /// Where the built-in pages are, without a trailing slash.
    pub(in crate::recovery) public_url: String,
    /// `None`: no operator is told by mail.
    pub(in crate::recovery) notices: Option<OperatorNotices>,
}

impl Delivery {
    pub(in crate::recovery) fn new(
        tools: Arc<Tools>,
        audit: Arc<Audit>,
        accounts: Arc<Accounts>,
        limits: Arc<Limiter>,
        second_factor: Arc<SecondFactor>,
        post: Post,
    ) -> Self {
        Self {
            tools,
            audit,
            accounts,
            limits,
            second_factor,
            post,
            underway: Underway::default(),
        }
    }
}
