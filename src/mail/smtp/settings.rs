//! Where the mail server is and how to speak to it.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

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
    /// The longest that one letter may take, from the first packet to the last.
    pub timeout: Duration,
    /// How many connections may be open at once. Further letters wait, within their timeout.
    pub connections: u32,
    /// What we call ourselves in EHLO: a host name. Without one, `[127.0.0.1]`.
    pub hello_name: Option<String>,
}

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
    /// The name can stand in no certificate.
    #[error("needs the name of a host")]
    Host,
}

impl SmtpSettings {
    /// Settings for a server that asks for no credentials: 10 seconds, 8 connections.
    pub fn new(host: &str, port: u16, security: Security) -> Self {
        Self {
            host: host.to_owned(),
            port,
            security,
            credentials: None,
            extra_root: None,
            timeout: Duration::from_secs(10),
            connections: 8,
            hello_name: None,
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
