//! The words that an attacker would try first: those of an account and of its tenant (ASVS 6.2.11).

use super::account::Account;
use super::identifier::{EmailAddress, LoginName, Phone};
use super::strength::{Context, Strength};
use super::tenant::{Profile, Settings};

/// What people call an account.
#[derive(Clone, Copy)]
pub struct Called<'a> {
    /// Its login name.
    pub login: &'a LoginName,
    /// Its address.
    pub email: Option<&'a EmailAddress>,
    /// Its number.
    pub phone: Option<&'a Phone>,
    /// What the person is called.
    pub name: Option<&'a str>,
}

impl<'a> From<&'a Account> for Called<'a> {
    fn from(account: &'a Account) -> Self {
        Self {
            login: &account.login,
            email: account.email.as_ref(),
            phone: account.phone.as_ref(),
            name: account.name.as_deref(),
        }
    }
}

impl Called<'_> {
    /// What is known of a password of this account in a tenant. Profile `hardened` asks for more.
    pub fn in_tenant(&self, settings: &Settings) -> Context {
        let strength = match settings.profile {
            Profile::Contract => Strength::NotObvious,
            Profile::Hardened => Strength::Hard,
        };
        Context::new(strength, self.words(settings))
    }

    /// The words that everybody knows of this account in a tenant.
    pub fn words<'a>(&'a self, settings: &'a Settings) -> Vec<&'a str> {
        let mut words = vec![self.login.as_str(), &settings.code, &settings.name];
        if let Some(email) = self.email {
            words.extend([email.as_str(), email.local_part()]);
        }
        if let Some(phone) = self.phone {
            let number = phone.as_str();
            words.extend([number, number.trim_start_matches('+')]);
        }
        words.extend(self.name);
        words
    }
}
