//! How Cyclos says no: a status, and a body that its code opens (contracts/cyclos.md, 6).

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};

use super::model::error::{
    BadRequestError, ForbiddenError, ForbiddenErrorCode, InputError, InternalError, NotFoundError,
    UnauthorizedError, UnauthorizedErrorCode,
};
use super::model::reference::{EntityReference, PasswordType, status};
use crate::api::faults::blame;
use crate::domain::Timestamp;
use crate::domain::account::AccountStatus;
use crate::domain::id::PasswordTypeId;
use crate::domain::limit::TooMany;
use crate::domain::status::Status;
use crate::domain::tenant::Tenant;
use crate::recovery::{Fault, Restriction, SignInError};

/// The refusals of this family.
#[derive(Debug)]
pub(super) enum Error {
    /// The request cannot be read.
    BadRequest(BadRequestError),
    /// The body is longer than 64 KiB.
    TooLarge,
    /// Credentials are missing or refused.
    Unauthorized(UnauthorizedError),
    /// An address tried to sign in too often (D-36).
    AddressBlocked {
        /// How many seconds to wait.
        retry_after: u64,
    },
    /// The caller is known, and may not.
    Forbidden(ForbiddenError),
    /// There is nothing of that kind and name.
    NotFound(NotFoundError),
    /// The path is served, by another method (D-29).
    Method,
    /// The request can be read and is not good.
    Input(InputError),
    /// Too many requests (D-36).
    TooMany {
        /// How many seconds to wait.
        retry_after: u64,
    },
    /// A refusal that the contract calls an internal error (6.5). Nothing is broken.
    Internal(InternalError),
    /// It is our fault.
    Fault(Fault),
    /// It is our fault, and the contract has a body of its own for that.
    FaultAs(InternalError, Fault),
}

impl Error {
    pub(super) const MISSING: Self =
        Self::unauthorized(UnauthorizedErrorCode::MissingAuthorization);
    pub(super) const LOGGED_OUT: Self = Self::unauthorized(UnauthorizedErrorCode::LoggedOut);
    pub(super) const INVALID_CLIENT: Self =
        Self::unauthorized(UnauthorizedErrorCode::InvalidAccessClient);
    pub(super) const DENIED: Self = Self::forbidden(ForbiddenErrorCode::PermissionDenied);
    pub(super) const ILLEGAL: Self = Self::forbidden(ForbiddenErrorCode::IllegalAction);

    pub(super) const fn unauthorized(code: UnauthorizedErrorCode) -> Self {
        Self::Unauthorized(UnauthorizedError::new(code))
    }

    pub(super) const fn forbidden(code: ForbiddenErrorCode) -> Self {
        Self::Forbidden(ForbiddenError {
            code,
            password_type: None,
        })
    }

    /// A refusal about a password of a type, which the answer names.
    pub(super) fn about(code: ForbiddenErrorCode, tenant: &Tenant, id: PasswordTypeId) -> Self {
        Self::Forbidden(ForbiddenError {
            code,
            password_type: tenant.type_numbered(id).map(EntityReference::of_type),
        })
    }

    /// A password of a type is closed by wrong tries.
    pub(super) fn blocked(tenant: &Tenant, id: PasswordTypeId, status: Status) -> Self {
        let code = match status {
            Status::TemporarilyBlocked { .. } => ForbiddenErrorCode::TemporarilyBlocked,
            Status::IndefinitelyBlocked => ForbiddenErrorCode::IndefinitelyBlocked,
            Status::NeverCreated
            | Status::Pending
            | Status::Active
            | Status::Expired
            | Status::Reset
            | Status::Disabled => return Self::ILLEGAL,
        };
        Self::about(code, tenant, id)
    }

    /// A password of a type must be changed first: expired or reset (D-39).
    pub(super) fn stale(tenant: &Tenant, id: PasswordTypeId, status: Status) -> Self {
        let code = if status == Status::Reset {
            ForbiddenErrorCode::ResetPassword
        } else {
            ForbiddenErrorCode::ExpiredPassword
        };
        Self::about(code, tenant, id)
    }

    /// Something must be done first (8.1, D-17).
    pub(super) fn restricted(tenant: &Tenant, restriction: Restriction) -> Self {
        match restriction {
            Restriction::SecondPassword => Self::DENIED,
            Restriction::Expired(id) => Self::stale(tenant, id, Status::Expired),
            Restriction::Reset(id) => Self::stale(tenant, id, Status::Reset),
        }
    }

    pub(super) fn not_found(entity_type: &'static str, key: impl Into<String>) -> Self {
        Self::NotFound(NotFoundError {
            entity_type,
            key: key.into(),
        })
    }

