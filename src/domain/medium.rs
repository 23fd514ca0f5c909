//! By what a secret reaches somebody.

use serde::{Deserialize, Serialize};

use super::account::Account;
use super::identifier::{EmailAddress, Phone};

/// A way to reach an account's owner (`SendMediumEnum` of Cyclos).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Medium {
    /// A letter to the stored address.
    Email,
    /// A text message to the stored number.
    Sms,
}

impl Medium {
    /// Every medium.
    pub const ALL: [Self; 2] = [Self::Email, Self::Sms];

    /// The word that files and rows use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }

    /// Where it would reach an account's owner: always what is stored, never what somebody typed
    /// (R-04, lesson L25).
    pub fn destination(self, account: &Account) -> Option<&str> {
        match self {
            Self::Email => account.email.as_ref().map(EmailAddress::as_str),
            Self::Sms => account.phone.as_ref().map(Phone::as_str),
        }
    }
}

/// A destination for eyes that may not know it yet: enough to recognise, too little to use
/// (contracts/cyclos.md, D-27).
pub fn masked(destination: &str) -> String {
    let (name, rest) = match destination.rsplit_once('@') {
        Some((name, domain)) => (name, format!("@{domain}")),
        None => (destination, String::new()),
    };
    let length = name.chars().count();
    let shown = if length > 3 { 3 } else { length.min(1) };
    let start: String = name.chars().take(shown).collect();
    format!("{start}{}{rest}", "*".repeat(7))
}

#[cfg(test)]
mod tests {
    use super::masked;

    /// The sample of contracts/cyclos.md, 8.6; the number of stars tells nothing.
    #[test]
    fn masking_keeps_what_its_owner_recognises() {
        assert_eq!(masked("john.doe@example.org"), "joh*******@example.org");
        assert_eq!(masked("jo@example.org"), "j*******@example.org");
        assert_eq!(masked("+15145550100"), "+15*******");
        assert_eq!(masked("élodie"), "élo*******");
        assert_eq!(masked(""), "*******");
    }
}
