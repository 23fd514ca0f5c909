//! The Cyclos way back to a forgotten password (contracts/cyclos.md, 8.5 and 8.6).
//!
//! The token is the one of every dialect. What differs: who is eligible (D-22), a short code that
//! is typed in place of a link, a security question, and values that the server makes.

use crate::domain::account::Account;
use crate::domain::code::Code;
use crate::domain::id::PasswordTypeId;
use crate::domain::limit::TooMany;
use crate::domain::status::{Mode, Status};
use crate::domain::token::Secret;
use crate::domain::user::User;
use crate::recovery::limits::LimitError;
use crate::recovery::tools::Fault;
use crate::recovery::tools::meter::{self, Refusal};

/// What somebody presents to be let back in.
pub enum Grant {
    /// The secret from a link; `None` where it cannot be one.
    Key(Option<Secret>),
    /// A code, and whose it is.
    Code {
        /// Whom it was sent to.
        user: User,
        /// The code.
        code: Code,
    },
}

/// What the bearer of a good grant is told.
pub struct Recoverable {
    /// Whose password it is.
    pub account: Account,
    /// What kind of password.
    pub password_type_id: PasswordTypeId,
    /// Who makes the new value.
    pub mode: Mode,
    /// What they must answer first.
    pub question: Option<String>,
}

/// Why somebody is not let back in.
#[derive(Debug, thiserror::Error)]
pub enum ForgottenError {
    /// The tenant has switched this way back off.
    #[error("passwords are not recovered this way")]
    Off,
    /// The key is not good, for whatever reason.
    #[error("the key is not valid")]
    Key,
    /// The code is not good, or there is nobody whose it could be.
    #[error("the code is wrong")]
    Code(PasswordTypeId),
    /// Too many codes were wrong; the password is closed as its type says.
    #[error("too many codes were wrong")]
    Blocked(PasswordTypeId, Status),
    /// The medium cannot be used.
    #[error("the medium cannot be used")]
    Medium,
    /// Something typed is not good; the grant still is.
    #[error("what was typed is not good")]
    Invalid(Vec<crate::recovery::FormViolation>),
    /// The answer to the security question is wrong; perhaps once too often.
    #[error("the answer is wrong")]
    Answer {
        /// Whether the key is dead for it.
        is_key_dead: bool,
    },
    /// Too many requests.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// We could not.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for ForgottenError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<LimitError> for ForgottenError {
    fn from(error: LimitError) -> Self {
        match error {
            LimitError::TooMany(limit) => Self::TooMany(limit),
            LimitError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Refusal for ForgottenError {
    fn word(&self) -> Option<&'static str> {
        match self {
            Self::Off => Some("off"),
            Self::Key => Some(meter::TOKEN),
            Self::Medium => Some("medium"),
            Self::Invalid(_) => Some(meter::PASSWORD),
            Self::TooMany(_) => Some(meter::LIMIT),
            Self::Fault(cause) => Some(meter::fault(cause)),
            // A wrong code or answer is in the audit trail.
            Self::Code(_) | Self::Blocked(..) | Self::Answer { .. } => None,
        }
    }
}
