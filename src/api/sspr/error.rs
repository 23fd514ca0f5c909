//! How SSPR says no: the table of situations in contracts/sspr.md, section 5.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::faults::blame;
use crate::domain::Timestamp;
use crate::domain::policy::{Class, Violation, Violations as Policy};
use crate::domain::token::Invalid;
use crate::recovery::{Fault, LimitError, ResetError, TokenError};

/// The refusals of this family, each with its row.
#[derive(Debug)]
pub(super) enum Error {
    /// 1
    Route,
    /// 2
    Method,
    /// 3
    Key,
    /// 4
    TooMany { retry_after: u64 },
    /// 5
    TooLarge,
    /// 6
    NotAnObject,
    /// 7
    Missing(&'static str),
    /// 8
    NotValid(&'static str),
    /// 9
    OutOfRange(&'static str),
    /// 10
    Customer,
    /// 11
    Disabled,
    /// 13
    Token,
    /// 14 and 15
    Password(Policy),
    /// D12: the date of a signature is too far from ours.
    ClockSkew,
    /// The request does not say, once, which host it was sent to (RFC 9112, 3.2).
    Host,
    /// 17 and 18
    Fault(Fault),
}

/// `Common-Response-Error`: exactly these two members.
#[derive(Serialize, ToSchema)]
#[schema(as = CommonResponseError)]
pub(super) struct CommonResponseError {
    /// What happened, in English, on one line of at most 500 characters.
    #[serde(rename = "sErrorMessage")]
    #[schema(max_length = 500, example = "Token is not valid or has expired")]
    message: String,
    /// What happened, as a word from the platform's list.
    #[serde(rename = "eErrorCode")]
    #[schema(example = "UNPROCESSABLEENTITY_DATA_VALIDATION")]
    code: &'static str,
}

/// The status of a missing or bad key (D3).
const BAD_KEY: StatusCode = StatusCode::FORBIDDEN;

const VALIDATION: &str = "UNPROCESSABLEENTITY_DATA_VALIDATION";

impl Error {
    /// A limit's refusal, with the wait counted from now.
    pub(super) fn refused(refused: LimitError, now: Timestamp) -> Self {
        match refused {
            LimitError::TooMany(limit) => Self::TooMany {
                retry_after: limit.retry_after(now),
            },
            LimitError::Fault(fault) => Self::Fault(fault),
        }
    }

    fn row(&self) -> (StatusCode, &'static str, String) {
        let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
        let (status, code, message) = match self {
            Self::Route => (StatusCode::NOT_FOUND, "NOTFOUND_ROUTE", "No such route"),
            Self::Method => (
                StatusCode::METHOD_NOT_ALLOWED,
                "METHODNOTALLOWED",
                "Use POST",
            ),
            Self::Key => (BAD_KEY, "FORBIDDEN", "API key missing or not accepted"),
            Self::TooMany { .. } => (
                StatusCode::TOO_MANY_REQUESTS,
                "TOOMANYREQUESTS",
                "Too many requests",
            ),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "BADREQUEST",
                "Request body too large",
            ),
            Self::NotAnObject => (
                StatusCode::BAD_REQUEST,
                "BADREQUEST",
                "Request body is not a JSON object",
            ),
            Self::Missing(field) => {
                let code = "UNPROCESSABLEENTITY_DATA_MISSING";
                return (unprocessable, code, format!("{field} is required"));
            }
            Self::NotValid(field) => {
                return (unprocessable, VALIDATION, format!("{field} is not valid"));
            }
            Self::OutOfRange(field) => {
                let code = "UNPROCESSABLEENTITY_DATA_OUTOFBOUND";
                return (unprocessable, code, format!("{field} is out of range"));
            }
            Self::Customer => (
                StatusCode::NOT_FOUND,
                "NOTFOUND_OBJECT",
                "Customer not found",
            ),
            Self::Disabled => (
                StatusCode::FORBIDDEN,
                "FORBIDDEN_CONFIGURATION",
                "Self-service recovery is disabled",
            ),
            Self::Token => (
                unprocessable,
                VALIDATION,
                "Token is not valid or has expired",
            ),
            Self::Password(policy) => return password(policy),
            Self::ClockSkew => (
                StatusCode::BAD_REQUEST,
                "BADREQUEST_CLOCKSKEW",
                "Ezmax-Date is more than 5 minutes from the server's time",
            ),
            Self::Host => (
                StatusCode::BAD_REQUEST,
                "BADREQUEST",
                "Host is missing, repeated or not valid",
            ),
            Self::Fault(Fault::Broken(_)) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "ERROR_INTERNAL",
                "Internal error",
            ),
            Self::Fault(Fault::Unavailable(_) | Fault::Busy { .. }) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "ERROR_INTERNAL",
                "Temporarily unavailable",
            ),
        };
        (status, code, message.to_owned())
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooMany { retry_after } => Some(*retry_after),
            Self::Fault(Fault::Busy { retry_after }) => Some(retry_after.as_secs().max(1)),
            Self::Fault(Fault::Unavailable(_)) => Some(5),
            Self::Route
            | Self::Method
            | Self::Key
            | Self::TooLarge
            | Self::NotAnObject
            | Self::Missing(_)
            | Self::NotValid(_)
            | Self::OutOfRange(_)
            | Self::Customer
            | Self::Disabled
            | Self::Token
            | Self::Password(_)
            | Self::ClockSkew
            | Self::Host
            | Self::Fault(Fault::Broken(_)) => None,
        }
    }
}

/// Rows 14 and 15: everything that is wrong with a password, or that it came back.
fn password(Policy(violations): &Policy) -> (StatusCode, &'static str, String) {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    if violations.as_slice() == [Violation::UsedBefore] {
        let code = "UNPROCESSABLEENTITY_CHANGEPASSWORD_SAME";
        return (status, code, "Password was used before".to_owned());
    }
    let rules: Vec<String> = violations.iter().copied().map(rule).collect();
    let message = format!("Password does not meet the policy: {}", rules.join(", "));
    (status, VALIDATION, message)
}

fn rule(violation: Violation) -> String {
    match violation {
        Violation::TooShort { min } => format!("at least {min} characters"),
        Violation::TooLong { max } => format!("at most {max} characters"),
        Violation::Lacks(Class::Upper) => "at least one upper-case letter".to_owned(),
        Violation::Lacks(Class::Lower) => "at least one lower-case letter".to_owned(),
        Violation::Lacks(Class::Digit) => "at least one digit".to_owned(),
        Violation::Lacks(Class::Special) => "at least one special character".to_owned(),
        Violation::TooCommon => "not a common or obvious password".to_owned(),
        Violation::UsedBefore => "not an earlier password".to_owned(),
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, code, message) = self.row();
        let body = serde_json::to_string(&CommonResponseError { message, code });
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
        Self::Token
    }
}

impl From<TokenError> for Error {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Invalid(_) => Self::Token,
            TokenError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<ResetError> for Error {
    fn from(error: ResetError) -> Self {
        match error {
            ResetError::Token(_) => Self::Token,
            ResetError::Password(policy) => Self::Password(policy),
            ResetError::Fault(fault) => Self::Fault(fault),
        }
    }
}
