//! The address of an SMTP server, with how to speak to it.

use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use url::{Host, Url};

use super::reader::Advice;

/// An SMTP server and how to speak to it. Printing it hides the password.
#[derive(Clone, Debug)]
pub struct SmtpUrl {
    /// Its name or address; an IPv6 address without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether and how the connection is encrypted.
    pub security: Security,
    /// Who to sign in as, if at all.
    pub credentials: Option<Credentials>,
}

/// How a connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Not at all.
    Plain,
    /// From STARTTLS on; without it, no letter is sent.
    Starttls,
    /// From the first byte.
    Tls,
}

/// Who to sign in as, percent-decoded.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The name.
    pub user: String,
    /// The password.
    pub password: SecretString,
}

const FORM: &str = "write smtp://host:25, smtp://user:password@host:587?tls=required or \
                    smtps://user:password@host:465, with special characters percent-encoded";

/// Reads `smtp[s]://[user:password@]host[:port][?tls=required]`.
pub(super) fn parse(text: &str) -> Result<SmtpUrl, Advice> {
    let url = Url::parse(text).map_err(|_| FORM)?;
    let nothing_else = ["", "/"].contains(&url.path()) && url.fragment().is_none();
    let (security, usual_port) = match (url.scheme(), url.query()) {
        ("smtp", None) => (Security::Plain, 25),
        ("smtp", Some("tls=required")) => (Security::Starttls, 587),
        ("smtps", None | Some("tls=required")) => (Security::Tls, 465),
        _ => return Err(FORM.into()),
    };
    let host = match url.host() {
        Some(Host::Domain(name)) if is_host(name) => name.to_owned(),
        Some(Host::Ipv4(address)) => address.to_string(),
        Some(Host::Ipv6(address)) => address.to_string(),
        Some(Host::Domain(_)) | None => return Err(FORM.into()),
    };
    if !nothing_else || url.port() == Some(0) {
        return Err(FORM.into());
    }
    Ok(SmtpUrl {
        host,
        port: url.port().unwrap_or(usual_port),
        security,
        credentials: credentials(&url)?,
    })
}

fn credentials(url: &Url) -> Result<Option<Credentials>, Advice> {
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        (user, Some(password)) if !user.is_empty() && !password.is_empty() => {
            Ok(Some(Credentials {
                user: decode(user)?,
                password: SecretString::from(decode(password)?),
            }))
        }
        _ => Err("write both user and password, or neither".into()),
    }
}

fn decode(text: &str) -> Result<String, Advice> {
    let decoded = percent_decode_str(text).decode_utf8();
    match decoded {
        Ok(decoded) if !decoded.contains(char::is_control) => Ok(decoded.into_owned()),
        Ok(_) | Err(_) => Err("write user and password in UTF-8 without control characters".into()),
    }
}

fn is_host(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
}
