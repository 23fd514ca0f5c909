//! Why a job was not done this time.

use crate::domain::Timestamp;
use crate::mail::Undelivered;
use crate::recovery::limits::LimitError;
use crate::recovery::tools::Fault;
use crate::sms::Unsent;

/// Why a job was not done this time.
#[derive(Debug, thiserror::Error)]
pub(in crate::recovery) enum Undone {
    #[error(transparent)]
    Mail(#[from] Undelivered),
    #[error(transparent)]
    Text(#[from] Unsent),
    #[error("the server has sent as many letters as it may")]
    Budget { retry_at: Timestamp },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for Undone {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<LimitError> for Undone {
    fn from(error: LimitError) -> Self {
        match error {
            LimitError::TooMany(limit) => Self::Budget {
                retry_at: limit.retry_at,
            },
            LimitError::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// The whole chain of causes on one line. None of them holds a letter, an address or a secret.
pub(super) fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
