//! Asking for a letter by whatever name somebody remembers, from a form that may be sent twice.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;

use crate::domain::digest::Use;
use crate::domain::id::JobId;
use crate::domain::identifier::{Identifier, Names};
use crate::domain::language::Language;
use crate::domain::tenant::Tenant;
use crate::domain::token::Purpose;
use crate::recovery::delivery::{Job, reference};
use crate::recovery::{Origin, Recovery, Refused};
use crate::store::recovery_request::Request;

/// What somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A token for this.
    Token(Purpose),
    /// The login names of an address.
    Usernames,
}

/// What somebody asked with a form.
pub struct Form<'a> {
    /// What the name they typed may be.
    pub names: &'a Names,
    /// What tells this form from another, made when it was shown.
    pub form_id: &'a str,
    /// The language they read.
    pub language: Language,
    /// Where they asked from.
    pub origin: &'a Origin,
}

impl Recovery {
    /// Promises a letter to whoever the name leads to, if it leads to anybody, and returns the
    /// reference it will carry: the same whoever it is. A form that is sent twice asks once.
    pub async fn ask(
        &self,
        tenant: &Tenant,
        wanted: Wanted,
        form: &Form<'_>,
    ) -> Result<String, Refused> {
        let (tenant_id, now) = (tenant.tenant_id, self.0.clock.now());
        let first = &form.names.first;
        let subject = format!("{wanted:?} {} {}", form.form_id, first.value);
        let subject = self.0.keys.digest(Use::Limit, subject.as_bytes());
        // The name of the job follows from the form, but for its time: so the reference does too.
        let mut rng = ChaCha20Rng::from_seed(*subject.as_bytes());
        let job_id = JobId::mint(now, &mut rng);

        self.take(
            form.origin,
            Request {
                name: Some(self.subject_of(first)),
                form: Some(subject),
                promise: Some((job_id, job(wanted, form))),
                ..self.request_from(tenant_id, form.origin)
            },
        )
        .await?;
        Ok(reference(job_id))
    }
}

fn job(wanted: Wanted, form: &Form<'_>) -> Job {
    let (language, origin) = (Some(form.language), form.origin.clone());
    let Names { first, others } = form.names;
    let identifier: Identifier = first.clone();
    match wanted {
        Wanted::Token(purpose) => Job::Token {
            identifier,
            others: others.clone(),
            user_type: None,
            purpose,
            language,
            origin,
        },
        Wanted::Usernames => Job::Usernames {
            email: identifier,
            user_type: None,
            language,
            origin,
        },
    }
}
