//! A letter with a link for each account of a mailbox: for whoever typed its address.
//!
//! Families and small offices share a mailbox, and who types its address may mean any account that has it.
//! So each gets a link, named; the first five by login name, since a letter is read by people. What else
//! there is, is told by login name, as in the reminder of those. Two spellings of an address may be two
//! mailboxes, and each gets a letter about its own accounts, by a job of its own.

use serde_json::json;
use sqlx::PgConnection;

use super::Delivery;
use super::letter::Addressed;
use super::mint::{name_token, put};
use super::order::{TokenOrder, by_mailbox, kept_back};
use super::spellings::{by_spelling, spelling, spokesman};
use super::token::link;
use super::undone::Undone;
use crate::domain::account::{Account, AccountStatus};
use crate::domain::id::{AccountId, TokenId};
use crate::domain::medium::Medium;
use crate::domain::tenant::Tenant;
use crate::domain::token::{Form, Purpose, Secret};
use crate::domain::user::User;
use crate::mail::{AccountLink, AccountLinks, Values};
use crate::recovery::accounts::language;
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::outbox::{Job, MailboxJob, reference};
use crate::store;
use crate::store::job::Lease;
use crate::store::recovery_token::NewToken;

/// How many accounts get a link in one letter.
const LINKS: usize = 5;

/// What is done for one job.
struct Mailing<'a> {
    delivery: &'a Delivery,
    tenant: &'a Tenant,
    lease: Lease,
    job: &'a MailboxJob,
}

/// A token of one of the accounts, committed, and perhaps not sent yet.
struct Minted {
    account: Account,
    token_id: TokenId,
    secret: Secret,
}

/// Sends each mailbox that an address is a letter with a link for each active account that has it. Every
/// attempt sends the same links, but for those that were used or ended since.
pub(super) async fn mail_accounts(
    delivery: &Delivery,
    tenant: &Tenant,
    lease: Lease,
    job: &MailboxJob,
) -> Result<(), Undone> {
    let mailing = Mailing {
        delivery,
        tenant,
        lease,
        job,
    };
    let found = {
        let mut db = delivery.tools.db.acquire().await?;
        store::account::list_by_email(&mut db, tenant.tenant_id, &job.email.value, None).await?
    };
    let mailboxes = by_spelling(&found);
    if let Some(spelling) = &job.spelling {
        let accounts = mailboxes.get(spelling).map_or(&[][..], Vec::as_slice);
        return mailing.mail(accounts).await;
    }
    match mailboxes.len() {
        0 => mailing.mail_named().await,
        1 => {
            let accounts: Vec<_> = mailboxes.into_values().flatten().collect();
            mailing.mail(&accounts).await
        }
        _ => mailing.split(mailboxes.into_keys()).await,
    }
}

