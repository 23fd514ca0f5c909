//! Asking for a letter.
//!
//! Asking reads no account: what was not looked up cannot leak, not even by timing. Only
//! [`Asking::request_token_if_known`] does, for contracts that want an unknown address told apart.

use std::sync::Arc;

use super::Asking;
use crate::domain::account::UserType;
use crate::domain::identifier::Identifier;
use crate::domain::language::Language;
use crate::domain::subject::Subject;
use crate::domain::tenant::Tenant;
use crate::domain::token::Purpose;
use crate::recovery::limits::LimitError;
use crate::recovery::outbox::{Job, TokenJob, UsernamesJob};
use crate::recovery::tools::Origin;
use crate::store;
use crate::store::recovery_request::Request;

/// What somebody asked, and about whom.
pub struct LetterRequest<'a> {
    /// The name they typed.
    pub identifier: &'a Identifier,
    /// What its account must be, where the dialect says so.
    pub user_type: Option<UserType>,
    /// The language they would like to be answered in.
    pub language: Option<Language>,
    /// Where they asked from.
    pub origin: &'a Origin,
}

impl Asking {
    /// Promises a letter with a token to whoever the identifier names, if it names anybody.
    pub async fn request_token(
        self: &Arc<Self>,
        tenant: &Tenant,
        purpose: Purpose,
        request: &LetterRequest<'_>,
    ) -> Result<(), LimitError> {
        self.promise(tenant, request, token_job(purpose, request))
            .await
    }

    /// Like [`Self::request_token`], and tells whether the identifier names an active account. It
    /// is counted before it is looked up, so whether it does plays no part in limits.
    pub async fn request_token_if_known(
        self: &Arc<Self>,
        tenant: &Tenant,
        purpose: Purpose,
        request: &LetterRequest<'_>,
    ) -> Result<bool, LimitError> {
        let (tenant_id, identifier) = (tenant.tenant_id, request.identifier);
        self.take(
            request.origin,
            Request {
                name: Some(Subject::Name(identifier).digest(&self.tools.keys)),
                ..self.request_from(tenant_id, request.origin)
            },
        )
        .await?;
        let mut db = self.tools.db.acquire().await?;
        let is_known = store::account::is_known(&mut db, tenant_id, identifier).await?;
        if is_known {
            let now = self.tools.clock.now();
            let job = token_job(purpose, request);
            self.outbox.promise(&mut db, tenant_id, &job, now).await?;
            self.outbox.ring();
        }
        Ok(is_known)
    }

    /// Promises a letter with the login names of whoever gets mail at an address, if anybody does.
    pub async fn request_usernames(
        self: &Arc<Self>,
        tenant: &Tenant,
        user_type: UserType,
        request: &LetterRequest<'_>,
    ) -> Result<(), LimitError> {
        let job = Job::Usernames(UsernamesJob {
            email: request.identifier.clone(),
            user_type: Some(user_type),
            language: request.language,
            origin: request.origin.clone(),
        });
        self.promise(tenant, request, job).await
    }

    async fn promise(
        self: &Arc<Self>,
        tenant: &Tenant,
        request: &LetterRequest<'_>,
        job: Job,
    ) -> Result<(), LimitError> {
        self.take(
            request.origin,
            Request {
                name: Some(Subject::Name(request.identifier).digest(&self.tools.keys)),
                promise: Some((self.outbox.name(self.tools.clock.now()), job)),
                ..self.request_from(tenant.tenant_id, request.origin)
            },
        )
        .await
    }
}

fn token_job(purpose: Purpose, request: &LetterRequest<'_>) -> Job {
    Job::Token(TokenJob {
        identifier: request.identifier.clone(),
        others: Vec::new(),
        user_type: request.user_type,
        purpose,
        language: request.language,
        origin: request.origin.clone(),
    })
}
