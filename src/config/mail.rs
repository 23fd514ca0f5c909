//! `[mail]`: how letters leave.

use std::path::PathBuf;

use super::mailbox::mailbox;
use super::names;
use super::reader::{Read, Reader};
use super::smtp::{self, SmtpUrl};

/// `[mail]`
#[derive(Clone, Debug)]
pub struct Mail {
    /// How letters leave.
    pub transport: Transport,
    /// Who they are from unless the tenant says otherwise: `Name <address>` or an address.
    pub from: String,
    /// The server of [`Transport::Smtp`].
    pub smtp: SmtpUrl,
    /// A PEM file with one more root that may have signed that server's certificate.
    pub smtp_ca: Option<PathBuf>,
    /// Where [`Transport::Directory`] puts letters.
    pub directory: PathBuf,
}

/// How letters leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// By SMTP.
    Smtp,
    /// As an `.eml` file each.
    Directory,
    /// Not at all: they are kept in memory and shown, for the demo.
    Mailbox,
}

const TRANSPORTS: [(&str, Transport); 3] = [
    ("smtp", Transport::Smtp),
    ("directory", Transport::Directory),
    ("mailbox", Transport::Mailbox),
];

impl Mail {
    pub(super) fn read(reader: &mut Reader) -> Read<Self> {
        let transport = reader.choice("mail.transport", &TRANSPORTS);
        let from = reader.text("mail.from", mailbox);
        let smtp = reader.text("mail.smtp_url", smtp::parse);
        let smtp_ca = reader.optional("mail.smtp_ca", names::path);
        let directory = reader.text("mail.directory", names::path);
        Ok(Self {
            transport: transport?,
            from: from?,
            smtp: smtp?,
            smtp_ca: smtp_ca?.map(PathBuf::from),
            directory: PathBuf::from(directory?),
        })
    }
}
