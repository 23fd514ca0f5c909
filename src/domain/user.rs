//! How somebody names an account, before it is known what kind of name that is.

use serde::{Deserialize, Serialize};

use super::id::AccountId;
use super::identifier::{Identifier, Kind, Phone};

/// Whom a text names (contracts/cyclos.md, 3.1). Names at most one account of a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum User {
    /// The account of that number; `None` where no account can have it.
    Number(Option<AccountId>),
    /// The account that one of these leads to, the first that leads anywhere. Never empty.
    Named(Vec<Identifier>),
}

impl User {
    /// Reads a text under the quoting rule: digits are a number, whatever follows a leading
    /// quote is a name.
    pub fn quoted(text: &str) -> Self {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        if !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::Number(AccountId::parse(text));
        }
        Self::Named(readings(text.strip_prefix('\'').unwrap_or(text)))
    }
}

/// Every way to read a name: as a login name always, as an address or a phone where it has that
/// shape.
pub fn readings(text: &str) -> Vec<Identifier> {
    let login = Identifier::login(text);
    let email = Identifier::email(text);
    let phone = Phone::parse(text).ok().map(|phone| phone.key());
    [Some(login), email, phone].into_iter().flatten().collect()
}

/// The kind of name a text has the shape of, the most particular one.
pub fn shape(text: &str) -> Kind {
    readings(text)
        .last()
        .map_or(Kind::Login, |reading| reading.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(user: &User) -> Vec<Kind> {
        match user {
            User::Number(_) => Vec::new(),
            User::Named(readings) => readings.iter().map(|reading| reading.kind).collect(),
        }
    }

    /// The table of contracts/cyclos.md, 3.1.
    #[test]
    fn digits_are_a_number_and_a_quote_makes_them_a_name() {
        for text in ["7", "+5551234567", "0007", "9223372036854775807"] {
            assert!(
                matches!(User::quoted(text), User::Number(Some(_))),
                "{text}"
            );
        }
        for text in ["-7", "0", "99999999999999999999"] {
            assert_eq!(User::quoted(text), User::Number(None), "{text}");
        }
        assert_eq!(
            kinds(&User::quoted("'1234567890")),
            [Kind::Login],
            "no international number"
        );
        assert_eq!(
            kinds(&User::quoted("'+351912345678")),
            [Kind::Login, Kind::Phone]
        );
        assert_eq!(
            kinds(&User::quoted("+351 912 345 678")),
            [Kind::Login, Kind::Phone]
        );
        assert_eq!(kinds(&User::quoted("a@b")), [Kind::Login, Kind::Email]);
        assert_eq!(kinds(&User::quoted("+")), [Kind::Login]);
        assert_eq!(kinds(&User::quoted("")), [Kind::Login]);
    }
}
