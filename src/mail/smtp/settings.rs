//! Where the mail server is and how to speak to it.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use url::Url;

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
    /// Not `smtp://host:port` or `smtps://host:port`.
    #[error("is not of the form smtp://host:port or smtps://host:port")]
    NotAnSmtpUrl,
    /// A parameter, or a value of `tls`, that means nothing here.
    #[error("has a parameter other than tls=required")]
    UnknownParameter,
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

    /// Reads `smtps://user:password@host:465` or `smtp://host:587/ehlo.name?tls=required`. User
    /// and password are percent-encoded. STARTTLS "if offered" is not to be had: whoever sits on
    /// the line decides what is offered.
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        let url = Url::parse(text).map_err(|_| Unfit::NotAnSmtpUrl)?;
        let required = match url.query_pairs().collect::<Vec<_>>().as_slice() {
            [] => false,
            [(key, value)] if key == "tls" && value == "required" => true,
            _ => return Err(Unfit::UnknownParameter),
        };
        let (security, port) = match (url.scheme(), required) {
            ("smtps", _) => (Security::Tls, 465),
            ("smtp", true) => (Security::StartTls, 587),
            ("smtp", false) => (Security::Plain, 25),
            _ => return Err(Unfit::NotAnSmtpUrl),
        };
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or(Unfit::NotAnSmtpUrl)?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let mut settings = Self::new(host, url.port().unwrap_or(port), security);
        if !url.username().is_empty() {
            let password = decode(url.password().unwrap_or_default())?.into();
            settings.credentials = Some((decode(url.username())?, password));
        }
        let hello = decode(url.path().trim_matches('/'))?;
        settings.hello_name = (!hello.is_empty()).then_some(hello);
        Ok(settings)
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

fn decode(text: &str) -> Result<String, Unfit> {
    let text = percent_decode_str(text).decode_utf8();
    let text = text.map_err(|_| Unfit::NotAnSmtpUrl)?;
    if text.chars().any(char::is_control) {
        return Err(Unfit::NotAnSmtpUrl);
    }
    Ok(text.into_owned())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn urls_say_it_all() {
        let plain = SmtpSettings::parse("smtp://127.0.0.1:2525").unwrap();
        assert_eq!((plain.host.as_str(), plain.port), ("127.0.0.1", 2525));
        assert_eq!(plain.security, Security::Plain);
        assert!(plain.credentials.is_none());

        let full = "smtp://us%40er:p%2Fw@mail.example/me.example?tls=required";
        let full = SmtpSettings::parse(full).unwrap();
        assert_eq!((full.port, full.security), (587, Security::StartTls));
        assert_eq!(full.hello_name.as_deref(), Some("me.example"));
        let (user, password) = full.credentials.unwrap();
        assert_eq!((user.as_str(), password.expose_secret()), ("us@er", "p/w"));

        let six = SmtpSettings::parse("smtps://[::1]").unwrap();
        assert_eq!((six.host.as_str(), six.port), ("::1", 465));
    }

    #[test]
    fn other_urls_are_refused() {
        for wrong in [
            "mail.example:25",
            "http://mail.example",
            "smtp://",
            "smtp://mail.example?tls=opportunistic",
            "smtp://mail.example?timeout=3",
            "smtp://a%0d%0ab:c@mail.example",
        ] {
            assert!(SmtpSettings::parse(wrong).is_err(), "{wrong}");
        }
    }

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
