//! The names by which people are found.
//!
//! Each keeps what was typed or stored and knows its *key*: the normalised form that is looked
//! up. Two names with one key are one name. Every parser refuses control characters: Postgres
//! text takes no NUL, and no name needs the others.

use caseless::Caseless as _;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

/// A kind of name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Kind {
    /// A login name.
    Login,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
}

/// What is looked up: a kind and a normalised value. Names at most one account in a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identifier {
    /// Which kind of name it is.
    pub kind: Kind,
    /// The normalised value.
    pub value: String,
}

/// What a name that somebody typed may be, the likeliest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// What it is looked up as first, and counted as.
    pub first: Identifier,
    /// What it is looked up as where that leads to nobody.
    pub others: Vec<Identifier>,
}

/// A login name, as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct LoginName(String);

/// An e-mail address, as stored: mail goes to exactly these bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct EmailAddress(String);

/// A phone number in E.164 form: `+` and 7 to 15 digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Phone(String);

/// The text cannot be a name of this kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Nothing but white space.
    #[error("is empty")]
    Empty,
    /// Longer than any such name may be.
    #[error("is longer than {0} characters")]
    TooLong(usize),
    /// Holds a control character.
    #[error("holds a control character")]
    ControlCharacter,
    /// Would collide with a path of one of the APIs.
    #[error("is reserved")]
    Reserved,
    /// Not of the form `somebody@somewhere`.
    #[error("is not an e-mail address")]
    NotAnAddress,
    /// Not a `+` and 7 to 15 digits.
    #[error("is not a phone number in international form, like +15145550100")]
    NotAPhone,
}

/// Logins that would collide with paths of the Cyclos API (design.md, section 2).
const RESERVED: [&str; 6] = ["auth", "passwords", "self", "system", "v2", "list-data"];

/// The longest login name, in characters.
const LOGIN_MAX: usize = 100;
/// The longest e-mail address, in characters (contracts/sspr.md, D9).
const EMAIL_MAX: usize = 254;

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Login, Self::Email, Self::Phone];

    /// The word that files and rows use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }
}

impl LoginName {
    /// Accepts a name for an account: trimmed, not empty, not reserved.
    pub fn parse(text: &str) -> Result<Self, Unusable> {
        let text = plain(text, LOGIN_MAX)?;
        let login = Self(text.to_owned());
        if RESERVED.contains(&login.key().value.as_str()) {
            return Err(Unusable::Reserved);
        }
        Ok(login)
    }

    /// What is looked up.
    pub fn key(&self) -> Identifier {
        Identifier {
            kind: Kind::Login,
            value: fold(&self.0),
        }
    }

    /// The name as stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl EmailAddress {
    /// Accepts an address: at most 254 characters when trimmed, exactly one `@` with text on both
    /// sides, no control characters (contracts/sspr.md, D9). Whether mail can reach it is not asked.
    pub fn parse(text: &str) -> Result<Self, Unusable> {
        let text = plain(text, EMAIL_MAX)?;
        match text.split_once('@') {
            Some((local, domain))
                if !local.is_empty() && !domain.is_empty() && !domain.contains('@') =>
            {
                Ok(Self(text.to_owned()))
            }
            Some(_) | None => Err(Unusable::NotAnAddress),
        }
    }

    /// What is looked up: the local part folded, the domain in its ASCII form.
    ///
    /// Folding makes look-alikes meet (full-width letters, the Kelvin sign). That is safe because
    /// mail goes to the stored address and never to the typed one: the lesson of CVE-2019-19844.
    pub fn key(&self) -> Identifier {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        let domain = idna::domain_to_ascii(domain).unwrap_or_else(|_| fold(domain));
        Identifier {
            kind: Kind::Email,
            value: format!("{}@{domain}", fold(local)),
        }
    }

    /// The address as stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the `@`: a word that must not be a password.
    pub fn local_part(&self) -> &str {
        self.0
            .rsplit_once('@')
            .map_or(self.0.as_str(), |(local, _)| local)
    }
}

