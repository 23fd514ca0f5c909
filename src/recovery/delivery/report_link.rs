//! The way to say "this was not me", which a notice of a change carries.

use super::Delivery;
use super::undone::Undone;
use crate::domain::id::{AccountId, PasswordTypeId, TokenId};
use crate::domain::tenant::Tenant;
use crate::domain::token::{Form, Purpose, Secret};
use crate::recovery::outbox::reference;
use crate::recovery::tokens::REPORT_LIFETIME;
use crate::store;
use crate::store::job::Lease;
use crate::store::recovery_token::NewToken;
use crate::store::recovery_token_letter::End;

impl Delivery {
    /// Commits the "not me" token of a notice, the same at every attempt; nothing where the tenant has no page
    /// for it to lead to. Where the owner has pressed it already, the notice has reached them: then its
    /// letter is [over](Report::Over). Where it was ended, by an import that gave them another address, the
    /// letter goes to the new one with a token of its own.
    pub(super) async fn mint_report(
        &self,
        tenant: &Tenant,
        (account_id, about): (AccountId, Option<PasswordTypeId>),
        lease: Lease,
    ) -> Result<Report, Undone> {
        if !tenant.settings.pages.enabled {
            return Ok(Report::NoPage);
        }
        let tenant_id = tenant.tenant_id;
        let now = self.tools.clock.now();
        let mut tx = self.tools.db.begin().await?;
        store::account::lock(&mut tx, tenant_id, account_id).await?;
        let mut rng = self.tools.derived(&lease.nonce, "report")?;
        let mut token_id = TokenId::mint(lease.job_id.minted_at(), &mut rng);
        let mut secret = Secret::mint(&mut rng);
        match store::recovery_token_letter::end(&mut tx, tenant_id, token_id).await? {
            Some(End::Spent) => return Ok(Report::Over),
            Some(End::Live) => {
                let expires_at = now + REPORT_LIFETIME;
                store::recovery_token_letter::renew(&mut tx, tenant_id, token_id, now, expires_at)
                    .await?;
                tx.commit().await?;
                return Ok(Report::Link { token_id, secret });
            }
            Some(End::Voided) => {
                let mut rng = self.tools.entropy.fork();
                token_id = TokenId::mint(now, &mut rng);
                secret = Secret::mint(&mut rng);
            }
            None => {}
        }
        let token = NewToken {
            token_id,
            account_id,
            purpose: Purpose::Disown,
            form: Form::Link,
            digest: secret.digest(&self.tools.keys),
            created_at: now,
            expires_at: now + REPORT_LIFETIME,
            reference: reference(lease.job_id),
        };
        let letter = &token.reference;
        store::recovery_token::void_of_letter(&mut tx, tenant_id, account_id, letter, now).await?;
        store::recovery_token::insert(&mut tx, tenant_id, &token).await?;
        if let Some(about) = about {
            store::disown_token::note_type(&mut tx, tenant_id, token.token_id, about).await?;
        }
        tx.commit().await?;
        Ok(Report::Link { token_id, secret })
    }
}

/// The way to object that a notice carries.
pub(super) enum Report {
    /// A link with this token.
    Link { token_id: TokenId, secret: Secret },
    /// None: the tenant has no pages.
    NoPage,
    /// The owner has objected already.
    Over,
}

/// The link that holds a "not me" token, and nothing beside it.
pub(super) fn report_link(public_url: &str, secret: &Secret) -> String {
    format!("{public_url}/recover/not-me?token={}", *secret.reveal())
}
