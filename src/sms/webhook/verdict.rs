//! What an answer, or the lack of one, means for the text.

use std::error::Error as StdError;
use std::io::{self, ErrorKind};

use hyper::StatusCode;
use hyper_util::client::legacy::Error;

use super::super::{Obstacle, Oddity, Unsent};

/// What the gateway said.
pub(super) fn on_answer(status: StatusCode) -> Result<(), Unsent> {
    Err(match status.as_u16() {
        200..=299 => return Ok(()),
        status @ (400 | 422) => Unsent::Invalid(status),
        429 => Unsent::TooMany,
        status @ 400..=499 => Unsent::Refused(status),
        status => Unsent::Unexpected(Oddity::Status(status)),
    })
}

/// Why the gateway said nothing.
pub(super) fn on_failure(error: &Error) -> Unsent {
    if error.is_connect() {
        Unsent::Unreachable(obstacle(error))
    } else {
        Unsent::Unexpected(Oddity::Broken)
    }
}

/// Why there was no connection.
pub(super) fn on_connection(error: &(dyn StdError + 'static)) -> Unsent {
    Unsent::Unreachable(obstacle(error))
}

/// hyper-rustls hands on what TLS says inside an error of input and output; what the system says
/// has its number; the rest is the resolver's.
fn obstacle(error: &(dyn StdError + 'static)) -> Obstacle {
    let Some(error) = io_error(error) else {
        return Obstacle::Name;
    };
    if let Some(inner) = error.get_ref()
        && inner.is::<io::Error>()
    {
        return Obstacle::Encryption;
    }
    if error.raw_os_error().is_some() || error.kind() == ErrorKind::TimedOut {
        Obstacle::Connection(error.kind())
    } else {
        Obstacle::Name
    }
}

fn io_error<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e io::Error> {
    let mut source = Some(error);
    while let Some(cause) = source {
        if let Some(error) = cause.downcast_ref::<io::Error>() {
            return Some(error);
        }
        source = cause.source();
    }
    None
}