impl Phone {
    /// Accepts an international number; spaces, dots, hyphens and parentheses are dropped.
    pub fn parse(text: &str) -> Result<Self, Unusable> {
        let text = plain(text, 40)?;
        let bare: String = text.chars().filter(|c| !" .-()".contains(*c)).collect();
        let digits = bare.strip_prefix('+').or_else(|| bare.strip_prefix("00"));
        match digits {
            Some(digits)
                if (7..=15).contains(&digits.len())
                    && digits.bytes().all(|b| b.is_ascii_digit()) =>
            {
                Ok(Self(format!("+{digits}")))
            }
            Some(_) | None => Err(Unusable::NotAPhone),
        }
    }

    /// What is looked up.
    pub fn key(&self) -> Identifier {
        Identifier {
            kind: Kind::Phone,
            value: self.0.clone(),
        }
    }

    /// The number in E.164 form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Identifier {
    /// Reads a login name as somebody typed it. What no account can be called leads to nobody, by
    /// the same path as a name that nobody has: it keeps one character too many, or its control
    /// characters, and stored names have neither. Postgres takes no NUL, so that becomes U+FFFD.
    pub fn login(text: &str) -> Self {
        let text: String = text
            .trim()
            .chars()
            .take(LOGIN_MAX + 1)
            .map(|c| if c == '\0' { '\u{fffd}' } else { c })
            .collect();
        Self {
            kind: Kind::Login,
            value: fold(&text),
        }
    }

    /// Reads an e-mail address as somebody typed it.
    pub fn email(text: &str) -> Option<Self> {
        EmailAddress::parse(text).ok().map(|email| email.key())
    }
}

impl Names {
    /// Reads what somebody typed where any of `kinds` is asked for. What can be none of them leads to
    /// nobody, by the same path as a name that nobody has.
    pub fn read(text: &str, kinds: &[Kind]) -> Self {
        let mut names = kinds.iter().filter_map(|kind| match kind {
            Kind::Email => Identifier::email(text),
            Kind::Phone => Phone::parse(text).ok().map(|phone| phone.key()),
            Kind::Login => None,
        });
        let login = kinds
            .contains(&Kind::Login)
            .then(|| Identifier::login(text));
        match names.next() {
            Some(first) => Self {
                first,
                others: names.chain(login).collect(),
            },
            None => Self {
                first: login.unwrap_or_else(|| Self::nobody(text)),
                others: Vec::new(),
            },
        }
    }

    /// A name that nobody has: no address is without an `@`.
    fn nobody(text: &str) -> Identifier {
        let Identifier { value, .. } = Identifier::login(text);
        Identifier {
            kind: Kind::Email,
            value: value.replace('@', " "),
        }
    }
}

/// Trims, and refuses what is empty, too long or holds a control character.
pub(crate) fn plain(text: &str, max: usize) -> Result<&str, Unusable> {
    let text = text.trim();
    if text.is_empty() {
        Err(Unusable::Empty)
    } else if text.chars().count() > max {
        Err(Unusable::TooLong(max))
    } else if text.chars().any(char::is_control) {
        Err(Unusable::ControlCharacter)
    } else {
        Ok(text)
    }
}

/// NFKC and case folding, as Unicode pairs them for caseless names.
pub fn fold(text: &str) -> String {
    text.nfkc().default_case_fold().nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, kinds: &[Kind]) -> Vec<(Kind, String)> {
        let Names { first, others } = Names::read(text, kinds);
        let all = std::iter::once(first).chain(others);
        all.map(|name| (name.kind, name.value)).collect()
    }

    #[test]
    fn a_typed_name_is_whatever_it_may_be() {
        let login = |text: &str| (Kind::Login, text.to_owned());
        let email = |text: &str| (Kind::Email, text.to_owned());
        assert_eq!(read(" JohnDoe ", &Kind::ALL), [login("johndoe")]);
        let both = [email("a@b.example"), login("a@b.example")];
        assert_eq!(read("A@b.example", &Kind::ALL), both);
        let phone = (Kind::Phone, "+15145550100".to_owned());
        let both = [phone, login("+1 514 555 0100")];
        assert_eq!(read("+1 514 555 0100", &Kind::ALL), both);
        assert_eq!(read("JohnDoe", &[Kind::Email]), [email("johndoe")]);
        assert_eq!(read("a@b@c", &[Kind::Email]), [email("a b c")]);
        assert_eq!(read("a@b.example", &[Kind::Login]), [login("a@b.example")]);
    }
}
