//! How somebody names an account, before it is known what kind of name that is.

use serde::{Deserialize, Serialize};

use super::dialling::Country;
use super::id::AccountId;
use super::identifier::{Identifier, Kind, Phone};
use super::unseen::seen;

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
    pub fn quoted(text: &str, country: Option<Country>) -> Self {
        // A blank beside digits says as much as a quote before them: it was a name before, too.
        let text = seen(text);
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(&text);
        if !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::Number(AccountId::parse(&text));
        }
        Self::Named(readings(text.strip_prefix('\'').unwrap_or(&text), country))
    }
}

/// Every way to read a name: as a login name always, as an address or a phone where it has that
/// shape. A phone number may be written as it is dialled in `country`.
pub fn readings(text: &str, country: Option<Country>) -> Vec<Identifier> {
    let login = Identifier::login(text);
    let email = Identifier::email(text);
    let phone = Phone::parse_in(text, country).ok().map(|phone| phone.key());
    [Some(login), email, phone].into_iter().flatten().collect()
}

/// The kind of name a text has the shape of, the most particular one.
pub fn shape(text: &str, country: Option<Country>) -> Kind {
    readings(text, country)
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

    fn quoted(text: &str) -> User {
        User::quoted(text, None)
    }

    #[test]
    fn a_name_may_be_a_number_as_it_is_dialled_at_home() {
        let canada = Country::parse("CA").ok();
        let user = User::quoted("'514 555\u{a0}0100\u{200b}", canada);
        assert_eq!(kinds(&user), [Kind::Login, Kind::Phone]);
        assert_eq!(shape("514-555-0100", canada), Kind::Phone);
        assert_eq!(shape("514-555-0100", None), Kind::Login);
        assert!(matches!(quoted("\u{feff}7\u{200b}"), User::Number(Some(_))));
        assert!(matches!(
            User::quoted("5145550100", canada),
            User::Number(Some(_))
        ));
    }

    /// The table of contracts/cyclos.md, 3.1.
    #[test]
    fn digits_are_a_number_and_a_quote_makes_them_a_name() {
        for text in ["7", "+5551234567", "0007", "9223372036854775807"] {
            assert!(matches!(quoted(text), User::Number(Some(_))), "{text}");
        }
        for text in ["-7", "0", "99999999999999999999"] {
            assert_eq!(quoted(text), User::Number(None), "{text}");
        }
        assert_eq!(
            kinds(&quoted("'1234567890")),
            [Kind::Login],
            "no international number"
        );
        assert_eq!(kinds(&quoted("'+351912345678")), [Kind::Login, Kind::Phone]);
        assert_eq!(
            kinds(&quoted("+351 912 345 678")),
            [Kind::Login, Kind::Phone]
        );
        assert_eq!(kinds(&quoted("a@b")), [Kind::Login, Kind::Email]);
        assert_eq!(kinds(&quoted("+")), [Kind::Login]);
        assert_eq!(kinds(&quoted("")), [Kind::Login]);
    }
}
