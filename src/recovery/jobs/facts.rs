//! What can be told of a job without doing it.

use super::Job;
use crate::recovery::Origin;

/// What a job is called that this version of the program cannot read.
pub(super) const UNREADABLE: &str = "unreadable";

impl Job {
    /// What is to be done, as its row says it.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Token { .. } => "token",
            Self::Usernames { .. } => "usernames",
            Self::Forgotten { .. } => "forgotten",
            Self::Password { .. } => "password",
            Self::Code { .. } => "code",
            Self::Notice { .. } => "notice",
        }
    }

    /// Where it was asked for.
    pub(super) fn origin(&self) -> &Origin {
        match self {
            Self::Token { origin, .. }
            | Self::Usernames { origin, .. }
            | Self::Forgotten { origin, .. }
            | Self::Password { origin, .. }
            | Self::Code { origin, .. }
            | Self::Notice { origin, .. } => origin,
        }
    }
}
