//! Bringing names that are stored already under the rules by which names are compared now.
//!
//! What is nothing in a name (what cannot be seen, blanks at its ends, the final dot of a domain, the zero that
//! is dialled at home only) is taken out of the stored one, and it is compared without. Two names that would
//! become one stay as they are, each with its account, and are named: nobody's is given to anybody else
//! (docs/decisions/0085).

use serde::Serialize;
use serde_json::json;
use sqlx::PgConnection;

use super::Operator;
use super::audit::Action;
use crate::domain::id::{AccountId, TenantId};
use crate::domain::identifier::{EmailAddress, Identifier, Kind, LoginName, Phone};
use crate::recovery::Fault;
use crate::store;
use crate::store::account_name::{Renamed, Stored};

/// Which rules these are. Another number makes every server clean the names again.
const RULES: i32 = 1;
/// How many accounts are read at once.
const PAGE: i64 = 1_000;
/// The most names that a line of the audit trail tells of.
const TOLD: usize = 100;

/// What became of the names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CleanedNames {
    /// How many names were cleaned.
    pub cleaned: u64,
    /// The names that were not, since somebody else has them already.
    pub clashes: Vec<Clash>,
}

/// A name that would be somebody else's if it were cleaned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Clash {
    /// The tenant's code.
    pub tenant: String,
    /// What kind of name it is.
    pub kind: Kind,
    /// The name as it is stored. What cannot be seen in it is written as `\u{…}`.
    pub name: String,
    /// Whose it is.
    pub account_id: AccountId,
    /// The login name of that account, written likewise.
    pub login: String,
    /// Who has the clean name.
    pub other_id: AccountId,
    /// The login name of that account.
    pub other_login: String,
}

/// A stored name beside its clean form.
struct Name {
    from: String,
    shown: String,
    to: Identifier,
    stored: String,
}

impl Operator {
    /// Whether the stored names were cleaned by the rules of this version.
    pub async fn are_names_clean(&self) -> Result<bool, Fault> {
        let mut db = self.db.acquire().await?;
        Ok(store::name_rule::is_applied(&mut db, RULES).await?)
    }

    /// Cleans every stored name, a tenant at a time. It may be done again at any moment: an import by a server
    /// of a version before may have brought more.
    pub async fn clean_names(&self) -> Result<CleanedNames, Fault> {
        let mut all = CleanedNames::default();
        let tenants = store::tenant::list(&mut *self.db.acquire().await?).await?;
        for tenant in tenants {
            let of_it = self
                .clean_names_of(tenant.tenant_id, &tenant.settings.code)
                .await?;
            all.cleaned += of_it.cleaned;
            all.clashes.extend(of_it.clashes);
        }
        let mut db = self.db.acquire().await?;
        store::name_rule::note(&mut db, RULES, self.clock.now()).await?;
        Ok(all)
    }

    async fn clean_names_of(&self, tenant_id: TenantId, code: &str) -> Result<CleanedNames, Fault> {
        let mut tx = self.db.begin().await?;
        // Nobody else makes accounts or gives them names.
        store::turn::take(&mut tx, &format!("account import {tenant_id}")).await?;
        let mut done = CleanedNames::default();
        let mut after = None;
        loop {
            let page = store::account_name::list_doubtful(&mut tx, tenant_id, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.account_id);
            for account in &page {
                self.clean_account(&mut tx, tenant_id, code, account, &mut done)
                    .await?;
            }
        }
        if done != CleanedNames::default() {
            let told: Vec<_> = done.clashes.iter().take(TOLD).collect();
            let detail = json!({
                "cleaned": done.cleaned, "clashes": done.clashes.len(), "kept_apart": told,
            });
            let now = self.clock.now();
            self.record(&mut tx, tenant_id, Action::NamesCleaned, detail, now)
                .await?;
        }
        tx.commit().await?;
        Ok(done)
    }

    async fn clean_account(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        code: &str,
        account: &Stored,
        done: &mut CleanedNames,
    ) -> Result<(), Fault> {
        for name in names(account) {
            let kind = name.to.kind;
            let holder =
                store::account_name::holder(db, tenant_id, account.account_id, &name.to).await?;
            // An address or a number that finds nobody is a contact, which others may have too.
            let is_name = kind == Kind::Login
                || store::account_name::finds(db, tenant_id, account.account_id, kind, &name.from)
                    .await?;
            if let Some(holder) = holder.filter(|_| is_name) {
                done.clashes.push(Clash {
                    tenant: code.to_owned(),
                    kind,
                    name: shown(&name.shown),
                    account_id: account.account_id,
                    login: shown(account.login.as_str()),
                    other_id: holder.account_id,
                    other_login: shown(holder.login.as_str()),
                });
            } else {
                let renamed = Renamed {
                    account_id: account.account_id,
                    from: &name.from,
                    to: &name.to,
                    stored: &name.stored,
                };
                let now = self.clock.now();
                store::account_name::rename(db, tenant_id, &renamed, now).await?;
                done.cleaned += 1;
            }
        }
        Ok(())
    }
}

/// The names of an account that are not as they would be stored now. One that could not be stored any more,
/// since nothing is left of it or what is left is reserved, stays as it is.
fn names(account: &Stored) -> impl Iterator<Item = Name> {
    let login = account.login.as_str();
    let login = LoginName::parse(login).ok().map(|clean| Name {
        from: account.login_key.clone(),
        shown: login.to_owned(),
        to: clean.key(),
        stored: clean.as_str().to_owned(),
    });
    let email = account.email.as_ref().zip(account.email_key.as_ref());
    let email = email.and_then(|(email, key)| {
        let clean = EmailAddress::parse(email.as_str()).ok()?;
        Some(Name {
            from: key.clone(),
            shown: email.as_str().to_owned(),
            to: clean.key(),
            stored: clean.as_str().to_owned(),
        })
    });
    let phone = account.phone.as_ref().and_then(|phone| {
        let clean = Phone::parse(phone.as_str()).ok()?;
        Some(Name {
            from: phone.as_str().to_owned(),
            shown: phone.as_str().to_owned(),
            to: clean.key(),
            stored: clean.as_str().to_owned(),
        })
    });
    let differs = |name: &Name| name.from != name.to.value || name.shown != name.stored;
    [login, email, phone].into_iter().flatten().filter(differs)
}

/// A name on one line, with what cannot be seen in it written out.
fn shown(name: &str) -> String {
    let write = |c: char| {
        if crate::domain::unseen::is_unseen(c) || c.is_control() {
            c.escape_unicode().to_string()
        } else {
            c.to_string()
        }
    };
    name.chars().map(write).collect()
}

impl std::fmt::Display for Clash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "tenant {}: the {} {} of account {} ({}) would be that of account {} ({}); it stays as it is, and \
             does not find its account any more where people type it",
            self.tenant,
            self.kind.as_str(),
            self.name,
            self.account_id,
            self.login,
            self.other_id,
            self.other_login,
        )
    }
}
