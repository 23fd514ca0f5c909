//! Why nobody was signed in.

use crate::domain::account::AccountStatus;
use crate::domain::limit::TooMany;
use crate::domain::status::Status;
use crate::recovery::limits::LimitError;
use crate::recovery::tools::Fault;

/// Why nobody was signed in. How much of it is told is for each dialect to say.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown name, wrong password, or none that could be right.
    #[error("wrong credentials")]
    Wrong,
    /// Too many wrong attempts, whatever was typed now; names that nobody has block alike.
    #[error("the password is blocked")]
    Blocked(Status),
    /// The password is right, and an administrator has taken it out of use.
    #[error("the password is disabled")]
    Disabled,
    /// The password is right, and the account is out of use.
    #[error("the account is not active")]
    Inactive(AccountStatus),
    /// The password is right, and the second one that is asked for does not exist.
    #[error("there is no second password")]
    NoSecondPassword,
    /// Too many attempts from one address.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// We could not tell.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for SignInError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<LimitError> for SignInError {
    fn from(error: LimitError) -> Self {
        match error {
            LimitError::TooMany(limit) => Self::TooMany(limit),
            LimitError::Fault(fault) => Self::Fault(fault),
        }
    }
}
