//! Whose live token somebody holds.

use sqlx::PgConnection;

use super::Tokens;
use crate::domain::account::Account;
use crate::domain::id::TenantId;
use crate::domain::token::{Claim, Purpose, Secret};
use crate::recovery::tools::Fault;
use crate::store;

impl Tokens {
    /// The account that a live token of a purpose was mailed to; nobody where the token would not be
    /// taken now, or not from whoever makes this claim. Spends nothing, extends nothing.
    pub(super) async fn bearer(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        secret: &Secret,
        purpose: Purpose,
        claim: Option<&Claim>,
    ) -> Result<Option<Account>, Fault> {
        let (digests, now) = (secret.digests(&self.tools.keys), self.tools.clock.now());
        let found =
            store::recovery_token::peek(db, tenant_id, &digests, Some(purpose), claim, now).await?;
        Ok(match found {
            Some(account_id) => store::account::find(db, tenant_id, account_id).await?,
            None => None,
        })
    }
}
