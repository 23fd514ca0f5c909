//! Sending a token: a link by mail, or a code by mail or text.

use std::iter::once;

use serde_json::json;
use time::Duration;

use super::Delivery;
use super::letter::Addressed;
use super::undone::Undone;
use crate::domain::account::{Account, AccountStatus, UserType};
use crate::domain::code::Code;
use crate::domain::id::TokenId;
use crate::domain::identifier::EmailAddress;
use crate::domain::language::Language;
use crate::domain::link::Link;
use crate::domain::medium::Medium;
use crate::domain::status::Action;
use crate::domain::tenant::Tenant;
use crate::domain::token::{Form, Purpose, Secret};
use crate::domain::user::User;
use crate::mail::{OneTimeCode, ResetLink, UnlockLink, Values};
use crate::recovery::accounts::{access_type, language};
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::outbox::{ForgottenJob, TokenJob, reference};
use crate::recovery::tokens::binding;
use crate::recovery::tools::Origin;
use crate::sms::{Text, words};
use crate::store;
use crate::store::job::Lease;
use crate::store::password::Key;
use crate::store::recovery_token::NewToken;

/// A token that is to be sent: what two kinds of job come to.
pub(super) struct TokenOrder {
    pub(in crate::recovery) user: User,
    pub(in crate::recovery) user_type: Option<UserType>,
    pub(in crate::recovery) purpose: Purpose,
    /// What the token is to be spent on: the password must be in a state for it.
    pub(in crate::recovery) action: Action,
    pub(in crate::recovery) form: Form,
    pub(in crate::recovery) medium: Medium,
    pub(in crate::recovery) language: Option<Language>,
    pub(in crate::recovery) origin: Origin,
}

impl From<TokenJob> for TokenOrder {
    fn from(job: TokenJob) -> Self {
        Self {
            user: User::Named(once(job.identifier).chain(job.others).collect()),
            user_type: job.user_type,
            purpose: job.purpose,
            action: by_mailbox(job.purpose),
            form: Form::Link,
            medium: Medium::Email,
            language: job.language.or(job.origin.language),
            origin: job.origin,
        }
    }
}

impl From<ForgottenJob> for TokenOrder {
    fn from(job: ForgottenJob) -> Self {
        Self {
            user: job.user,
            user_type: None,
            purpose: Purpose::Reset,
            action: Action::Recover,
            form: job.form,
            medium: job.medium,
            language: job.origin.language,
            origin: job.origin,
        }
    }
}

/// How long a code lives that is typed: at most as long as links do (standard T-05).
const CODE_LIFETIME: Duration = Duration::minutes(10);
/// Eight digits: what people can type from a phone, 26 bits (T-01).
const CODE_LENGTH: u32 = 8;
const DIGITS: &str = "0123456789";

/// A token whose digest is committed and which has not been sent yet.
struct Minted {
    token_id: TokenId,
    reference: String,
    secret: Minting,
    lifetime: Duration,
    account: Account,
}

