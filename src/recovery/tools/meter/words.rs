//! One word for each refusal and each trouble.

use crate::mail::Reason;
use crate::recovery::Fault;
use crate::sms::Unsent;

/// A token is not good.
pub(in crate::recovery) const TOKEN: &str = "token not valid";
/// A new password is not good enough.
pub(in crate::recovery) const PASSWORD: &str = "password refused";
/// A limit is used up.
pub(in crate::recovery) const LIMIT: &str = "too many";

/// What is ours.
pub(in crate::recovery) fn fault(fault: &Fault) -> &'static str {
    match fault {
        Fault::Unavailable(_) => "unavailable",
        Fault::Busy { .. } => "busy",
        Fault::Broken(_) => "broken",
    }
}

/// Why a letter did not leave.
pub(in crate::recovery) fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::TimedOut => "timed out",
        Reason::Unreachable => "unreachable",
        Reason::Broken => "broken",
        Reason::Nonsense => "nonsense",
        Reason::NoStartTls | Reason::NotTls => "unencrypted",
        Reason::Handshake => "handshake",
        Reason::Untrusted(_) => "untrusted",
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
