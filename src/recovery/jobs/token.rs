//! Mailing a token.

use serde_json::json;

use super::Undone;
use super::letter::{Addressed, reference};
use crate::domain::account::{Account, AccountStatus, UserType};
use crate::domain::id::TokenId;
use crate::domain::identifier::{EmailAddress, Identifier};
use crate::domain::language::Language;
use crate::domain::link::Link;
use crate::domain::status::Action;
use crate::domain::tenant::Tenant;
use crate::domain::token::{Purpose, Secret};
use crate::mail::{ResetLink, UnlockLink, Values};
use crate::recovery::audit::{Action as Audited, Entry};
use crate::recovery::{Origin, Recovery};
use crate::store;
use crate::store::job::Lease;
use crate::store::password::Key;
use crate::store::recovery_token::NewToken;

/// What was asked.
pub(super) struct Asked {
    pub(super) identifier: Identifier,
    pub(super) others: Vec<Identifier>,
    pub(super) user_type: Option<UserType>,
    pub(super) purpose: Purpose,
    pub(super) language: Option<Language>,
    pub(super) origin: Origin,
}

/// A token whose digest is committed and whose letter is not yet sent.
struct Minted {
    token_id: TokenId,
    reference: String,
    secret: Secret,
    account: Account,
    to: EmailAddress,
}

impl Recovery {
    pub(super) async fn mail_token(
        &self,
        tenant: &Tenant,
        lease: Lease,
        asked: &Asked,
    ) -> Result<(), Undone> {
        let Some(minted) = self.mint(tenant, lease, asked).await? else {
            return Ok(());
        };
        let language = Self::language(asked.language, &minted.account, tenant);
        let token = minted.secret.reveal();
        let link = self.link(tenant, asked.purpose, &minted, &token, language);
        let reference = &minted.reference;
        let (link, token, lifetime) = (&link, &token, tenant.settings.token_lifetime());
        let values = match asked.purpose {
            // Nobody asks for a token to disown with: `addressee` finds nobody for it.
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
        let addressed = Addressed {
            tenant,
            account: &minted.account,
            to: &minted.to,
            language,
            name: minted.token_id.to_string(),
        };
        self.send(&addressed, &values).await?;

        let mut tx = self.0.db.begin().await?;
        let entry = Entry::new(Audited::LetterSent, "done", Some(&asked.origin))
            .of(minted.account.account_id)
            .with(json!({ "letter": asked.purpose, "reference": reference }));
        self.record(&mut tx, tenant.tenant_id, entry).await?;
        store::job::finish(&mut tx, lease).await?;
        Ok(tx.commit().await?)
    }

    /// Finds whom the question was about and commits a fresh token for them, which supersedes the
    /// last one. Where there is nobody to write to, the job is done.
    async fn mint(
        &self,
        tenant: &Tenant,
        lease: Lease,
        asked: &Asked,
    ) -> Result<Option<Minted>, Undone> {
        let tenant_id = tenant.tenant_id;
        let mut tx = self.0.db.begin().await?;
        let entry = Entry::new(Audited::RecoveryAsked, "", Some(&asked.origin))
            .with(json!({ "purpose": asked.purpose }));
        let (account, to) = match self.addressee(&mut tx, tenant, asked).await? {
            Ok(found) => found,
            Err(outcome) => {
                self.record(&mut tx, tenant_id, Entry { outcome, ..entry })
                    .await?;
                store::job::finish(&mut tx, lease).await?;
                tx.commit().await?;
                return Ok(None);
            }
        };
        let now = self.0.clock.now();
        let mut rng = self.0.entropy.fork();
        let secret = Secret::mint(&mut rng);
        let token = NewToken {
            token_id: TokenId::mint(now, &mut rng),
            account_id: account.account_id,
            purpose: asked.purpose,
            digest: secret.digest(&self.0.keys),
            created_at: now,
            expires_at: now + tenant.settings.token_lifetime(),
            reference: reference(lease.job_id),
        };
        let (account_id, purpose) = (account.account_id, Some(asked.purpose));
        store::recovery_token::void(&mut tx, tenant_id, account_id, purpose, now).await?;
        store::recovery_token::insert(&mut tx, tenant_id, &token).await?;
        let entry = Entry {
            outcome: "minted",
            ..entry
        }
        .of(account_id);
        self.record(&mut tx, tenant_id, entry).await?;
        // Last, so that the one row every worker counts on is held for no longer than a commit.
        self.admit_letter(&mut tx).await?;
        tx.commit().await?;
        Ok(Some(Minted {
            token_id: token.token_id,
            reference: token.reference,
            secret,
            account,
            to,
        }))
    }

    /// Whom to write to, locked; or in a word why nobody.
    async fn addressee(
        &self,
        db: &mut sqlx::PgConnection,
        tenant: &Tenant,
        asked: &Asked,
    ) -> Result<Result<(Account, EmailAddress), &'static str>, Undone> {
        let tenant_id = tenant.tenant_id;
        let mut found = None;
        for identifier in std::iter::once(&asked.identifier).chain(&asked.others) {
            found = store::account::find_by_identifier(db, tenant_id, identifier).await?;
            if found.is_some() {
                break;
            }
        }
        let Some(account) = found else {
            return Ok(Err("unknown identifier"));
        };
        if asked
            .user_type
            .is_some_and(|wanted| wanted != account.user_type)
        {
            return Ok(Err("other user type"));
        }
        let account_id = account.account_id;
        let status = store::account::lock(db, tenant_id, account_id).await?;
        if status != Some(AccountStatus::Active) {
            return Ok(Err("account not active"));
        }
        let now = self.0.clock.now();
        let frozen_until = store::account::frozen_until(db, tenant_id, account_id).await?;
        if frozen_until.is_some_and(|until| until > now) {
            return Ok(Err("frozen"));
        }
        let kind = Self::access_type(tenant)?;
        let key = Key {
            tenant_id,
            account_id,
            password_type_id: kind.password_type_id,
        };
        let facts = store::password::find(db, key).await?.facts;
        let action = match asked.purpose {
            Purpose::Reset => Action::ResetByMailbox,
            Purpose::Unlock => Action::UnlockByMailbox,
            Purpose::Disown => return Ok(Err("not for asking")),
        };
        let rules = kind.spec.rules();
        if !facts.status(now, &rules).permits(action, &rules) {
            return Ok(Err("password not recoverable"));
        }
        Ok(match account.email.clone() {
            Some(to) => Ok((account, to)),
            None => Err("no address"),
        })
    }

    fn link(
        &self,
        tenant: &Tenant,
        purpose: Purpose,
        minted: &Minted,
        token: &str,
        language: Language,
    ) -> String {
        let links = &tenant.settings.links;
        let (own, page) = match purpose {
            Purpose::Reset => (links.reset.as_deref(), "reset"),
            Purpose::Unlock => (links.unlock.as_deref(), "unlock"),
            Purpose::Disown => (None, "not-me"),
        };
        let built_in = format!(
            "{}/recover/{page}?tenant={{tenant}}&language={{language}}\
             &user_type={{user_type}}&identifier={{identifier}}&token={{token}}",
            self.0.public_url
        );
        let identifier = match minted.account.user_type {
            UserType::Native => minted.account.login.as_str(),
            UserType::EzsignUser => minted.to.as_str(),
        };
        let link = Link {
            token,
            tenant: &tenant.settings.code,
            language,
            user_type: minted.account.user_type,
            identifier,
        };
        link.fill(own.unwrap_or(&built_in))
    }
}
