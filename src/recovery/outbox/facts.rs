//! What can be told of a job without doing it.

use crate::recovery::Origin;
use crate::recovery::delivery::Job;

/// What a job is called that this version of the program cannot read.
pub(in crate::recovery) const UNREADABLE: &str = "unreadable";

impl Job {
    /// What is to be done, as its row says it.
    pub(in crate::recovery) fn kind(&self) -> &'static str {
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
    pub(in crate::recovery) fn origin(&self) -> &Origin {
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