    /// A limit's refusal, with the wait counted from now.
    pub(super) fn too_many(limit: TooMany, now: Timestamp) -> Self {
        Self::TooMany {
            retry_after: limit.retry_after(now),
        }
    }

    /// Why nobody was signed in, by the table of 8.1.
    pub(super) fn not_signed_in(error: SignInError, tenant: &Tenant, now: Timestamp) -> Self {
        let login = UnauthorizedError::new(UnauthorizedErrorCode::Login);
        Self::Unauthorized(match error {
            SignInError::Wrong => login,
            SignInError::Blocked(is) => login.with_password(status(is)),
            SignInError::Disabled => login.with_password(status(Status::Disabled)),
            // Where the account stands well, the password stopped holding meanwhile.
            SignInError::Inactive(AccountStatus::Active) => login,
            SignInError::Inactive(is) => login.with_user(is.as_str()),
            SignInError::NoSecondPassword => {
                login.with_missing(tenant.secondary_type().map(PasswordType::of))
            }
            SignInError::TooMany(limit) => {
                return Self::AddressBlocked {
                    retry_after: limit.retry_after(now),
                };
            }
            SignInError::Fault(fault) => return Self::Fault(fault),
        })
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooMany { retry_after } | Self::AddressBlocked { retry_after } => {
                Some(*retry_after)
            }
            Self::Fault(Fault::Busy { retry_after })
            | Self::FaultAs(_, Fault::Busy { retry_after }) => Some(retry_after.as_secs().max(1)),
            Self::Fault(Fault::Unavailable(_)) | Self::FaultAs(_, Fault::Unavailable(_)) => Some(5),
            Self::BadRequest(_)
            | Self::TooLarge
            | Self::Unauthorized(_)
            | Self::Forbidden(_)
            | Self::NotFound(_)
            | Self::Method
            | Self::Input(_)
            | Self::Internal(_)
            | Self::Fault(Fault::Broken(_))
            | Self::FaultAs(_, Fault::Broken(_)) => None,
        }
    }

    fn row(&self) -> (StatusCode, Option<String>) {
        let text = |body: serde_json::Result<String>| body.ok();
        match self {
            Self::BadRequest(body) => (StatusCode::BAD_REQUEST, text(serde_json::to_string(body))),
            Self::TooLarge => {
                let body = BadRequestError::general("The body is too large");
                (
                    StatusCode::PAYLOAD_TOO_LARGE,
                    text(serde_json::to_string(&body)),
                )
            }
            Self::Unauthorized(body) => {
                (StatusCode::UNAUTHORIZED, text(serde_json::to_string(body)))
            }
            Self::AddressBlocked { .. } => {
                let code = UnauthorizedErrorCode::RemoteAddressBlocked;
                let body = UnauthorizedError::new(code);
                (StatusCode::UNAUTHORIZED, text(serde_json::to_string(&body)))
            }
            Self::Forbidden(body) => (StatusCode::FORBIDDEN, text(serde_json::to_string(body))),
            Self::NotFound(body) => (StatusCode::NOT_FOUND, text(serde_json::to_string(body))),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, None),
            Self::Input(body) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                text(serde_json::to_string(body)),
            ),
            Self::TooMany { .. } => (
                StatusCode::TOO_MANY_REQUESTS,
                text(serde_json::to_string(&InternalError::GENERAL)),
            ),
            Self::Internal(body) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                text(serde_json::to_string(body)),
            ),
            Self::Fault(fault) => (
                status_of(fault),
                text(serde_json::to_string(&InternalError::GENERAL)),
            ),
            Self::FaultAs(body, fault) => (status_of(fault), text(serde_json::to_string(body))),
        }
    }
}

fn status_of(fault: &Fault) -> StatusCode {
    match fault {
        Fault::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        Fault::Unavailable(_) | Fault::Busy { .. } => StatusCode::SERVICE_UNAVAILABLE,
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, body) = self.row();
        let json = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        let mut response = match body {
            Some(body) => (status, json, body).into_response(),
            None => status.into_response(),
        };
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        match self {
            Self::Fault(fault) | Self::FaultAs(_, fault) => blame(response, fault),
            Self::BadRequest(_)
            | Self::TooLarge
            | Self::Unauthorized(_)
            | Self::AddressBlocked { .. }
            | Self::Forbidden(_)
            | Self::NotFound(_)
            | Self::Method
            | Self::Input(_)
            | Self::TooMany { .. }
            | Self::Internal(_) => response,
        }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<InputError> for Error {
    fn from(error: InputError) -> Self {
        Self::Input(error)
    }
}
