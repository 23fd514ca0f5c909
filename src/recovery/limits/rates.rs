//! How often things may happen, and what is said where it was once too often.

use crate::domain::Timestamp;
use crate::domain::limit::{Rate, Scope, TooMany};
use crate::recovery::tools::Fault;

/// How often things may happen: the `[limits]` of the server file.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Recovery mails asked for with one identifier.
    pub recovery_per_identifier: Rate,
    /// Recovery mails asked for from one address.
    pub recovery_per_address: Rate,
    /// Recovery mails asked for in one tenant.
    pub recovery_per_tenant: Rate,
    /// Attempts to sign in from one address.
    pub login_per_address: Rate,
    /// One-time codes sent to one account.
    pub codes_per_account: Rate,
    /// Letters sent by the whole server.
    pub mail_per_server: Rate,
}

/// A request was not taken.
#[derive(Debug, thiserror::Error)]
pub enum LimitError {
    /// It was one too many.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// We could not count it, so we did not take it either.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for LimitError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

/// A limit that refused something.
pub(in crate::recovery) struct Full {
    pub(super) scope: Scope,
    pub(super) rate: Rate,
    /// Whether nothing was refused before in this window.
    pub(super) is_first: bool,
    pub(super) retry_at: Timestamp,
}

impl From<Full> for TooMany {
    fn from(Full { retry_at, .. }: Full) -> Self {
        Self { retry_at }
    }
}
