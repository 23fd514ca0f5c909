//! The names by which people are found.
//!
//! Each keeps what was typed or stored and knows its *key*: the normalised form that is looked
//! up. Two names with one key are one name. What cannot be seen and blanks at either end are nothing
//! ([`unseen`](super::unseen)), in what is typed and in what is compared
//! (docs/decisions/0085). Every parser refuses control characters: Postgres text takes no NUL, and no
//! name needs the others.

use caseless::Caseless as _;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use super::dialling::{self, Country};
use super::unseen::clean;

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
    /// What it is counted as: one for all the ways to write a number.
    pub counted: Identifier,
    /// What it is looked up as first.
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
    /// Accepts a name for an account: clean, not empty, not reserved.
    pub fn parse(text: &str) -> Result<Self, Unusable> {
        let login = Self(plain(&clean(text), LOGIN_MAX)?.to_owned());
        if RESERVED.contains(&login.key().value.as_str()) {
            return Err(Unusable::Reserved);
        }
        Ok(login)
    }

    /// What is looked up.
    pub fn key(&self) -> Identifier {
        Identifier {
            kind: Kind::Login,
            value: key(&self.0),
        }
    }

    /// The name as stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl EmailAddress {
    /// Accepts an address: at most 254 characters when clean, exactly one `@` with text on both
    /// sides, no control characters (contracts/sspr.md, D9). The final dot of a domain, which says that
    /// it is whole, is nothing. Whether mail can reach it is not asked.
    pub fn parse(text: &str) -> Result<Self, Unusable> {
        let text = clean(text);
        let text = plain(undotted(&text), EMAIL_MAX)?;
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
        let text = clean(&self.0);
        let text = undotted(&text);
        let (local, domain) = text.rsplit_once('@').unwrap_or((text, ""));
        let domain = idna::domain_to_ascii(domain).unwrap_or_else(|_| key(domain));
        Identifier {
            kind: Kind::Email,
            value: format!("{}@{domain}", key(local)),
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
    /// Accepts an international number, with whatever people group digits with.
    pub fn parse(text: &str) -> Result<Self, Unusable> {
        Self::parse_in(text, None)
    }

    /// Accepts an international number, or one as it is dialled in a country.
    pub fn parse_in(text: &str, country: Option<Country>) -> Result<Self, Unusable> {
        let text = clean(text);
        let text = plain(&text, 40)?;
        let at_home = || dialling::national(text, country?);
        let number = dialling::international(text).or_else(at_home);
        number.map(Self).ok_or(Unusable::NotAPhone)
    }

    /// What is looked up.
    pub fn key(&self) -> Identifier {
        Identifier {
            kind: Kind::Phone,
            value: dialling::international(&self.0).unwrap_or_else(|| self.0.clone()),
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
        let text: String = clean(text)
            .chars()
            .take(LOGIN_MAX + 1)
            .map(|c| if c == '\0' { '\u{fffd}' } else { c })
            .collect();
        Self {
            kind: Kind::Login,
            value: key(&text),
        }
    }

    /// Reads a login name as it was read before what cannot be seen was nothing. Somebody may be kept apart
    /// under it (docs/decisions/0085).
    pub fn former_login(text: &str) -> Self {
        let text = text.trim().replace('\0', "\u{fffd}");
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
    /// Reads what somebody typed where any of `kinds` is asked for, in a tenant whose numbers are those of
    /// `country`. What can be none of them leads to nobody, by the same path as a name that nobody has.
    ///
    /// Digits that may be a number of the country may be somebody's login name too, and whoever was found
    /// by them before is found first. They are counted as the number all the same, since there are many
    /// ways to write it.
    pub fn read(text: &str, kinds: &[Kind], country: Option<Country>) -> Self {
        let sure = kinds.iter().filter_map(|kind| match kind {
            Kind::Email => Identifier::email(text),
            Kind::Phone => Phone::parse(text).ok().map(|phone| phone.key()),
            Kind::Login => None,
        });
        let mut names: Vec<_> = sure.collect();
        let at_home = (names.is_empty() && country.is_some() && kinds.contains(&Kind::Phone))
            .then(|| Phone::parse_in(text, country).ok())
            .flatten();
        let at_home = at_home.map(|phone| phone.key());
        let counted = names.first().or(at_home.as_ref()).cloned();
        if kinds.contains(&Kind::Login) {
            names.push(Identifier::login(text));
        }
        names.extend(at_home);
        let mut names = names.into_iter();
        let first = names.next().unwrap_or_else(|| Self::nobody(text));
        Self {
            counted: counted.unwrap_or_else(|| first.clone()),
            first,
            others: names.collect(),
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

/// What a name is compared by: folded, without what cannot be seen, and without blanks at its ends.
fn key(text: &str) -> String {
    clean(&fold(&clean(text))).into_owned()
}

/// An address without the final dot of its domain, in whichever script it was typed.
fn undotted(address: &str) -> &str {
    address.trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, '.' | '\u{3002}' | '\u{ff0e}' | '\u{ff61}')
    })
}

/// NFKC and case folding, as Unicode pairs them for caseless names.
pub fn fold(text: &str) -> String {
    text.nfkc().default_case_fold().nfkc().collect()
}

#[cfg(test)]
mod tests;
