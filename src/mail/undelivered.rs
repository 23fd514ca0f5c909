//! Why a letter did not leave, and whether to try again.
//!
//! Replies of mail servers often quote the recipient, so only their code is kept.

use std::io::ErrorKind;

use super::ReplyCode;

/// The letter was not handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// The fault is with us, the network or the hour: another attempt may succeed.
    #[error("the letter was not delivered; another attempt may succeed")]
    Later(#[source] Reason),
    /// The server has all of it and did not say what became of it. Another attempt may bring a second
    /// copy, and giving up may lose it: RFC 1047.
    #[error("it is not known whether the letter was delivered")]
    Unknown(#[source] Reason),
    /// The fault is with the letter or its recipient: no attempt will succeed.
    #[error("the letter cannot be delivered")]
    Never(#[source] Reason),
}

/// What went wrong, in words that are safe to log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// A step took longer than allowed.
    #[error("the mail server did not answer in time")]
    TimedOut,
    /// No address of the server takes connections.
    #[error("the mail server cannot be reached")]
    Unreachable,
    /// The connection ended, or the replies made no sense.
    #[error("the connection to the mail server broke")]
    Broken,
    /// What came is no reply of a mail server.
    #[error("what answers there does not speak SMTP")]
    Nonsense,
    /// Encryption is required, and the server does not offer to begin it (STARTTLS).
    #[error("the mail server does not offer STARTTLS")]
    NoStartTls,
    /// TLS was to be spoken from the first byte, and something else was.
    #[error("the mail server does not speak TLS from the first byte on this port")]
    NotTls,
    /// The connection ended, or no version or cipher was found, while encryption was agreed on.
    #[error("the mail server broke the TLS handshake off")]
    Handshake,
    /// The certificate is not one that we trust for this server.
    #[error("the mail server's certificate is not trusted: {0}")]
    Untrusted(Distrust),
    /// The server wants no mail from us, or not with these credentials.
    #[error("the mail server does not let us in ({0})")]
    Unwelcome(ReplyCode),
    /// The server knows no way to sign in that we know.
    #[error("the mail server offers no way to sign in")]
    NoSignIn,
    /// The server refused for now (4xx).
    #[error("the mail server asked to try again later ({0})")]
    Postponed(ReplyCode),
    /// The server refused this letter (5xx).
    #[error("the server refused the letter for good ({0})")]
    Refused(ReplyCode),
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

/// What is wrong with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    /// Nobody whom we trust has signed it.
    #[error("nobody whom we trust has signed it")]
    Issuer,
    /// It is for another server.
    #[error("it bears another name")]
    Name,
    /// Its time is over or has not come.
    #[error("it is out of date")]
    Date,
    /// Something else.
    #[error("it is malformed, revoked or not for servers")]
    Other,
}

impl Undelivered {
    /// What went wrong.
    pub fn reason(self) -> Reason {
        match self {
            Self::Later(reason) | Self::Unknown(reason) | Self::Never(reason) => reason,
        }
    }
}
