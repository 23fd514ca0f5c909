//! What somebody presents to recover a password: a key, or a name and a code.

use crate::api::cyclos::call::Call;
use crate::api::cyclos::error::Error;
use crate::api::cyclos::model::error::{ForbiddenErrorCode, InputError};
use crate::api::cyclos::refusals;
use crate::domain::Timestamp;
use crate::domain::code::Code;
use crate::domain::tenant::Tenant;
use crate::domain::token::Secret;
use crate::domain::user::User;
use crate::recovery::{Activity, ForgottenError, ForgottenRequestError, Grant};

/// Refuses everything where the tenant does not recover passwords this way (D-34), and to whoever
/// is signed in and must do something else first (8.1).
pub(super) fn must_be_served(call: &Call) -> Result<(), Error> {
    call.admit(Activity::Other)?;
    if call.tenant.settings.cyclos.forgotten_password {
        Ok(())
    } else {
        Err(Error::ILLEGAL)
    }
}

/// Tells the shapes of 4.11 and 4.13 apart (8.6); `missing` is what is wrong where there is neither.
pub(super) fn grant(
    tenant: &Tenant,
    key: Option<&str>,
    user: Option<&str>,
    code: Option<&str>,
    missing: InputError,
) -> Result<Grant, Error> {
    fn filled(text: Option<&str>) -> Option<&str> {
        text.map(str::trim).filter(|text| !text.is_empty())
    }
    match (filled(key), filled(user), filled(code)) {
        (Some(key), _, _) => Ok(Grant::Key(Secret::parse(key).ok())),
        (None, Some(user), Some(code)) => Ok(Grant::Code {
            user: User::quoted(user, tenant.settings.accounts.country),
            code: Code::presented(code),
        }),
        (None, _, _) => Err(missing.into()),
    }
}

/// Why somebody is not let back in.
pub(super) fn refused(error: ForgottenError, tenant: &Tenant, now: Timestamp) -> Error {
    match error {
        ForgottenError::Off => Error::ILLEGAL,
        // The key is not echoed.
        ForgottenError::Key => Error::not_found("ForgottenPasswordRequest", ""),
        ForgottenError::Code(id) => Error::about(ForbiddenErrorCode::InvalidPassword, tenant, id),
        ForgottenError::Blocked(id, status) => Error::blocked(tenant, id, status),
        ForgottenError::Medium => unreachable_by(),
        ForgottenError::Invalid(flaws) => refusals::flawed(flaws).into(),
        ForgottenError::Answer { is_key_dead } => Error::Internal(
            crate::api::cyclos::model::error::InternalError::answer(is_key_dead),
        ),
        ForgottenError::TooMany(limit) => Error::too_many(limit, now),
        ForgottenError::Fault(fault) => Error::Fault(fault),
    }
}

/// Why nothing is sent to somebody.
pub(super) fn unpromised(error: ForgottenRequestError, now: Timestamp) -> Error {
    match error {
        ForgottenRequestError::Off => Error::ILLEGAL,
        ForgottenRequestError::Medium => unreachable_by(),
        ForgottenRequestError::TooMany(limit) => Error::too_many(limit, now),
        ForgottenRequestError::Fault(fault) => Error::Fault(fault),
    }
}

fn unreachable_by() -> Error {
    InputError::property("sendMedium", "It cannot be used to reach you").into()
}
