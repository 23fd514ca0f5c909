//! Writing and handing over one letter.

use super::Delivery;
use super::undone::Undone;
use crate::domain::account::Account;
use crate::domain::identifier::EmailAddress;
use crate::domain::language::Language;
use crate::domain::tenant::Tenant;
use crate::mail::{Doubt, Frame, Letter, Templates, Values};
use crate::recovery::tools::Fault;
use crate::store::job::Lease;

/// Whom a letter is for, and how it is addressed.
pub(in crate::recovery) struct Addressed<'a> {
    pub(in crate::recovery) tenant: &'a Tenant,
    pub(in crate::recovery) account: &'a Account,
    pub(in crate::recovery) to: &'a EmailAddress,
    pub(in crate::recovery) language: Language,
    /// The job that it is for.
    pub(in crate::recovery) lease: Lease,
    /// Unique for each content and the same at every attempt: a mail server may take a second letter of the
    /// same name for a copy of the first, and drop it.
    pub(in crate::recovery) name: String,
}

impl Delivery {
    /// Renders a letter and hands it over. No transaction may be open.
    pub(in crate::recovery) async fn send(
        &self,
        addressed: &Addressed<'_>,
        values: &Values<'_>,
    ) -> Result<(), Undone> {
        let settings = &addressed.tenant.settings;
        let frame = Frame {
            tenant_name: &settings.name,
            person_name: addressed.account.name.as_deref(),
            login: addressed.account.login.as_str(),
            language: addressed.language,
            support: settings.pages.support.as_deref(),
        };
        let overridden = match &settings.mail_templates {
            Some(folder) => Some(load(folder.clone()).await?),
            None => None,
        };
        let templates = overridden.as_ref().unwrap_or(&self.post.templates);
        let content = templates.render(&frame, values).map_err(Fault::broken)?;
        let from = settings.mail_from.as_ref().unwrap_or(&self.post.mail_from);
        let letter = Letter {
            to: addressed.to.clone(),
            from: from.clone(),
            message_id: format!("{}@{}", addressed.name, domain_of(from)),
            date: self.tools.clock.now(),
            content,
            doubt: Doubt::default(),
        };
        let job_id = addressed.lease.job_id;
        self.underway.sets_out(job_id, letter.doubt.clone());
        let sent = self.post.mailer.send(&letter).await;
        self.underway.ends(job_id);
        Ok(sent?)
    }
}

/// Reads an operator's templates afresh for each letter, so that a changed file needs no restart.
async fn load(folder: String) -> Result<Templates, Fault> {
    tokio::task::spawn_blocking(move || Templates::with_overrides(folder.as_ref()))
        .await
        .map_err(Fault::broken)?
        .map_err(Fault::broken)
}

/// The domain of `Name <somebody@domain>`.
fn domain_of(mailbox: &str) -> &str {
    mailbox
        .trim_end_matches('>')
        .rsplit_once('@')
        .map_or("localhost", |(_, domain)| domain)
}
