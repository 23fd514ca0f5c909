//! Addresses of the web, as settings hold them.

use url::{Host, Url};

use super::reader::Advice;

/// An absolute `http` or `https` URL, read strictly: what browsers would quietly mend is refused.
pub(super) fn absolute(text: &str) -> Option<Url> {
    let plain = !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\');
    let web = ["http://", "https://"]
        .iter()
        .any(|scheme| text.starts_with(scheme));
    let url = (plain && web).then(|| Url::parse(text).ok()).flatten()?;
    let anonymous = url.username().is_empty() && url.password().is_none();
    anonymous.then_some(url)
}

/// Whether what is sent there can be read on the way: plain `http`, and not to this machine.
pub(super) fn is_exposed(url: &Url) -> bool {
    url.scheme() == "http"
        && match url.host() {
            Some(Host::Domain(name)) => name != "localhost" && !name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => !address.is_loopback(),
            Some(Host::Ipv6(address)) => !address.is_loopback(),
            None => true,
        }
}

/// What links in letters start with.
pub(super) fn base(text: &str) -> Result<Url, Advice> {
    let url = absolute(text)
        .filter(|url| url.query().is_none() && url.fragment().is_none())
        .ok_or(
            "write an absolute URL without user, query and fragment, like https://recover.example",
        )?;
    if is_exposed(&url) {
        return Err("write https://, since http is only for this machine itself".into());
    }
    Ok(url)
}

/// An origin exactly as browsers send it.
pub(super) fn origin(text: &str) -> Result<String, Advice> {
    let written = absolute(text).map(|url| url.origin().ascii_serialization());
    match written {
        Some(origin) if origin == text => Ok(origin),
        Some(origin) => Err(format!("write the origin alone, {origin}").into()),
        None => Err("write an exact origin, like https://app.example".into()),
    }
}
