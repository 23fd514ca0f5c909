//! What reaches an account's owner, and in which language.

use super::Accounts;
use crate::domain::account::{Account, AccountStatus};
use crate::domain::language::Language;
use crate::domain::medium::Medium;
use crate::domain::tenant::Tenant;

impl Accounts {
    /// By what secrets can reach an account's owner.
    pub fn media(&self, account: &Account) -> Vec<Medium> {
        Medium::ALL
            .into_iter()
            .filter(|medium| *medium == Medium::Email || self.has_texter)
            .filter(|medium| medium.destination(account).is_some())
            .collect()
    }

    /// By what secrets can reach anybody.
    pub fn served_media(&self) -> Vec<Medium> {
        Medium::ALL
            .into_iter()
            .filter(|medium| *medium == Medium::Email || self.has_texter)
            .collect()
    }

    /// By what a secret can be sent to an account's owner now: one who is not active gets no mail
    /// of any kind.
    pub fn reachable_media(&self, account: &Account) -> Vec<Medium> {
        if account.status == AccountStatus::Active {
            self.media(account)
        } else {
            Vec::new()
        }
    }
}

/// The language of a letter: the request's, else the account's, else the tenant's.
pub(in crate::recovery) fn language(
    requested: Option<Language>,
    account: &Account,
    tenant: &Tenant,
) -> Language {
    requested
        .or(account.language)
        .unwrap_or(tenant.settings.default_language)
}
