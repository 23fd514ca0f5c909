//! One word for each refusal and each trouble.

use crate::mail::Reason;
use crate::recovery::tools::meter::Refusal;
use crate::recovery::{ChangeError, Fault, ForgottenError, ResetError, TokenError};
use crate::sms::Unsent;

const TOKEN: &str = "token not valid";
const PASSWORD: &str = "password refused";
const LIMIT: &str = "too many";

fn fault(fault: &Fault) -> &'static str {
    match fault {
        Fault::Unavailable(_) => "unavailable",
        Fault::Busy { .. } => "busy",
        Fault::Broken(_) => "broken",
    }
}

impl Refusal for TokenError {
    fn word(&self) -> Option<&'static str> {
        Some(match self {
            Self::Invalid(_) => TOKEN,
            Self::Fault(cause) => fault(cause),
        })
    }
}

impl Refusal for ResetError {
    fn word(&self) -> Option<&'static str> {
        Some(match self {
            Self::Token(_) => TOKEN,
            Self::Password(_) => PASSWORD,
            Self::Fault(cause) => fault(cause),
        })
    }
}

impl Refusal for ChangeError {
    fn word(&self) -> Option<&'static str> {
        Some(match self {
            Self::Current => "wrong password",
            Self::Key => "key not valid",
            Self::Password(_) => PASSWORD,
            Self::Fault(cause) => fault(cause),
        })
    }
}

impl Refusal for ForgottenError {
    fn word(&self) -> Option<&'static str> {
        match self {
            Self::Off => Some("off"),
            Self::Key => Some(TOKEN),
            Self::Medium => Some("medium"),
            Self::Flawed(_) => Some(PASSWORD),
            Self::TooMany(_) => Some(LIMIT),
            Self::Fault(cause) => Some(fault(cause)),
            // A wrong code or answer is in the audit trail.
            Self::Code(_) | Self::Blocked(..) | Self::Answer { .. } => None,
        }
    }
}

/// Why a letter did not leave.
pub(in crate::recovery) fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::TimedOut => "timed out",
        Reason::Unreachable => "unreachable",
        Reason::Broken => "broken",
        Reason::Unencrypted => "unencrypted",
        Reason::Unwelcome(_) => "unwelcome",
        Reason::NoSignIn => "no sign-in",
        Reason::Postponed(_) => "postponed",
        Reason::Refused(_) => "refused",
        Reason::Recipient => "recipient",
        Reason::International => "international",
        Reason::Sender => "sender",
        Reason::MessageId => "message id",
        Reason::Folder(_) => "folder",
    }
}

/// What became of a text.
pub(in crate::recovery) fn texted(sent: Result<(), Unsent>) -> &'static str {
    match sent {
        Ok(()) => "sent",
        Err(unsent) if unsent.may_pass_later() => "deferred",
        Err(_) => "refused",
    }
}
