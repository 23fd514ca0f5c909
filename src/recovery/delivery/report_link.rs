//! The way to say "this was not me", which a notice of a change carries.

use super::Delivery;
use super::undone::Undone;
use crate::domain::id::{AccountId, TokenId};
use crate::domain::tenant::Tenant;
use crate::domain::token::{Form, Purpose, Secret};
use crate::recovery::outbox::reference;
use crate::recovery::tokens::REPORT_LIFETIME;
use crate::store;
use crate::store::job::Lease;
use crate::store::recovery_token::NewToken;

impl Delivery {
    /// Commits a fresh "not me" token, in place of the one that an earlier attempt at the
    /// letter carried; nothing where the tenant has no page for it to lead to.
    pub(in crate::recovery) async fn mint_report_secret(
        &self,
        tenant: &Tenant,
        account_id: AccountId,
        lease: Lease,
    ) -> Result<Option<Secret>, Undone> {
        if !tenant.settings.pages.enabled {
            return Ok(None);
        }
        let tenant_id = tenant.tenant_id;
        let now = self.tools.clock.now();
        let mut rng = self.tools.entropy.fork();
        let secret = Secret::mint(&mut rng);
        let token = NewToken {
            token_id: TokenId::mint(now, &mut rng),
            account_id,
            purpose: Purpose::Disown,
            form: Form::Link,
            digest: secret.digest(&self.tools.keys),
            created_at: now,
            expires_at: now + REPORT_LIFETIME,
            reference: reference(lease.job_id),
        };
        let mut tx = self.tools.db.begin().await?;
        store::account::lock(&mut tx, tenant_id, account_id).await?;
        let letter = &token.reference;
        store::recovery_token::void_of_letter(&mut tx, tenant_id, account_id, letter, now).await?;
        store::recovery_token::insert(&mut tx, tenant_id, &token).await?;
        tx.commit().await?;
        Ok(Some(secret))
    }
}

/// The link that holds a "not me" token, and nothing beside it.
pub(super) fn report_link(public_url: &str, secret: &Secret) -> String {
    format!("{public_url}/recover/not-me?token={}", *secret.reveal())
}
