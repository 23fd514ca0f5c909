//! Sending a token: a link by mail, or a code by mail or text.

use serde_json::json;

use super::Delivery;
use super::letter::Addressed;
use super::mint::{Minted, Minting};
use super::order::TokenOrder;
use super::undone::Undone;
use crate::domain::account::{Account, UserType};
use crate::domain::identifier::EmailAddress;
use crate::domain::language::Language;
use crate::domain::link::Link;
use crate::domain::medium::Medium;
use crate::domain::tenant::Tenant;
use crate::domain::token::Purpose;
use crate::mail::{OneTimeCode, ResetLink, UnlockLink, Values};
use crate::recovery::accounts::language;
use crate::recovery::audit::{AuditAction, Entry};
use crate::sms::{Text, words};
use crate::store;
use crate::store::job::Lease;

impl Delivery {
    pub(super) async fn send_token(
        &self,
        tenant: &Tenant,
        lease: Lease,
        order: &TokenOrder,
    ) -> Result<(), Undone> {
        let Some(minted) = self.mint(tenant, lease, order).await? else {
            return Ok(());
        };
        let language = language(order.language, &minted.account, tenant);
        match order.medium {
            Medium::Email => {
                self.mail_token(tenant, lease, order, &minted, language)
                    .await?;
            }
            Medium::Sms => self.text_token(tenant, &minted, language).await?,
        }
        let action = match order.medium {
            Medium::Email => AuditAction::LetterSent,
            Medium::Sms => AuditAction::TextSent,
        };
        let mut tx = self.tools.db.begin().await?;
        let entry = Entry::new(action, "done", Some(&order.origin))
            .of(minted.account.account_id)
            .with(json!({ "letter": order.purpose, "reference": minted.reference }));
        self.audit.record(&mut tx, tenant.tenant_id, entry).await?;
        store::job::finish(&mut tx, lease).await?;
        Ok(tx.commit().await?)
    }

    async fn mail_token(
        &self,
        tenant: &Tenant,
        lease: Lease,
        order: &TokenOrder,
        minted: &Minted,
        language: Language,
    ) -> Result<(), Undone> {
        // Whoever has none was told apart when the token was minted.
        let Some(to) = &minted.account.email else {
            return Ok(());
        };
        let (reference, lifetime) = (&minted.reference, minted.lifetime);
        let addressed = Addressed {
            tenant,
            account: &minted.account,
            to,
            language,
            lease,
            name: minted.token_id.to_string(),
        };
        let secret = match &minted.secret {
            Minting::Code(code) => {
                let values = Values::OneTimeCode(OneTimeCode {
                    code: code.reveal(),
                    lifetime,
                    recovers: true,
                    reference,
                });
                return self.send(&addressed, &values).await;
            }
            Minting::Link(secret) => secret,
        };
        let token = &secret.reveal();
        let link = &link(
            &self.post.public_url,
            tenant,
            order.purpose,
            &minted.account,
            to,
            token,
            language,
        );
        let values = match order.purpose {
            // Nobody asks for a "not me" token: `addressee` finds nobody for it.
            Purpose::Reset | Purpose::Disown => Values::ResetLink(ResetLink {
                link,
                token,
                lifetime,
                reference,
            }),
            Purpose::Unlock => Values::UnlockLink(UnlockLink {
                link,
                token,
                lifetime,
                reference,
            }),
        };
        self.send(&addressed, &values).await
    }

    async fn text_token(
        &self,
        tenant: &Tenant,
        minted: &Minted,
        language: Language,
    ) -> Result<(), Undone> {
        let (Minting::Code(code), Some(texter), Some(phone)) =
            (&minted.secret, &self.post.texter, &minted.account.phone)
        else {
            return Ok(());
        };
        let name = &tenant.settings.name;
        let text = Text {
            to: phone.clone(),
            text: words::code(name, code.reveal(), minted.lifetime, language),
            at: self.tools.clock.now(),
        };
        Ok(texter.send(&text).await?)
    }
}

/// Where a token is taken: by the tenant's own front end, in the form it asks for, else by our pages, which
/// need the token alone. So that link is as short as it can be, and what a mail program may cut off is
/// the end of the token.
pub(super) fn link(
    public_url: &str,
    tenant: &Tenant,
    purpose: Purpose,
    account: &Account,
    to: &EmailAddress,
    token: &str,
    language: Language,
) -> String {
    let links = &tenant.settings.links;
    let (own, page) = match purpose {
        Purpose::Reset => (links.reset.as_deref(), "reset"),
        Purpose::Unlock => (links.unlock.as_deref(), "unlock"),
        Purpose::Disown => (None, "not-me"),
    };
    let built_in = format!("{public_url}/recover/{page}?token={{token}}");
    let identifier = match account.user_type {
        UserType::Native => account.login.as_str(),
        UserType::EzsignUser => to.as_str(),
    };
    let link = Link {
        token,
        tenant: &tenant.settings.code,
        language,
        user_type: account.user_type,
        identifier,
    };
    link.fill(own.unwrap_or(&built_in))
}
