//! Answers to show in the document: what the types themselves write.

use std::time::Duration;

use axum::response::IntoResponse as _;

use super::error::Error;
use super::model::CommonSuccess;
use crate::api::specimen::Specimen;
use crate::domain::Timestamp;
use crate::domain::token::Invalid;
use crate::recovery::{ChangeError, Fault, KeyError, SignInError, TokenError};

/// One answer for each key that operations share, and the keys of their own lists.
pub(in crate::api) fn specimens() -> Vec<Specimen> {
    let retry_after = Duration::from_secs(1);
    let now = Timestamp::UNIX_EPOCH;
    let mut shown = vec![
        ("done", CommonSuccess::DONE.into_response()),
        (
            "no body",
            Error::bad_request("empty_request_body").into_response(),
        ),
    ];
    for (about, key) in [
        ("field is missing", "missing_required_parameter"),
        ("address is missing", "missing_required_parameter_email"),
        ("token is missing", "forgot_password_token_is_missing"),
        ("password is missing", "password_is_missing"),
        ("passwords differ", "password_should_equal_confirm_password"),
    ] {
        shown.push((about, Error::bad_request(key).into_response()));
    }
    let refused = [
        ("no key", Error::unauthorized("missing_authorization_key")),
        ("key is not good", KeyError::Invalid.into()),
        ("account is out of use", KeyError::Inactive.into()),
        (
            "credentials are not good",
            Error::not_signed_in(SignInError::Wrong, now),
        ),
        ("token is not good", TokenError::Invalid(Invalid).into()),
        ("owners may not change it", ChangeError::NotAllowed.into()),
        ("present password is wrong", ChangeError::Current.into()),
        ("nothing of that name", Error::NOT_FOUND),
        ("body too large", Error::TOO_LARGE),
        ("too many requests", Error::TooMany { retry_after: 60 }),
        ("our fault", Error::Fault(Fault::broken("shown"))),
        ("too much work", Error::Fault(Fault::Busy { retry_after })),
    ];
    shown.extend(refused.map(|(about, error)| (about, error.into_response())));
    shown
}
