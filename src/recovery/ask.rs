//! Asking for a letter by whatever name somebody remembers, from a form that may be sent twice.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use time::Duration;

use super::jobs::{Job, reference};
use super::{Origin, Recovery, Refused};
use crate::domain::digest::Use;
use crate::domain::id::JobId;
use crate::domain::identifier::{Identifier, Names};
use crate::domain::language::Language;
use crate::domain::tenant::Tenant;
use crate::domain::token::Purpose;
use crate::store;

/// How long a form that is sent again counts as the same.
const SAME_FORM: Duration = Duration::minutes(10);

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

        let mut tx = self.0.db.begin().await?;
        let until = now + SAME_FORM;
        let tenant_alone = Some(tenant_id);
        let seen = store::throttle::hit(&mut tx, tenant_alone, "form", subject, now, until).await?;
        if seen.hits == 1 {
            let admitted = self
                .admit_identifier(&mut tx, tenant_id, first, form.origin)
                .await;
            if matches!(admitted, Err(Refused::TooMany(_))) {
                // Kept, with the refusal in the trail; the form was not taken, so it may come again.
                store::throttle::take_back(&mut tx, tenant_alone, "form", subject, now).await?;
                tx.commit().await?;
                return admitted.map(|()| reference(job_id));
            }
            admitted?;
            let job = job(wanted, form);
            store::job::enqueue(&mut tx, tenant_id, job_id, &job, now).await?;
        }
        tx.commit().await?;
        self.0.bell.notify_one();
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
