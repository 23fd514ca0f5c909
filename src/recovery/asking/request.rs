//! Asking for a letter.
//!
//! Asking reads no account: what was not looked up cannot leak, not even by timing. Only
//! [`Recovery::request_token_if_known`] does, for contracts that want an unknown address told apart.

use crate::domain::Timestamp;
use crate::domain::account::UserType;
use crate::domain::id::JobId;
use crate::domain::identifier::Identifier;
use crate::domain::language::Language;
use crate::domain::tenant::Tenant;
use crate::domain::token::Purpose;
use crate::recovery::delivery::Job;
use crate::recovery::{Origin, Recovery, Refused};
use crate::store;
use crate::store::recovery_request::Request;

/// What somebody asked, and about whom.
pub struct Asked<'a> {
    /// The name they typed.
    pub identifier: &'a Identifier,
    /// What its account must be, where the dialect says so.
    pub user_type: Option<UserType>,
    /// The language they would like to be answered in.
    pub language: Option<Language>,
    /// Where they asked from.
    pub origin: &'a Origin,
}

impl Recovery {
    /// Promises a letter with a token to whoever the identifier names, if it names anybody.
    pub async fn request_token(
        &self,
        tenant: &Tenant,
        purpose: Purpose,
        asked: &Asked<'_>,
    ) -> Result<(), Refused> {
        self.promise(tenant, asked, token_job(purpose, asked)).await
    }

    /// Like [`Self::request_token`], and tells whether the identifier names an active account. It
    /// is counted before it is looked up, so whether it does plays no part in limits.
    pub async fn request_token_if_known(
        &self,
        tenant: &Tenant,
        purpose: Purpose,
        asked: &Asked<'_>,
    ) -> Result<bool, Refused> {
        let (tenant_id, identifier) = (tenant.tenant_id, asked.identifier);
        self.take(
            asked.origin,
            Request {
                name: Some(self.subject_of(identifier)),
                ..self.request_from(tenant_id, asked.origin)
            },
        )
        .await?;
        let mut db = self.0.db.acquire().await?;
        let is_known = store::account::is_known(&mut db, tenant_id, identifier).await?;
        if is_known {
            let now = self.0.clock.now();
            let (job_id, job) = (self.name_job(now), token_job(purpose, asked));
            store::job::enqueue(&mut db, tenant_id, job_id, &job, now).await?;
            self.0.bell.notify_one();
        }
        Ok(is_known)
    }

    /// Promises a letter with the login names of whoever gets mail at an address, if anybody does.
    pub async fn request_usernames(
        &self,
        tenant: &Tenant,
        user_type: UserType,
        asked: &Asked<'_>,
    ) -> Result<(), Refused> {
        let job = Job::Usernames {
            email: asked.identifier.clone(),
            user_type: Some(user_type),
            language: asked.language,
            origin: asked.origin.clone(),
        };
        self.promise(tenant, asked, job).await
    }

    async fn promise(&self, tenant: &Tenant, asked: &Asked<'_>, job: Job) -> Result<(), Refused> {
        self.take(
            asked.origin,
            Request {
                name: Some(self.subject_of(asked.identifier)),
                promise: Some((self.name_job(self.0.clock.now()), job)),
                ..self.request_from(tenant.tenant_id, asked.origin)
            },
        )
        .await
    }

    /// A fresh name for a job that is promised at `now`.
    pub(in crate::recovery) fn name_job(&self, now: Timestamp) -> JobId {
        JobId::mint(now, &mut self.0.entropy.fork())
    }
}

fn token_job(purpose: Purpose, asked: &Asked<'_>) -> Job {
    Job::Token {
        identifier: asked.identifier.clone(),
        others: Vec::new(),
        user_type: asked.user_type,
        purpose,
        language: asked.language,
        origin: asked.origin.clone(),
    }
}
