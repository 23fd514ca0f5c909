//! Where the mail server is and how to speak to it.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use crate::roots::Unusable;

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Not at all: for a server on this machine or in a network you trust.
    Plain,
    /// By STARTTLS. A server that does not offer it gets no letter.
    StartTls,
    /// By TLS from the first byte.
    Tls,
}

/// Where the mail server is and how to speak to it.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// Its name, which its certificate must bear.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// User name and password.
    pub credentials: Option<(String, SecretString)>,
    /// A PEM file of certificates to trust beside those of the system.
    pub extra_root: Option<PathBuf>,
    /// How long each step may take.
    pub patience: Patience,
    /// How many connections may be open at once. Further letters wait.
    pub connections: u32,
    /// What we call ourselves in EHLO: a host name or an address. Without one, 127.0.0.1.
    pub hello_name: Option<String>,
    /// Where reports of what could not be delivered go, if not to the sender of the letter: the
    /// address of MAIL FROM.
    pub envelope_from: Option<String>,
}

/// How long each step of handing a letter over may take. A server that is slow in one place is not gone:
/// RFC 5321, 4.5.3.2, has clients wait five minutes for a reply, and ten for the one that says that the
/// letter was taken; whoever hangs up earlier gets what the server has already delivered sent twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For one of the server's addresses to accept, and for the handshake of TLS.
    pub connect: Duration,
    /// For the greeting, and for the reply to each command.
    pub reply: Duration,
    /// For the reply to the letter itself, after its last dot.
    pub acceptance: Duration,
}

impl Patience {
    /// The same for every step.
    pub const fn of(every: Duration) -> Self {
        Self {
            connect: every,
            reply: every,
            acceptance: every,
        }
    }

    /// The longest that one letter can take, with a server that uses up what it is given at every step.
    pub fn longest(&self) -> Duration {
        // A connection that was kept, the addresses that are tried, and the handshake; then the greeting,
        // EHLO, STARTTLS, EHLO, three lines of AUTH, MAIL, RCPT, DATA.
        self.connect * (2 + ADDRESSES) + self.reply * 10 + self.acceptance
    }
}

impl Default for Patience {
    /// 10 seconds to connect, and what the standard says.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            reply: Duration::from_mins(5),
            acceptance: Duration::from_mins(10),
        }
    }
}

/// How many of a server's addresses are tried.
pub(super) const ADDRESSES: u32 = 4;

/// The settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// A password would be readable on the network.
    #[error("would send credentials unencrypted: add tls=required or use smtps")]
    CredentialsInClear,
    /// The extra certificates cannot be read.
    #[error("cannot read the certificates in {path}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The extra certificates are none.
    #[error("finds no usable certificate in {path}")]
    NotCertificates {
        /// The file.
        path: PathBuf,
    },
    /// Neither the system nor the operator names anybody to trust.
    #[error("has nobody to trust: the system has no root certificates; set mail.smtp_ca")]
    NoRoots,
    /// Letters could not be returned to it.
    #[error("needs an address in mail.envelope_from")]
    EnvelopeFrom,
    /// The name can stand in no certificate.
    #[error("needs the name of a host")]
    Host,
}

impl From<Unusable> for Unfit {
    fn from(unusable: Unusable) -> Self {
        match unusable {
            Unusable::Unreadable { path, source } => Self::Unreadable { path, source },
            Unusable::NotCertificates { path } => Self::NotCertificates { path },
            Unusable::NoRoots => Self::NoRoots,
        }
    }
}

impl SmtpSettings {
    /// Settings for a server that asks for no credentials: as patient as the standard has it, 8 connections.
    pub fn new(host: &str, port: u16, security: Security) -> Self {
        Self {
            host: host.to_owned(),
            port,
            security,
            credentials: None,
            extra_root: None,
            patience: Patience::default(),
            connections: 8,
            hello_name: None,
            envelope_from: None,
        }
    }

    /// Whether what is sent can be read by nobody but this machine and the server.
    pub(super) fn keeps_secrets(&self) -> bool {
        let local = match self.host.parse::<IpAddr>() {
            Ok(address) => address.is_loopback(),
            Err(_) => self.host.eq_ignore_ascii_case("localhost"),
        };
        self.security != Security::Plain || local
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_may_be_told_secrets_in_clear() {
        let keeps = |host, security| SmtpSettings::new(host, 25, security).keeps_secrets();
        assert!(keeps("127.0.0.1", Security::Plain));
        assert!(keeps("::1", Security::Plain));
        assert!(keeps("LocalHost", Security::Plain));
        assert!(keeps("mail.example", Security::StartTls));
        assert!(!keeps("mail.example", Security::Plain));
        assert!(!keeps("localhost.example", Security::Plain));
        assert!(!keeps("10.0.0.1", Security::Plain));
    }
}
