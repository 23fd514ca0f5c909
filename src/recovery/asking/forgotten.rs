//! Asking for a way back.

use std::sync::Arc;

use super::Asking;
use crate::domain::limit::TooMany;
use crate::domain::medium::{Medium, masked};
use crate::domain::subject::Subject;
use crate::domain::tenant::Tenant;
use crate::domain::token::Form;
use crate::domain::user::User;
use crate::recovery::limits::LimitError;
use crate::recovery::outbox::{ForgottenJob, Job};
use crate::recovery::tools::{Fault, Origin};
use crate::store::recovery_request::Request;

/// What somebody asks for.
pub struct ForgottenRequest<'a> {
    /// Whom they say they are.
    pub user: &'a User,
    /// How they typed that.
    pub typed: &'a str,
    /// A link, or a code by a medium of their choice.
    pub code_by: Option<Medium>,
    /// Where they asked from.
    pub origin: &'a Origin,
}

/// Why nothing was promised.
#[derive(Debug, thiserror::Error)]
pub enum ForgottenRequestError {
    /// The tenant has switched this way back off.
    #[error("passwords are not recovered this way")]
    Off,
    /// Nobody carries codes by this medium.
    #[error("the medium cannot be used")]
    Medium,
    /// Too many requests.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// We could not.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for ForgottenRequestError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<LimitError> for ForgottenRequestError {
    fn from(error: LimitError) -> Self {
        match error {
            LimitError::TooMany(limit) => Self::TooMany(limit),
            LimitError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Asking {
    /// Promises a link, or a code, to whoever is named, if that is anybody who may recover their
    /// password this way. Returns where it goes, masked.
    ///
    /// Where the tenant conceals, no account is looked at: what is returned is what was typed, and
    /// `Err` says nothing of who is there. Else `None` says that there is nobody eligible (D-9).
    pub async fn request_forgotten(
        self: &Arc<Self>,
        tenant: &Tenant,
        request: &ForgottenRequest<'_>,
    ) -> Result<Option<String>, ForgottenRequestError> {
        let tenant_id = tenant.tenant_id;
        if !tenant.settings.cyclos.forgotten_password {
            return Err(ForgottenRequestError::Off);
        }
        if request
            .code_by
            .is_some_and(|medium| !self.accounts.served_media().contains(&medium))
        {
            return Err(ForgottenRequestError::Medium);
        }
        let medium = request.code_by.unwrap_or(Medium::Email);
        let now = self.tools.clock.now();
        let job = Job::Forgotten(ForgottenJob {
            user: request.user.clone(),
            form: request.code_by.map_or(Form::Link, |_| Form::Code),
            medium,
            origin: request.origin.clone(),
        });
        let record = Request {
            name: Subject::named(request.user).map(|subject| subject.digest(&self.tools.keys)),
            ..self.request_from(tenant_id, request.origin)
        };
        if tenant.settings.cyclos.conceal_unknown {
            self.take(
                request.origin,
                Request {
                    promise: Some((self.outbox.name(now), job)),
                    ..record
                },
            )
            .await?;
            return Ok(Some(typed(request.typed)));
        }
        // Counted before anybody looks, so that limits say nothing of who is there.
        self.take(request.origin, record).await?;
        let mut db = self.tools.db.acquire().await?;
        let account = self
            .accounts
            .find_user(&mut db, tenant_id, request.user)
            .await?;
        let destination = match &account {
            Some(account) if self.accounts.is_eligible(tenant, account).await? => {
                medium.destination(account)
            }
            Some(_) | None => None,
        };
        let shown = match destination {
            None => return Ok(None),
            // Whoever typed it knows it.
            Some(destination) if destination == request.typed => destination.to_owned(),
            Some(destination) => masked(destination),
        };
        self.outbox.promise(&mut db, tenant_id, &job, now).await?;
        self.outbox.ring();
        Ok(Some(shown))
    }
}

/// What is shown of a name that nobody has looked up: an address or a number as it was typed,
/// since whoever typed it knows it; of anything else as much as of a stored destination.
fn typed(text: &str) -> String {
    let bare = text.strip_prefix('\'').unwrap_or(text);
    let is_destination = bare.contains('@') || bare.starts_with('+');
    if is_destination {
        bare.to_owned()
    } else {
        masked(bare)
    }
}