enum Minting {
    Link(Secret),
    Code(Code),
}

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
            Medium::Email => self.mail_token(tenant, order, &minted, language).await?,
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

    /// Finds whom the question was about and commits a fresh token for them, which supersedes the
    /// last one. Where there is nobody to write to, the job is done.
    async fn mint(
        &self,
        tenant: &Tenant,
        lease: Lease,
        order: &TokenOrder,
    ) -> Result<Option<Minted>, Undone> {
        let tenant_id = tenant.tenant_id;
        let mut tx = self.tools.db.begin().await?;
        let entry = Entry::new(AuditAction::RecoveryAsked, "", Some(&order.origin))
            .with(json!({ "purpose": order.purpose }));
        let account = match self.addressee(&mut tx, tenant, order).await? {
            Ok(found) => found,
            Err(outcome) => {
                self.audit
                    .record(&mut tx, tenant_id, Entry { outcome, ..entry })
                    .await?;
                store::job::finish(&mut tx, lease).await?;
                tx.commit().await?;
                return Ok(None);
            }
        };
        let now = self.tools.clock.now();
        let mut rng = self.tools.entropy.fork();
        let (account_id, purpose) = (account.account_id, Some(order.purpose));
        let token_id = TokenId::mint(now, &mut rng);
        let (secret, digest, lifetime) = match order.form {
            Form::Link => {
                let secret = Secret::mint(&mut rng);
                let digest = secret.digest(&self.tools.keys);
                let lifetime = tenant.settings.token_lifetime();
                (Minting::Link(secret), digest, lifetime)
            }
            Form::Code => {
                let code = Code::mint(DIGITS, CODE_LENGTH, &mut rng);
                let binding = binding(tenant_id, account_id, token_id);
                let digest = code.digest(&binding, &self.tools.keys);
                let lifetime = tenant.settings.token_lifetime().min(CODE_LIFETIME);
                (Minting::Code(code), digest, lifetime)
            }
        };
        let token = NewToken {
            token_id,
            account_id,
            purpose: order.purpose,
            form: order.form,
            digest,
            created_at: now,
            expires_at: now + lifetime,
            reference: reference(lease.job_id),
        };
        store::recovery_token::void(&mut tx, tenant_id, account_id, purpose, now).await?;
        store::recovery_token::insert(&mut tx, tenant_id, &token).await?;
        let entry = Entry {
            outcome: "minted",
            ..entry
        }
        .of(account_id);
        self.audit.record(&mut tx, tenant_id, entry).await?;
        // Last, so that the one row every worker counts on is held for no longer than a commit.
        if order.medium == Medium::Email {
            self.limits.admit_letter(&mut tx).await?;
        }
        tx.commit().await?;
        Ok(Some(Minted {
            token_id: token.token_id,
            reference: token.reference,
            secret,
            lifetime,
            account,
        }))
    }

    /// Whom to write to, locked; or in a word why nobody.
    async fn addressee(
        &self,
        db: &mut sqlx::PgConnection,
        tenant: &Tenant,
        order: &TokenOrder,
    ) -> Result<Result<Account, &'static str>, Undone> {
        if order.purpose == Purpose::Disown {
            return Ok(Err("not for asking"));
        }
        let tenant_id = tenant.tenant_id;
        let (user, user_type) = (&order.user, order.user_type);
        let found = self
            .accounts
            .find_user_of(db, tenant_id, user, user_type)
            .await?;
        let Some(account) = found else {
            return Ok(Err("unknown identifier"));
        };
        if order
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
        // While we waited for the lock an import may have given them another address, or their name
        // to somebody else: nothing that was read before counts.
        let found = self
            .accounts
            .find_user_of(db, tenant_id, user, user_type)
            .await?;
        let Some(account) = found.filter(|found| found.account_id == account_id) else {
            return Ok(Err("unknown identifier"));
        };
        if self.accounts.is_frozen(db, tenant_id, account_id).await? {
            return Ok(Err("frozen"));
        }
        let now = self.tools.clock.now();
        let kind = access_type(tenant)?;
        let key = Key {
            tenant_id,
            account_id,
            password_type_id: kind.password_type_id,
        };
        let facts = store::password::find(db, key).await?.facts;
        let rules = kind.spec.rules();
        if !facts.status(now, &rules).permits(order.action, &rules) {
            return Ok(Err("password not recoverable"));
        }
        if self.accounts.media(&account).contains(&order.medium) {
            Ok(Ok(account))
        } else {
            Ok(Err("no address"))
        }
    }
}

/// What a token of a purpose is for, outside the Cyclos dialect.
pub(super) fn by_mailbox(purpose: Purpose) -> Action {
    match purpose {
        // Nobody asks for a "not me" token: `addressee` finds nobody for it.
        Purpose::Reset | Purpose::Disown => Action::ResetByMailbox,
        Purpose::Unlock => Action::UnlockByMailbox,
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
