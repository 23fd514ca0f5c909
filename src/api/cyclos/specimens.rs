//! Answers to show in the document: what the errors themselves write.

use std::time::Duration;

use axum::response::IntoResponse as _;

use super::error::Error;
use super::model::error::{
    BadRequestError, ForbiddenErrorCode, InputError, InternalError, UnauthorizedError,
    UnauthorizedErrorCode,
};
use super::model::reference::status;
use super::refusals::flawed;
use crate::api::specimen::Specimen;
use crate::domain::policy::Violation;
use crate::domain::status::Status;
use crate::recovery::{Fault, FormViolation};

/// One answer for each code that operations share.
pub(in crate::api) fn specimens() -> Vec<Specimen> {
    let retry_after = Duration::from_secs(1);
    let login = UnauthorizedError::new(UnauthorizedErrorCode::Login);
    let disabled = login.with_password(status(Status::Disabled));
    let flaws = vec![
        FormViolation::New(vec![Violation::TooShort { min: 8 }]),
        FormViolation::Unconfirmed,
    ];
    let shown = [
        (
            "body is no JSON",
            Error::BadRequest(BadRequestError::json(1, 8)),
        ),
        ("body too large", Error::TooLarge),
        ("no credentials", Error::MISSING),
        (
            "name or password is wrong",
            Error::unauthorized(UnauthorizedErrorCode::Login),
        ),
        ("password is disabled", Error::Unauthorized(disabled)),
        ("session has ended", Error::LOGGED_OUT),
        ("access client is not good", Error::INVALID_CLIENT),
        (
            "address tried too often",
            Error::AddressBlocked { retry_after: 60 },
        ),
        ("not allowed", Error::DENIED),
        ("not in this state", Error::ILLEGAL),
        (
            "confirmation is wrong",
            Error::forbidden(ForbiddenErrorCode::InvalidPassword),
        ),
        (
            "closed for a while",
            Error::forbidden(ForbiddenErrorCode::TemporarilyBlocked),
        ),
        (
            "must be changed first",
            Error::forbidden(ForbiddenErrorCode::ExpiredPassword),
        ),
        ("nothing of that name", Error::not_found("User", "nobody")),
        (
            "parameter is missing",
            Error::Input(InputError::missing("usernameOrPrincipal")),
        ),
        (
            "parameter is not good",
            Error::Input(InputError::unconvertible("pigeon")),
        ),
        ("form is not good", Error::Input(flawed(flaws))),
        ("too many requests", Error::TooMany { retry_after: 60 }),
        ("code was not sent", Error::Internal(InternalError::OTP)),
        (
            "answer is wrong",
            Error::Internal(InternalError::answer(false)),
        ),
        ("our fault", Error::Fault(Fault::broken("shown"))),
        ("too much work", Error::Fault(Fault::Busy { retry_after })),
    ];
    shown
        .map(|(about, error)| (about, error.into_response()))
        .into()
}
