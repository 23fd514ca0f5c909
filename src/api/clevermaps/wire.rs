//! How CleverMaps bodies are read, and how the dialect says no.

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::body::{self, Malformed, Unreadable};
use crate::api::faults::blame;
use crate::domain::Timestamp;
use crate::domain::token::Invalid;
use crate::recovery::{Fault, LimitError, ResetError, TokenError};

/// The refusals of this family. Each status has one message, whatever the reason (decision 16).
#[derive(Debug)]
pub(super) enum Error {
    /// The body or the password in it is not good (decisions 2 and 7).
    BadRequest,
    /// No such path, tenant, account or token (decisions 3, 4 and 8).
    NotFound,
    /// The path is served, by another method.
    Method,
    /// The body is longer than 64 KiB.
    TooLarge,
    /// Decision 18.
    TooMany { retry_after: u64 },
    /// It is our fault.
    Fault(Fault),
}

/// The one error body.
#[derive(Serialize, ToSchema)]
pub(super) struct ErrorMessage {
    /// What happened, in English: the same words for every reply of a status.
    #[schema(example = "Not found")]
    message: &'static str,
}

/// Reads a body as `T`. Clients call every body JSON, also an empty one, so what `Content-Type`
/// says, if it says anything, tells nothing and is not looked at. Unknown members are ignored.
pub(super) async fn read<T: DeserializeOwned>(body: Body) -> Result<T, Error> {
    let bytes = body::read(body)
        .await
        .map_err(|unreadable| match unreadable {
            Unreadable::TooLarge => Error::TooLarge,
            Unreadable::Incomplete => Error::BadRequest,
        })?;
    let members = body::object(&bytes).map_err(|_: Malformed| Error::BadRequest)?;
    serde_json::from_value(Value::Object(members)).map_err(|_| Error::BadRequest)
}

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

    fn row(&self) -> (StatusCode, &'static str) {
        match self {
            Self::BadRequest => (StatusCode::BAD_REQUEST, "Bad request"),
            Self::NotFound => (StatusCode::NOT_FOUND, "Not found"),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, "Method not allowed"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "Request body too large"),
            Self::TooMany { .. } => (StatusCode::TOO_MANY_REQUESTS, "Too many requests"),
            Self::Fault(Fault::Broken(_)) => (StatusCode::INTERNAL_SERVER_ERROR, "Internal error"),
            Self::Fault(Fault::Unavailable(_) | Fault::Busy { .. }) => {
                (StatusCode::SERVICE_UNAVAILABLE, "Temporarily unavailable")
            }
        }
    }

    /// Only where waiting helps: the client sleeps that long before it calls again.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooMany { retry_after } => Some(*retry_after),
            Self::Fault(Fault::Busy { retry_after }) => Some(retry_after.as_secs().max(1)),
            Self::Fault(Fault::Unavailable(_)) => Some(5),
            Self::BadRequest
            | Self::NotFound
            | Self::Method
            | Self::TooLarge
            | Self::Fault(Fault::Broken(_)) => None,
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, message) = self.row();
        let mut response = json(status, &ErrorMessage { message });
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

/// A body of JSON, said to be so: the client takes no other type.
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_string(body) {
        Ok(body) => {
            let kind = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
            (status, kind, body).into_response()
        }
        Err(error) => {
            let response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
            blame(response, Fault::broken(error))
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
        Self::NotFound
    }
}

impl From<TokenError> for Error {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Invalid(_) => Self::NotFound,
            TokenError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<ResetError> for Error {
    fn from(error: ResetError) -> Self {
        match error {
            ResetError::Token(_) => Self::NotFound,
            ResetError::Password(_) => Self::BadRequest,
            ResetError::Fault(fault) => Self::Fault(fault),
        }
    }
}
