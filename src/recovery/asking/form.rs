//! Asking for a letter by whatever name somebody remembers, from a form that may be sent twice.

use std::sync::Arc;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;

use super::Asking;
use crate::domain::id::JobId;
use crate::domain::identifier::{Identifier, Kind, Names};
use crate::domain::language::Language;
use crate::domain::subject::Subject;
use crate::domain::tenant::Tenant;
use crate::domain::token::Purpose;
use crate::recovery::limits::LimitError;
use crate::recovery::outbox::{Job, MailboxJob, TokenJob, UsernamesJob, reference};
use crate::recovery::tools::Origin;
use crate::store::recovery_request::Request;

/// What somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterKind {
    /// A token for this.
    Token(Purpose),
    /// The login names of an address.
    Usernames,
}

impl LetterKind {
    /// How a form that asks for it is counted. These words are in rows, and never change.
    fn word(self) -> &'static str {
        match self {
            Self::Token(Purpose::Reset) => "Token(Reset)",
            Self::Token(Purpose::Unlock) => "Token(Unlock)",
            Self::Token(Purpose::Disown) => "Token(Disown)",
            Self::Usernames => "Usernames",
        }
    }
}

/// What somebody asked with a form.
pub struct FormRequest<'a> {
    /// What the name they typed may be.
    pub names: &'a Names,
    /// What tells this form from another, made when it was shown.
    pub form_id: &'a str,
    /// The language they read, where they say so.
    pub language: Option<Language>,
    /// Where they asked from.
    pub origin: &'a Origin,
}

impl Asking {
    /// Promises a letter to whoever the name leads to, if it leads to anybody, and returns the
    /// reference it will carry: the same whoever it is. A form that is sent twice asks once.
    pub async fn ask(
        self: &Arc<Self>,
        tenant: &Tenant,
        kind: LetterKind,
        form: &FormRequest<'_>,
    ) -> Result<String, LimitError> {
        let (tenant_id, now) = (tenant.tenant_id, self.tools.clock.now());
        let counted = &form.names.counted;
        let subject = Subject::Form(kind.word(), form.form_id, &counted.value);
        let subject = subject.digest(&self.tools.keys);
        // The name of the job follows from the form, but for its time: so the reference does too.
        let mut rng = ChaCha20Rng::from_seed(*subject.as_bytes());
        let job_id = JobId::mint(now, &mut rng);

        self.take(
            form.origin,
            Request {
                name: Some(Subject::Name(counted).digest(&self.tools.keys)),
                form: Some(subject),
                promise: Some((job_id, job(kind, form))),
                ..self.request_from(tenant_id, form.origin)
            },
        )
        .await?;
        Ok(reference(job_id))
    }
}

fn job(kind: LetterKind, form: &FormRequest<'_>) -> Job {
    let (language, origin) = (form.language, form.origin.clone());
    let Names { first, others, .. } = form.names;
    let identifier: Identifier = first.clone();
    match kind {
        // Whoever remembers no more than their address may have several accounts.
        LetterKind::Token(purpose) if identifier.kind == Kind::Email => Job::Mailbox(MailboxJob {
            email: identifier,
            others: others.clone(),
            purpose,
            spelling: None,
            origin: Origin { language, ..origin },
        }),
        LetterKind::Token(purpose) => Job::Token(TokenJob {
            identifier,
            others: others.clone(),
            user_type: None,
            purpose,
            language,
            origin,
        }),
        LetterKind::Usernames => Job::Usernames(UsernamesJob {
            email: identifier,
            user_type: None,
            language,
            origin,
        }),
    }
}