impl Mailing<'_> {
    /// What was typed is nobody's address: perhaps it is somebody's login name.
    async fn mail_named(&self) -> Result<(), Undone> {
        let names = std::iter::once(&self.job.email).chain(&self.job.others);
        let user = User::Named(names.cloned().collect());
        self.mail_one(user).await
    }

    /// The letter for one account, as if its name had been typed.
    async fn mail_one(&self, user: User) -> Result<(), Undone> {
        let order = TokenOrder {
            user,
            user_type: None,
            purpose: self.job.purpose,
            action: by_mailbox(self.job.purpose),
            form: Form::Link,
            medium: Medium::Email,
            language: self.job.origin.language,
            origin: self.job.origin.clone(),
        };
        let (delivery, tenant) = (self.delivery, self.tenant);
        delivery.send_token(tenant, self.lease, &order).await
    }

    /// Makes a job of each mailbox, so that trouble with one is no second letter to another. People know
    /// all by the reference that the page has shown.
    async fn split(&self, spellings: impl Iterator<Item = String>) -> Result<(), Undone> {
        let tools = &self.delivery.tools;
        let (now, mut rng) = (tools.clock.now(), tools.entropy.fork());
        // Of the moment of the request, which tells whether a token is older than another's.
        let asked_at = self.lease.job_id.minted_at();
        let mut tx = tools.db.begin().await?;
        for spelling in spellings {
            let job = Job::Mailbox(MailboxJob {
                email: self.job.email.clone(),
                others: Vec::new(),
                purpose: self.job.purpose,
                spelling: Some(spelling),
                origin: self.job.origin.clone(),
            });
            let job_id = self.lease.job_id.sibling(asked_at, &mut rng);
            store::job::enqueue(&mut tx, self.tenant.tenant_id, job_id, &job, now).await?;
        }
        store::job::finish(&mut tx, self.lease).await?;
        Ok(tx.commit().await?)
    }

    /// One letter to one mailbox, about the accounts whose mail goes there.
    async fn mail(&self, accounts: &[&Account]) -> Result<(), Undone> {
        // Nobody is kept waiting for the ones that are only looked at.
        let mut db = self.delivery.tools.db.acquire().await?;
        let mut chosen = Vec::new();
        let mut refused = Vec::new();
        let mut rest = accounts.iter();
        for account in rest.by_ref() {
            match self.refusal(&mut db, account).await? {
                None => chosen.push(account.account_id),
                Some(outcome) => refused.push((account.account_id, outcome)),
            }
            if chosen.len() == LINKS {
                break;
            }
        }
        drop(db);
        let more: Vec<&str> = rest.map(|account| account.login.as_str()).collect();
        match chosen.as_slice() {
            [] => self.note(&refused, true).await,
            [only] if more.is_empty() => {
                self.note(&refused, false).await?;
                self.mail_one(User::Number(Some(*only))).await
            }
            _ => {
                let minted = self.mint(chosen, refused).await?;
                self.send(&minted, &more).await
            }
        }
    }

    /// Why an account gets no link now, if it gets none.
    async fn refusal(
        &self,
        db: &mut PgConnection,
        account: &Account,
    ) -> Result<Option<&'static str>, Undone> {
        if self.job.purpose == Purpose::Disown {
            return Ok(Some("not for asking"));
        }
        if account.status != AccountStatus::Active {
            return Ok(Some("account not active"));
        }
        let action = by_mailbox(self.job.purpose);
        kept_back(self.delivery, db, self.tenant, account.account_id, action).await
    }

    /// What the trail has for an account that was asked for.
    fn asked(&self, account_id: AccountId, outcome: &'static str) -> Entry<'_> {
        Entry::new(AuditAction::RecoveryAsked, outcome, Some(&self.job.origin))
            .of(account_id)
            .with(json!({ "purpose": self.job.purpose }))
    }

    /// Notes why accounts get no link, and where that is all, that the job is done.
    async fn note(
        &self,
        refused: &[(AccountId, &'static str)],
        is_all: bool,
    ) -> Result<(), Undone> {
        let Delivery { audit, tools, .. } = self.delivery;
        let tenant_id = self.tenant.tenant_id;
        let mut tx = tools.db.begin().await?;
        for (account_id, outcome) in refused {
            let entry = self.asked(*account_id, outcome);
            audit.record(&mut tx, tenant_id, entry).await?;
        }
        if is_all {
            if refused.is_empty() {
                let outcome = "unknown identifier";
                let entry = Entry::new(AuditAction::RecoveryAsked, outcome, Some(&self.job.origin))
                    .with(json!({ "purpose": self.job.purpose }));
                audit.record(&mut tx, tenant_id, entry).await?;
            }
            store::job::finish(&mut tx, self.lease).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Commits a token for each of the chosen accounts that may still have one, which supersedes its last
    /// one. What an earlier attempt has sent and was used or ended since is left out; where nothing is left,
    /// no letter is due.
    async fn mint(
        &self,
        mut chosen: Vec<AccountId>,
        mut refused: Vec<(AccountId, &'static str)>,
    ) -> Result<Vec<Minted>, Undone> {
        let Delivery {
            audit,
            tools,
            limits,
            ..
        } = self.delivery;
        let (tenant_id, purpose) = (self.tenant.tenant_id, self.job.purpose);
        let mut minted = Vec::new();
        // The job of one spelling was made by an attempt at another, and is as late as that one was.
        let lease = match &self.job.spelling {
            Some(_) => Lease {
                attempts: self.lease.attempts.max(2),
                ..self.lease
            },
            None => self.lease,
        };
        let mut tx = tools.db.begin().await?;
        // Whoever locks several accounts begins with the smallest number.
        chosen.sort_unstable();
        for account_id in chosen {
            store::account::lock(&mut tx, tenant_id, account_id).await?;
            let account = store::account::find(&mut tx, tenant_id, account_id).await?;
            // While we waited for the lock an import may have given it another address.
            let Some(account) = account.filter(|account| self.is_addressed(account)) else {
                refused.push((account_id, "unknown identifier"));
                continue;
            };
            if let Some(outcome) = self.refusal(&mut tx, &account).await? {
                refused.push((account_id, outcome));
                continue;
            }
            let now = tools.clock.now();
            let (token_id, mut rng) = name_token(tools, lease, account_id)?;
            let secret = Secret::mint(&mut rng);
            let token = NewToken {
                token_id,
                account_id,
                purpose,
                form: Form::Link,
                digest: secret.digest(&tools.keys),
                created_at: now,
                expires_at: now + self.tenant.settings.token_lifetime(),
                reference: reference(self.lease.job_id),
            };
            if let Some(outcome) = put(&mut tx, self.tenant, lease, &token).await? {
                refused.push((account_id, outcome));
                continue;
            }
            let entry = self.asked(account_id, "minted");
            audit.record(&mut tx, tenant_id, entry).await?;
            minted.push(Minted {
                account,
                token_id,
                secret,
            });
        }
        for (account_id, outcome) in refused {
            let entry = self.asked(account_id, outcome);
            audit.record(&mut tx, tenant_id, entry).await?;
        }
        // Last, so that the one row every worker counts on is held for no longer than a commit.
        if !minted.is_empty() {
            limits.admit_letter(&mut tx).await?;
        }
        tx.commit().await?;
        minted.sort_by_cached_key(|one| one.account.login.key().value);
        Ok(minted)
    }

    /// Whether an account's mail goes where the letter goes.
    fn is_addressed(&self, account: &Account) -> bool {
        account.email.as_ref().is_some_and(|email| {
            let spelled = self.job.spelling.as_ref();
            email.key() == self.job.email && spelled.is_none_or(|one| *one == spelling(email))
        })
    }

    /// Hands the letter over, and notes it for each account.
    async fn send(&self, minted: &[Minted], more: &[&str]) -> Result<(), Undone> {
        let Delivery {
            audit, tools, post, ..
        } = self.delivery;
        let (tenant, purpose) = (self.tenant, self.job.purpose);
        let accounts: Vec<&Account> = minted.iter().map(|one| &one.account).collect();
        if let Some((account, to)) = spokesman(&accounts) {
            let language = language(self.job.origin.language, &account, tenant);
            let written: Vec<_> = minted
                .iter()
                .map(|one| {
                    let (url, token) = (&post.public_url, one.secret.reveal());
                    let account = &one.account;
                    let link = link(url, tenant, purpose, account, &to, &token, language);
                    (account.login.as_str(), link, token)
                })
                .collect();
            let links: Vec<_> = written
                .iter()
                .map(|(login, link, token)| AccountLink { login, link, token })
                .collect();
            let links = AccountLinks {
                accounts: &links,
                more,
                lifetime: tenant.settings.token_lifetime(),
                reference: &reference(self.lease.job_id),
            };
            let addressed = Addressed {
                tenant,
                account: &account,
                to: &to,
                language,
                lease: self.lease,
                name: name(minted),
            };
            let values = match purpose {
                Purpose::Reset | Purpose::Disown => Values::ResetLinks(links),
                Purpose::Unlock => Values::UnlockLinks(links),
            };
            self.delivery.send(&addressed, &values).await?;
        }
        let mut tx = tools.db.begin().await?;
        for one in minted {
            let detail = json!({
                "letter": purpose, "reference": reference(self.lease.job_id),
                "accounts": minted.len() + more.len(),
            });
            let entry = Entry::new(AuditAction::LetterSent, "done", Some(&self.job.origin))
                .of(one.account.account_id)
                .with(detail);
            audit.record(&mut tx, tenant.tenant_id, entry).await?;
        }
        store::job::finish(&mut tx, self.lease).await?;
        Ok(tx.commit().await?)
    }
}

/// Names a letter by the tokens in it: with one of them left out it is another letter.
fn name(minted: &[Minted]) -> String {
    let mut ids = minted.iter().map(|one| one.token_id.to_string());
    let first = ids.next().unwrap_or_default();
    // The ends of the others tell them apart, and keep the name short.
    ids.fold(first, |name, id| {
        let (_, end) = id.rsplit_once('-').unwrap_or_default();
        format!("{name}.{end}")
    })
}
