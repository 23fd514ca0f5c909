//! Whom a request is about.

use super::model::UserTypeSspr;
use crate::domain::account::UserType;
use crate::domain::identifier::{Identifier, Kind};
use crate::domain::token::Claim;

/// Reads the identifier that the user type selects; the other one is ignored (D5).
pub(super) fn claim(user_type: UserTypeSspr, email: Option<&str>, login: Option<&str>) -> Claim {
    let identifier = match user_type {
        UserTypeSspr::EzsignUser => address(email.unwrap_or_default()),
        UserTypeSspr::Native => Identifier::login(login.unwrap_or_default()),
    };
    Claim {
        identifier,
        user_type: UserType::from(user_type),
    }
}

/// Reads an address. One that could be none was refused before (row 8); were it not, it would lead
/// to nobody.
pub(super) fn address(email: &str) -> Identifier {
    let nobody = Identifier {
        kind: Kind::Email,
        value: String::new(),
    };
    Identifier::email(email).unwrap_or(nobody)
}
