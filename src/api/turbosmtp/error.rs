//! How TurboSMTP says no: a status, and exactly one member with a key.

use std::borrow::Cow;

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::rules;
use crate::api::faults::blame;
use crate::domain::Timestamp;
use crate::domain::limit::TooMany;
use crate::domain::policy::{self, Violation};
use crate::domain::token::Invalid;
use crate::recovery::{
    ChangeError, Fault, KeyError, LimitError, ResetError, SignInError, TokenError,
};

/// The refusals of this family.
#[derive(Debug)]
pub(super) enum Error {
    /// A key of the contract, or one in its manner where it has none.
    Key(StatusCode, &'static str),
    /// The new password is not good enough; the first reason answers.
    Password(Vec<Violation>),
    /// Row 22.
    TooMany { retry_after: u64 },
    /// Our fault.
    Fault(Fault),
}

#[derive(Serialize)]
struct Body<'a> {
    message: &'a str,
}

impl Error {
    pub(super) const NOT_FOUND: Self = Self::Key(StatusCode::NOT_FOUND, "not_found");
    pub(super) const METHOD: Self = Self::Key(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
    pub(super) const TOO_LARGE: Self =
        Self::Key(StatusCode::PAYLOAD_TOO_LARGE, "request_body_too_large");
    const WRONG_CREDENTIALS: Self = Self::forbidden("wrong_credentials_specified");
    const TOKEN: Self = Self::forbidden("token_is_invalid");

    pub(super) const fn bad_request(key: &'static str) -> Self {
        Self::Key(StatusCode::BAD_REQUEST, key)
    }

    pub(super) const fn unauthorized(key: &'static str) -> Self {
        Self::Key(StatusCode::UNAUTHORIZED, key)
    }

    pub(super) const fn forbidden(key: &'static str) -> Self {
        Self::Key(StatusCode::FORBIDDEN, key)
    }

    pub(super) const fn not_found(key: &'static str) -> Self {
        Self::Key(StatusCode::NOT_FOUND, key)
    }

    /// A limit's refusal, with the wait counted from now.
    pub(super) fn refused(refused: LimitError, now: Timestamp) -> Self {
        match refused {
            LimitError::TooMany(limit) => Self::too_many(limit, now),
            LimitError::Fault(fault) => Self::Fault(fault),
        }
    }

    /// Why nobody was signed in, with a wait counted from now.
    pub(super) fn not_signed_in(error: SignInError, now: Timestamp) -> Self {
        match error {
            // Nobody is told which.
            SignInError::Wrong
            | SignInError::Blocked(_)
            | SignInError::Disabled
            | SignInError::Inactive(_)
            | SignInError::NoSecondPassword => Self::WRONG_CREDENTIALS,
            SignInError::TooMany(limit) => Self::too_many(limit, now),
            SignInError::Fault(fault) => Self::Fault(fault),
        }
    }

    fn too_many(limit: TooMany, now: Timestamp) -> Self {
        Self::TooMany {
            retry_after: limit.retry_after(now),
        }
    }

    fn row(&self) -> (StatusCode, Cow<'static, str>) {
        match self {
            Self::Key(status, key) => (*status, (*key).into()),
            Self::Password(violations) => (StatusCode::BAD_REQUEST, rules::key(violations)),
            Self::TooMany { .. } => (StatusCode::TOO_MANY_REQUESTS, "too_many_requests".into()),
            Self::Fault(Fault::Broken(_)) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "internal_error".into())
            }
            Self::Fault(Fault::Unavailable(_) | Fault::Busy { .. }) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "service_unavailable".into(),
            ),
        }
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooMany { retry_after } => Some(*retry_after),
            Self::Fault(Fault::Busy { retry_after }) => Some(retry_after.as_secs().max(1)),
            Self::Fault(Fault::Unavailable(_)) => Some(5),
            Self::Key(..) | Self::Password(_) | Self::Fault(Fault::Broken(_)) => None,
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, message) = self.row();
        let body = serde_json::to_string(&Body { message: &message });
        let json = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        let mut response = (status, json, body.unwrap_or_default()).into_response();
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        if let Self::Fault(fault) = self {
            blame(response, fault)
        } else {
            response
        }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Invalid> for Error {
    fn from(_: Invalid) -> Self {
        Self::TOKEN
    }
}

impl From<policy::Violations> for Error {
    fn from(refused: policy::Violations) -> Self {
        Self::Password(refused.0)
    }
}

impl From<KeyError> for Error {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Invalid => Self::unauthorized("invalid_authorization_key"),
            KeyError::Inactive => Self::unauthorized("account_is_inactive"),
            KeyError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<TokenError> for Error {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Invalid(_) => Self::TOKEN,
            TokenError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<ResetError> for Error {
    fn from(error: ResetError) -> Self {
        match error {
            ResetError::Token(_) => Self::TOKEN,
            ResetError::Password(refused) => Self::from(refused),
            ResetError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<ChangeError> for Error {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::NotAllowed => Self::bad_request("password_change_not_allowed"),
            ChangeError::Key => Self::from(KeyError::Invalid),
            ChangeError::Current => Self::forbidden("password_is_invalid"),
            ChangeError::Password(refused) => Self::from(refused),
            ChangeError::Fault(fault) => Self::Fault(fault),
        }
    }
}
