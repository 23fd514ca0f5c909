//! The fields of a request, checked in the contract's order: rows 7, 8 and 9.

use serde_json::{Map, Value};

use super::Error;
use super::model::LanguageId;
use crate::domain::identifier::EmailAddress;

pub(super) const CUSTOMER: &str = "pksCustomerCode";
pub(super) const LANGUAGE: &str = "fkiLanguageID";
pub(super) const USER_TYPE: &str = "eUserTypeSSPR";
pub(super) const EMAIL: &str = "sEmailAddress";
pub(super) const LOGIN: &str = "sUserLoginname";
pub(super) const TOKEN: &str = "binUserSSPRtoken";
pub(super) const PASSWORD: &str = "sPassword";

/// What an operation's body must hold.
pub(super) trait Fields {
    /// What must be there, in the order of the contract, besides the identifier.
    const REQUIRED: &'static [&'static str];
    /// Which identifier must be there.
    const IDENTIFIER: Identifier;
    /// Whether the operation makes mail, and so counts against the limits on that.
    const MAKES_MAIL: bool;

    /// What letters about it are written in: of a body that was checked.
    fn language(&self) -> LanguageId;
}

/// Which identifier an operation asks for (contracts/sspr.md, section 2).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Identifier {
    /// The one that `eUserTypeSSPR` selects.
    ByUserType,
    /// The address, whatever the user type.
    Email,
}

/// Finds the first thing wrong with a body: anything missing before anything not valid, and that
/// before anything out of range.
pub(super) fn check<T: Fields>(body: &Map<String, Value>) -> Result<(), Error> {
    for name in T::REQUIRED {
        if is_absent(body, name) {
            return Err(Error::Missing(name));
        }
    }
    if let Some(name) = wanted_identifier::<T>(body)
        && (is_absent(body, name) || body.get(name).is_some_and(|value| value == ""))
    {
        return Err(Error::Missing(name));
    }
    for (name, is_valid) in RULES {
        match body.get(name) {
            None | Some(Value::Null) => {}
            // The operation has no such field, and what is unknown is ignored.
            Some(_) if !has_field::<T>(name) => {}
            Some(value) if is_valid(value) => {}
            Some(_) => return Err(Error::NotValid(name)),
        }
    }
    if let Some(name) = wanted_identifier::<T>(body) {
        let value = body.get(name).and_then(Value::as_str).unwrap_or_default();
        if name == EMAIL && EmailAddress::parse(value).is_err() {
            return Err(Error::NotValid(EMAIL));
        }
    }
    match body.get(LANGUAGE).and_then(Value::as_i64) {
        Some(1 | 2) => Ok(()),
        Some(_) | None => Err(Error::OutOfRange(LANGUAGE)),
    }
}

type Rule = (&'static str, fn(&Value) -> bool);

/// What each field must look like when it is there (section 3).
const RULES: [Rule; 7] = [
    (CUSTOMER, |value| {
        value
            .as_str()
            .is_some_and(|code| (2..=6).contains(&code.chars().count()))
    }),
    (LANGUAGE, |value| value.is_i64() || value.is_u64()),
    (USER_TYPE, |value| {
        matches!(value.as_str(), Some("EzsignUser" | "Native"))
    }),
    (EMAIL, Value::is_string),
    (LOGIN, Value::is_string),
    (TOKEN, Value::is_string),
    (PASSWORD, Value::is_string),
];

/// Whether the operation's schema has a field at all (section 2).
fn has_field<T: Fields>(name: &str) -> bool {
    match name {
        TOKEN | PASSWORD => T::REQUIRED.contains(&name),
        LOGIN => T::IDENTIFIER == Identifier::ByUserType,
        _ => true,
    }
}

fn is_absent(body: &Map<String, Value>, name: &str) -> bool {
    body.get(name).is_none_or(Value::is_null)
}

/// The identifier this body must hold; none when its user type is not one, which row 8 says.
fn wanted_identifier<T: Fields>(body: &Map<String, Value>) -> Option<&'static str> {
    match (T::IDENTIFIER, body.get(USER_TYPE).and_then(Value::as_str)) {
        (Identifier::Email, _) | (Identifier::ByUserType, Some("EzsignUser")) => Some(EMAIL),
        (Identifier::ByUserType, Some("Native")) => Some(LOGIN),
        (Identifier::ByUserType, Some(_) | None) => None,
    }
}
