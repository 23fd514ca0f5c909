//! `[mail]`: how letters leave.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::mailbox::mailbox;
use super::names;
use super::reader::{Advice, Read, Reader};
use super::smtp::{self, SmtpUrl};
use super::typed::MINUTE;

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
    /// What we call ourselves to that server, if not the host of `server.public_url`.
    pub hello: Option<String>,
    /// Where reports of what could not be delivered go, if not to the sender of the letter.
    pub envelope_from: Option<String>,
    /// How long that server may take to accept a connection, and to agree on its encryption.
    pub connect_timeout: Duration,
    /// How long it may take to greet, and to answer a command.
    pub reply_timeout: Duration,
    /// How long it may take to answer a letter.
    pub acceptance_timeout: Duration,
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
        let hello = reader.optional("mail.hello", hello);
        let envelope_from = reader.optional("mail.envelope_from", address);
        let connect = reader.duration("mail.connect_timeout", &(1..=2 * MINUTE));
        let reply = reader.duration("mail.reply_timeout", &(1..=10 * MINUTE));
        let acceptance = reader.duration("mail.acceptance_timeout", &(1..=30 * MINUTE));
        let directory = reader.text("mail.directory", names::path);
        Ok(Self {
            transport: transport?,
            from: from?,
            smtp: smtp?,
            smtp_ca: smtp_ca?.map(PathBuf::from),
            hello: hello?,
            envelope_from: envelope_from?,
            connect_timeout: Duration::from_secs(connect?),
            reply_timeout: Duration::from_secs(reply?),
            acceptance_timeout: Duration::from_secs(acceptance?),
            directory: PathBuf::from(directory?),
        })
    }
}

/// A host's name or address, as it stands behind EHLO (RFC 5321, 4.1.1.1).
fn hello(text: &str) -> Result<String, Advice> {
    let is_address = text.parse::<IpAddr>().is_ok();
    let is_name = !text.is_empty()
        && text.len() <= 255
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    if is_address || is_name {
        Ok(text.to_owned())
    } else {
        Err("write the name or the address of this machine, like recover.example.org".into())
    }
}

/// An address alone, without a name before it.
fn address(text: &str) -> Result<String, Advice> {
    match mailbox(text) {
        Ok(_) if !text.contains(['<', '>']) => Ok(text.trim().to_owned()),
        Ok(_) | Err(_) => Err("write an address alone, like bounces@example.org".into()),
    }
}
