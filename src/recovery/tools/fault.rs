//! Failures that are nobody's mistake but ours.

use std::time::Duration;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Something under us broke. Says nothing to the client and everything to the log.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A dependency is down; trying again later may help.
    #[error("a dependency is unavailable")]
    Unavailable(#[source] Source),
    /// More work is waiting than we take on.
    #[error("too much work is waiting")]
    Busy {
        /// When there may be room again.
        retry_after: Duration,
    },
    /// A bug, or data that should not exist.
    #[error("an internal operation failed")]
    Broken(#[source] Source),
}

impl Fault {
    /// A bug or damaged data, described for the log.
    pub fn broken(source: impl Into<Source>) -> Self {
        Self::Broken(source.into())
    }
}

impl From<tokio::time::error::Elapsed> for Fault {
    fn from(elapsed: tokio::time::error::Elapsed) -> Self {
        Self::Unavailable(elapsed.into())
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "foreign and non-exhaustive")]
impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        let passes = match &error {
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_) => true,
            sqlx::Error::Database(error) => error.code().is_some_and(|code| passes(&code)),
            _ => false,
        };
        if passes {
            Self::Unavailable(error.into())
        } else {
            Self::Broken(error.into())
        }
    }
}

/// SQLSTATE classes that say "later": lost connection (08), rolled back by contention (40), out
/// of resources (53), wrong state, as when starting (55), told to stop (57), system error (58).
fn passes(code: &str) -> bool {
    ["08", "40", "53", "55", "57", "58"]
        .iter()
        .any(|class| code.starts_with(class))
}
