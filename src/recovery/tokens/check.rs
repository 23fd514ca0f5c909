//! Looking at a token without spending it.

use sqlx::PgConnection;

use super::Tokens;
use crate::domain::Timestamp;
use crate::domain::account::Account;
use crate::domain::id::AccountId;
use crate::domain::tenant::Tenant;
use crate::domain::token::{Claim, Invalid, Purpose, Secret};
use crate::recovery::audit::{Audit, Signal};
use crate::recovery::tools::loader::Question;
use crate::recovery::tools::meter::{self, Refusal};
use crate::recovery::tools::{Fault, Origin};
use crate::store;
use crate::store::recovery_token::Peek;

/// A token did not do what its bearer hoped.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// It is not good, for whatever reason.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// We could not tell.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for TokenError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl TokenError {
    /// Notices a token that is not good, for whoever only looked at it.
    pub fn signal(&self, audit: &Audit, tenant: &Tenant, origin: &Origin) {
        match self {
            Self::Invalid(_) => audit.signal(tenant.tenant_id, Signal::Token, origin),
            Self::Fault(_) => {}
        }
    }
}

/// Whoever a token was mailed to.
pub struct Bearer {
    /// Their account.
    pub account: Account,
    /// Whether they have agreed to the terms, if they ever said.
    pub consent: Option<bool>,
}

/// What a look at a token is counted under. It leaves nothing in the audit trail.
const CHECKED: &str = "token.checked";

fn counted<T>(looked: Result<T, TokenError>) -> Result<T, TokenError> {
    if looked.is_ok() {
        meter::verb(CHECKED, "done");
    }
    meter::refusal(CHECKED, looked)
}

impl Refusal for TokenError {
    fn word(&self) -> Option<&'static str> {
        Some(match self {
            Self::Invalid(_) => meter::TOKEN,
            Self::Fault(cause) => meter::fault(cause),
        })
    }
}

impl Tokens {
    /// Whose live token this is. Spends nothing, extends nothing.
    pub async fn bearer_of(
        &self,
        tenant: &Tenant,
        secret: &Secret,
        purpose: Purpose,
    ) -> Result<Bearer, TokenError> {
        counted(self.find_bearer(tenant, secret, purpose).await)
    }

    async fn find_bearer(
        &self,
        tenant: &Tenant,
        secret: &Secret,
        purpose: Purpose,
    ) -> Result<Bearer, TokenError> {
        let tenant_id = tenant.tenant_id;
        let mut db = self.tools.db.acquire().await?;
        let found = self
            .bearer(&mut db, tenant_id, secret, purpose, None)
            .await?;
        let account = found.ok_or(Invalid)?;
        let consent = store::account::consent(&mut db, tenant_id, account.account_id).await?;
        Ok(Bearer { account, consent })
    }

    /// Whether a token would be taken now. Spends nothing, extends nothing; `purpose` `None` takes
    /// a token of either.
    pub async fn check_token(
        &self,
        tenant: &Tenant,
        secret: &Secret,
        purpose: Option<Purpose>,
        claim: Option<&Claim>,
    ) -> Result<(), TokenError> {
        counted(self.peek(tenant, secret, purpose, claim).await)
    }

    async fn peek(
        &self,
        tenant: &Tenant,
        secret: &Secret,
        purpose: Option<Purpose>,
        claim: Option<&Claim>,
    ) -> Result<(), TokenError> {
        let peek = Peek {
            tenant_id: tenant.tenant_id,
            digests: secret.digests(&self.tools.keys),
            purpose,
            claim: claim.cloned(),
        };
        self.loader.load(peek).await?.ok_or(Invalid)?;
        Ok(())
    }
}

impl Question for Peek {
    type Answer = Option<AccountId>;
    type Context = ();

    async fn ask(
        (): &(),
        db: &mut PgConnection,
        questions: &[&Self],
        now: Timestamp,
    ) -> sqlx::Result<Vec<Self::Answer>> {
        store::recovery_token::peek_all(db, questions, now).await
    }
}
