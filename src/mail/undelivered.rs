//! Why a letter did not leave, and whether to try again.
//!
//! Replies of mail servers often quote the recipient, so only their code is kept.

use std::io::ErrorKind;

/// The letter was not handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// The fault is with us, the network or the hour: another attempt may succeed.
    #[error("the letter was not delivered; another attempt may succeed")]
    Later(#[source] Reason),
    /// The fault is with the letter or its recipient: no attempt will succeed.
    #[error("the letter cannot be delivered")]
    Never(#[source] Reason),
}

/// What went wrong, in words that are safe to log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The whole attempt took longer than allowed.
    #[error("the mail server did not answer in time")]
    TimedOut,
    /// No address of the server takes connections.
    #[error("the mail server cannot be reached")]
    Unreachable,
    /// The connection ended, or the replies made no sense.
    #[error("the connection to the mail server broke")]
    Broken,
    /// Encryption is required and was not offered, or not by a server we trust.
    #[error("the mail server offers no encryption that we trust")]
    Unencrypted,
    /// The server wants no mail from us, or not with these credentials.
    #[error("the mail server does not let us in ({0})")]
    Unwelcome(u16),
    /// The server knows no way to sign in that we know.
    #[error("the mail server offers no way to sign in")]
    NoSignIn,
    /// The server refused for now (4xx).
    #[error("the mail server asked to try again later ({0})")]
    Postponed(u16),
    /// The server refused this letter (5xx).
    #[error("the server refused the letter for good ({0})")]
    Refused(u16),
    /// The stored address is not one that mail can be sent to.
    #[error("the recipient's address cannot receive mail")]
    Recipient,
    /// The part before the `@` is not ASCII, and the server takes only such.
    #[error("the mail server takes no international addresses")]
    International,
    /// The configured sender is not a mailbox.
    #[error("the sender is not a mailbox")]
    Sender,
    /// The identifier would break the header it goes into.
    #[error("the message id is malformed")]
    MessageId,
    /// The folder for letters cannot be written.
    #[error("the letter could not be written to its folder: {0}")]
    Folder(ErrorKind),
}

impl Undelivered {
    /// What went wrong.
    pub fn reason(self) -> Reason {
        match self {
            Self::Later(reason) | Self::Never(reason) => reason,
        }
    }
}
