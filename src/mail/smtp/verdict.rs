//! What a failed exchange means for the letter.

use std::error::Error as _;
use std::io::{self, ErrorKind};

use lettre::transport::smtp::Error;

use super::super::{Reason, Undelivered};

/// A failure before the letter was mentioned: it is about us, so every letter waits.
pub(super) fn on_arrival(error: &Error) -> Undelivered {
    let reason = match error.status().map(u16::from) {
        Some(code) if error.is_permanent() => Reason::Unwelcome(code),
        Some(code) => Reason::Postponed(code),
        None => match io_kind(error) {
            Some(
                ErrorKind::ConnectionRefused
                | ErrorKind::HostUnreachable
                | ErrorKind::NetworkUnreachable
                | ErrorKind::TimedOut,
            ) => Reason::Unreachable,
            Some(_) | None => Reason::Broken,
        },
    };
    Undelivered::Later(reason)
}

/// A failure on arrival that may lie in the encryption: rustls calls its errors invalid data.
pub(super) fn on_handshake(error: &Error) -> Undelivered {
    if io_kind(error) == Some(ErrorKind::InvalidData) {
        Undelivered::Later(Reason::Unencrypted)
    } else {
        on_arrival(error)
    }
}

/// A failure while the letter was handed over. 53x speaks of our credentials (RFC 4954), not of
/// the letter.
pub(super) fn on_letter(error: &Error) -> Undelivered {
    match error.status().map(u16::from) {
        Some(code @ 530..540) => Undelivered::Later(Reason::Unwelcome(code)),
        Some(code) if error.is_permanent() => Undelivered::Never(Reason::Refused(code)),
        Some(code) => Undelivered::Later(Reason::Postponed(code)),
        None => Undelivered::Later(Reason::Broken),
    }
}

fn io_kind(error: &Error) -> Option<ErrorKind> {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(error) = cause.downcast_ref::<io::Error>() {
            return Some(error.kind());
        }
        source = cause.source();
    }
    None
}
