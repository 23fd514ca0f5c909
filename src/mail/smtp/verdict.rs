//! What a failed step means for the letter.

use rustls::{CertificateError, Error as TlsError};

use super::super::{Distrust, Reason, ReplyCode, Undelivered};
use super::exchange::Silence;

/// A reply that never came, before the letter was on its way: every letter waits.
pub(super) fn on_silence(silence: Silence) -> Undelivered {
    Undelivered::Later(reason(silence))
}

/// No reply to the letter itself: the server may have it.
pub(super) fn on_doubt(silence: Silence) -> Undelivered {
    Undelivered::Unknown(reason(silence))
}

fn reason(silence: Silence) -> Reason {
    match silence {
        Silence::Late => Reason::TimedOut,
        Silence::Cut(_) => Reason::Broken,
        Silence::Nonsense => Reason::Nonsense,
    }
}

/// A refusal before the letter was mentioned: it is about us, whatever its code.
pub(super) fn on_arrival(reply: ReplyCode) -> Undelivered {
    Undelivered::Later(if reply.is_permanent() {
        Reason::Unwelcome(reply)
    } else {
        Reason::Postponed(reply)
    })
}

/// A refusal where the recipient is named, which servers like to save up for there: of the recipient, or
/// of whoever asks. The enhanced code decides (RFC 3463), else the code.
pub(super) fn on_recipient(reply: ReplyCode) -> Undelivered {
    if !reply.is_permanent() {
        return Undelivered::Later(Reason::Postponed(reply));
    }
    let is_about_us = match (reply.enhanced, reply.code) {
        // Bad sender's mailbox or system; protocol; security and policy.
        (Some((1, 7 | 8) | (5 | 7, _)), _) => true,
        // The mailbox, the address, the way there, what it takes.
        (Some((1 | 2 | 4 | 6, _)), _) => false,
        // Commands, their order and parameters; 53x is for credentials (RFC 4954).
        (_, 500 | 502..=504 | 530..=539 | 554 | 555) => true,
        (_, _) => false,
    };
    refused(reply, is_about_us)
}

/// A refusal of the letter. 53x speaks of our credentials (RFC 4954), 503 of the order of commands.
pub(super) fn on_letter(reply: ReplyCode) -> Undelivered {
    if !reply.is_permanent() {
        return Undelivered::Later(Reason::Postponed(reply));
    }
    refused(reply, matches!(reply.code, 503 | 530..=539))
}

fn refused(reply: ReplyCode, is_about_us: bool) -> Undelivered {
    if is_about_us {
        Undelivered::Later(Reason::Unwelcome(reply))
    } else {
        Undelivered::Never(Reason::Refused(reply))
    }
}

/// A handshake that failed. `from_the_first_byte`: nothing was said in clear before it.
pub(super) fn on_handshake(error: &std::io::Error, from_the_first_byte: bool) -> Undelivered {
    let cause = error.get_ref();
    let cause = cause.and_then(|cause| cause.downcast_ref::<TlsError>());
    Undelivered::Later(match cause {
        Some(TlsError::InvalidCertificate(wrong)) => Reason::Untrusted(distrust(wrong)),
        Some(TlsError::InvalidMessage(_)) if from_the_first_byte => Reason::NotTls,
        Some(_) | None => Reason::Handshake,
    })
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what the library may yet find wrong is as good as any other fault"
)]
fn distrust(wrong: &CertificateError) -> Distrust {
    match wrong {
        // Other: among them one that signed itself and may sign others (see `trust`).
        CertificateError::UnknownIssuer
        | CertificateError::BadSignature
        | CertificateError::Other(_) => Distrust::Issuer,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Distrust::Name
        }
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => Distrust::Date,
        _ => Distrust::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_dead(code: u16, words: &str) -> bool {
        matches!(
            on_recipient(ReplyCode::read(code, words)),
            Undelivered::Never(_)
        )
    }

    #[test]
    fn a_refusal_at_rcpt_is_of_the_recipient_or_of_us() {
        for (code, words) in [
            (550, "5.1.1"),
            (550, "5.1.2"),
            (501, "5.1.3"),
            (550, "5.1.6"),
            (556, "5.1.10"),
            (552, "5.2.2"),
            (550, "5.2.1"),
            (550, "5.4.1"),
            (553, "5.6.7"),
            (550, "no such user"),
            (551, ""),
            (553, ""),
            (550, "5.0.0"),
        ] {
            assert!(is_dead(code, words), "{code} {words}");
        }
        for (code, words) in [
            (550, "5.7.1 sender refused"),
            (554, "5.7.1 client refused"),
            (550, "5.7.708"),
            (554, "no credentials"),
            (503, "5.5.1"),
            (504, "5.5.2"),
            (503, ""),
            (504, ""),
            (530, "5.7.0"),
            (535, ""),
            (550, "5.1.7"),
            (550, "5.1.8"),
            (450, "4.2.0"),
        ] {
            assert!(!is_dead(code, words), "{code} {words}");
        }
    }
}
