//! Whom a request is about.

use super::model::UserTypeSspr;
use crate::domain::account::UserType;
use crate::domain::identifier::{Identifier, Kind};
use crate::domain::token::Claim;

/// Reads the identifier that the user type selects; the other one is ignored (D5).
pub(super) fn claim(user_type: UserTypeSspr, email: Option<&str>, login: Option<&str>) -> Claim {
    let identifier = match user_type {
        UserTypeSspr::EzsignUser => address(email),
        UserTypeSspr::Native => named(Kind::Login, Identifier::login(login.unwrap_or_default())),
    };
    Claim {
        identifier,
        user_type: UserType::from(user_type),
    }
}

/// Reads an e-mail address.
pub(super) fn address(email: Option<&str>) -> Identifier {
    named(Kind::Email, Identifier::email(email.unwrap_or_default()))
}

/// A name that no account can have is treated like one that no account has: looked for by the
/// same path, and not found.
fn named(kind: Kind, identifier: Option<Identifier>) -> Identifier {
    identifier.unwrap_or(Identifier {
        kind,
        value: String::new(),
    })
}
