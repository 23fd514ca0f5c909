//! Why a text did not leave, and whether to try again.
//!
//! What gateways answer may quote the text, and what TLS complains of may name the host, so only
//! codes and kinds are kept.

use std::io::ErrorKind;

/// The text was not handed over. Each variant is one of the failures that callers may be told
/// (contracts/cyclos.md, section 6.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsent {
    /// The gateway was not reached, so it has not seen the text.
    #[error("the SMS gateway cannot be reached")]
    Unreachable(#[source] Obstacle),
    /// The whole attempt took longer than allowed. The text may arrive nevertheless.
    #[error("the SMS gateway did not answer in time")]
    TimedOut,
    /// The gateway cannot do anything with the number or the text (400, 422).
    #[error("the SMS gateway calls the text invalid ({0})")]
    Invalid(u16),
    /// The gateway wants no texts from us, or none to this number (other 4xx).
    #[error("the SMS gateway refused the text ({0})")]
    Refused(u16),
    /// The gateway has had enough texts for now (429).
    #[error("the SMS gateway takes no more texts for now (429)")]
    TooMany,
    /// Anything else. The text may arrive nevertheless.
    #[error("the SMS gateway did not do as expected")]
    Unexpected(#[source] Oddity),
}

/// What stands between us and the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// Its name leads nowhere.
    #[error("its name has no address")]
    Name,
    /// None of its addresses takes connections.
    #[error("it takes no connections: {0}")]
    Connection(ErrorKind),
    /// It speaks no TLS, or shows no certificate for its name that we trust.
    #[error("it offers no encryption that we trust")]
    Encryption,
}

/// What was not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Oddity {
    /// Its status neither takes nor refuses a text: 5xx, or a redirect, which is not followed.
    #[error("its status was {0}")]
    Status(u16),
    /// The connection ended before there was an answer, or the answer was not HTTP.
    #[error("the connection broke")]
    Broken,
    /// The request could not be written. No text is known to lead here.
    #[error("the request could not be written")]
    Request,
}

impl Unsent {
    /// Whether the same text may find its way later, without anybody mending anything.
    pub fn may_pass_later(self) -> bool {
        match self {
            Self::Unreachable(_) | Self::TimedOut | Self::TooMany => true,
            Self::Invalid(_) => false,
            // These two ask to be asked again (RFC 9110, 15.5.9; RFC 8470, 5.2).
            Self::Refused(status) => matches!(status, 408 | 425),
            Self::Unexpected(Oddity::Status(status)) => (500..600).contains(&status),
            Self::Unexpected(Oddity::Broken) => true,
            Self::Unexpected(Oddity::Request) => false,
        }
    }
}
