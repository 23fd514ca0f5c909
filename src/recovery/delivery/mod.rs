//! Doing what was promised: a worker leases a job, looks up whom it leads to, mints what is to be sent, writes
//! the letter or the text, and hands it over. At least once.
//!
//! A job row holds names, never secrets. The worker commits the digest of what it mints (which supersedes
//! the last one), sends, and then deletes the job. A crash or a failed send in between means a new attempt
//! with a new secret: mail is late or twice, never lost, and no transaction is open while SMTP talks.

mod attempt;
mod code;
mod letter;
mod mailbox;
mod notice;
mod password;
mod report_link;
mod spellings;
mod token;
mod undone;
mod usernames;

use std::sync::Arc;

use crate::mail::{Mailer, Templates};
use crate::recovery::accounts::Accounts;
use crate::recovery::audit::Audit;
use crate::recovery::limits::Limiter;
use crate::recovery::replacement::Replacement;
use crate::recovery::second_factor::SecondFactor;
use crate::recovery::tools::Tools;
use crate::sms::Texter;

/// Does jobs.
pub struct Delivery {
    tools: Arc<Tools>,
    audit: Arc<Audit>,
    accounts: Arc<Accounts>,
    limits: Arc<Limiter>,
    replacement: Arc<Replacement>,
    second_factor: Arc<SecondFactor>,
    post: Post,
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
}

impl Delivery {
    pub(in crate::recovery) fn new(
        tools: Arc<Tools>,
        audit: Arc<Audit>,
        accounts: Arc<Accounts>,
        limits: Arc<Limiter>,
        replacement: Arc<Replacement>,
        second_factor: Arc<SecondFactor>,
        post: Post,
    ) -> Self {
        Self {
            tools,
            audit,
            accounts,
            limits,
            replacement,
            second_factor,
            post,
        }
    }
}
