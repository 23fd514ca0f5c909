//! Answers to show in the document: what the errors themselves write.

use std::time::Duration;

use axum::response::IntoResponse as _;

use super::error::Error;
use super::fields::{CUSTOMER, PASSWORD, USER_TYPE};
use crate::api::specimen::Specimen;
use crate::domain::policy::{Class, Violation, Violations};
use crate::recovery::Fault;

/// One answer for each row of the table of situations.
pub(in crate::api) fn specimens() -> Vec<Specimen> {
    let weak = vec![
        Violation::TooShort { min: 8 },
        Violation::Lacks(Class::Digit),
    ];
    let retry_after = Duration::from_secs(1);
    let shown = [
        ("no such route", Error::Route),
        ("another method", Error::Method),
        ("no key, or a wrong one", Error::Key),
        ("too many requests", Error::TooMany { retry_after: 60 }),
        ("body too large", Error::TooLarge),
        ("body is no object", Error::NotAnObject),
        ("signed at another time", Error::ClockSkew),
        ("field is missing", Error::Missing(CUSTOMER)),
        ("field is not valid", Error::NotValid(PASSWORD)),
        ("field is out of range", Error::OutOfRange(USER_TYPE)),
        ("no such customer", Error::Customer),
        ("recovery is off", Error::Disabled),
        ("token is not good", Error::Token),
        ("password is refused", Error::Password(Violations(weak))),
        (
            "password came back",
            Error::Password(Violations(vec![Violation::UsedBefore])),
        ),
        ("our fault", Error::Fault(Fault::broken("shown"))),
        ("too much work", Error::Fault(Fault::Busy { retry_after })),
    ];
    shown
        .map(|(about, error)| (about, error.into_response()))
        .into()
}
