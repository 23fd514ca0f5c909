//! The way to say "this was not me", which a notice of a change carries.

use super::Undone;
use super::letter::reference;
use crate::domain::account::Account;
use crate::domain::id::TokenId;
use crate::domain::language::Language;
use crate::domain::link::Link;
use crate::domain::tenant::Tenant;
use crate::domain::token::{Form, Purpose, Secret};
use crate::recovery::Recovery;
use crate::recovery::disown::DISOWN_LIFETIME;
use crate::store;
use crate::store::job::Lease;
use crate::store::recovery_token::NewToken;

impl Recovery {
    /// Commits a fresh token to disown with and returns the link that holds it; `None` where the
    /// tenant has no page for it to lead to.
    pub(super) async fn mint_disown_link(
        &self,
        tenant: &Tenant,
        account: &Account,
        lease: Lease,
        language: Language,
    ) -> Result<Option<String>, Undone> {
        if !tenant.settings.pages.enabled {
            return Ok(None);
        }
        let (tenant_id, account_id) = (tenant.tenant_id, account.account_id);
        let now = self.0.clock.now();
        let mut rng = self.0.entropy.fork();
        let secret = Secret::mint(&mut rng);
        let purpose = Purpose::Disown;
        let token = NewToken {
            token_id: TokenId::mint(now, &mut rng),
            account_id,
            purpose,
            form: Form::Link,
            digest: secret.digest(&self.0.keys),
            created_at: now,
            expires_at: now + DISOWN_LIFETIME,
            reference: reference(lease.job_id),
        };
        let mut tx = self.0.db.begin().await?;
        store::account::lock(&mut tx, tenant_id, account_id).await?;
        store::recovery_token::void(&mut tx, tenant_id, account_id, Some(purpose), now).await?;
        store::recovery_token::insert(&mut tx, tenant_id, &token).await?;
        tx.commit().await?;
        let link = Link {
            token: &secret.reveal(),
            tenant: &tenant.settings.code,
            language,
            user_type: account.user_type,
            identifier: "",
        };
        let page = "/recover/not-me?tenant={tenant}&language={language}&token={token}";
        Ok(Some(link.fill(&format!("{}{page}", self.0.public_url))))
    }
}
