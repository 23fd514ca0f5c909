//! What may be wrong with a request for a page, and how that is said.

use axum::http::StatusCode;

use crate::recovery::Fault;

/// What may be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProblemKind {
    /// No such page, or no such tenant.
    Nothing,
    /// The page cannot be asked like that.
    Method,
    /// A form that another page sent.
    Foreign,
    /// A form that is none, or is too long.
    Form(StatusCode),
    /// One too many.
    Many {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// Something below us is down, or there is too much work.
    Later {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// A bug.
    Broken,
}

impl ProblemKind {
    /// What the answer says in its first line.
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::Nothing => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Foreign => StatusCode::FORBIDDEN,
            Self::Form(status) => status,
            Self::Many { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Later { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Title and text, by name.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Nothing => ("problem-nothing-title", "problem-nothing-what"),
            Self::Method => ("problem-method-title", "problem-method-what"),
            Self::Foreign => ("problem-foreign-title", "problem-foreign-what"),
            Self::Form(_) => ("problem-form-title", "problem-form-what"),
            Self::Many { .. } => ("problem-many-title", "problem-many-what"),
            Self::Later { .. } => ("problem-later-title", "problem-later-what"),
            Self::Broken => ("problem-broken-title", "problem-broken-what"),
        }
    }

    /// Seconds to wait, where waiting helps.
    pub(super) fn retry_after(self) -> Option<u64> {
        match self {
            Self::Many { retry_after } | Self::Later { retry_after } => Some(retry_after),
            Self::Nothing | Self::Method | Self::Foreign | Self::Form(_) | Self::Broken => None,
        }
    }

    /// What a fault of ours is to whoever asked.
    pub(super) fn of(fault: &Fault) -> Self {
        match fault {
            Fault::Unavailable(_) => Self::Later { retry_after: 5 },
            Fault::Busy { retry_after } => Self::Later {
                retry_after: retry_after.as_secs().max(1),
            },
            Fault::Broken(_) => Self::Broken,
        }
    }
}
