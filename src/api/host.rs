//! Which host a request was sent to, for the dialects whose tenant is found by it.

use axum::extract::Request;
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri, Version};

/// The host name, in lower case, without a port and without the dot that ends a name for good; empty
/// where there is none that can be read.
///
/// Only a choice of tenant hangs on it: links in letters come from configuration (T-12).
pub(super) fn host(parts: &Parts) -> String {
    let host = authority(parts).map(|authority| authority.host().to_ascii_lowercase());
    let mut host = host.unwrap_or_default();
    // `acme.localhost.` is the same name, said to be whole (RFC 1034, 3.1).
    if host.len() > 1 && host.ends_with('.') {
        host.pop();
    }
    host
}

/// The host and port that a request was sent to, as its caller wrote them.
///
/// A target in absolute form says it best (RFC 9112, 3.2.2), and so does `:authority` of HTTP/2,
/// which arrives in the same place.
pub(super) fn authority(parts: &Parts) -> Option<Authority> {
    let header = || read(parts.headers.get(HOST)?.as_bytes());
    parts.uri.authority().cloned().or_else(header)
}

/// Whether a request says where it was sent to, and says it once: whoever stands before us may have
/// looked at another of two (RFC 9112, 3.2; RFC 9113, 8.3.1).
pub(super) fn is_one(request: &Request) -> bool {
    is_said_once(request.version(), request.uri(), request.headers())
}

fn is_said_once(version: Version, uri: &Uri, headers: &HeaderMap) -> bool {
    let target = uri.authority();
    if target.is_some_and(|target| !is_host(target)) {
        return false;
    }
    let mut said = headers.get_all(HOST).iter();
    let header = said.next();
    if said.next().is_some() {
        return false;
    }
    let Some(header) = header else {
        // HTTP/1.0 does not ask for the header; HTTP/2 has a place of its own for what it says.
        return version < Version::HTTP_11 || (version >= Version::HTTP_2 && target.is_some());
    };
    // Empty where the caller has no name for us.
    if header.is_empty() {
        return version < Version::HTTP_2 || target.is_some();
    }
    match (read(header.as_bytes()), target) {
        (None, _) => false,
        // A proxy that is given an absolute target is to write the header anew, so that one may differ;
        // in HTTP/2 both are the caller's.
        (Some(header), Some(target)) if version >= Version::HTTP_2 => is_same(&header, target),
        (Some(_), _) => true,
    }
}

/// Whether both name one place. Which port is meant by none, only the scheme would say.
fn is_same(one: &Authority, other: &Authority) -> bool {
    let ports = (one.port_u16(), other.port_u16());
    let is_port = match ports {
        (Some(one), Some(other)) => one == other,
        (None, Some(port)) | (Some(port), None) => matches!(port, 80 | 443),
        (None, None) => true,
    };
    is_port && one.host().eq_ignore_ascii_case(other.host())
}

/// A host, and a port perhaps.
fn read(bytes: &[u8]) -> Option<Authority> {
    Authority::try_from(bytes).ok().filter(is_host)
}

/// Whether it is a host and a port and nothing more: a user part before it is there to be taken for the
/// host (`acme.example@evil.example`).
fn is_host(authority: &Authority) -> bool {
    let text = authority.as_str();
    let port = text.strip_prefix(authority.host()).unwrap_or("@");
    let port = port.strip_prefix(':').unwrap_or(port);
    !authority.host().is_empty()
        && (port.bytes().all(|byte| byte.is_ascii_digit()))
        && (port.is_empty() || port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderValue, Request};

    fn host_of(target: &str, header: Option<&[u8]>) -> String {
        let mut request = Request::new(());
        *request.uri_mut() = target.parse().unwrap();
        if let Some(header) = header {
            let header = HeaderValue::from_bytes(header).unwrap();
            request.headers_mut().insert(HOST, header);
        }
        host(&request.into_parts().0)
    }

    #[test]
    fn the_target_wins_over_the_header_and_the_port_is_dropped() {
        assert_eq!(
            host_of("/x", Some(b"Demo.LocalHost:8080")),
            "demo.localhost"
        );
        assert_eq!(
            host_of("http://A.example:1/x", Some(b"b.example")),
            "a.example"
        );
        assert_eq!(host_of("/x", Some(b"[2001:DB8::1]:8080")), "[2001:db8::1]");
        assert_eq!(host_of("/x", Some(b"d\xe9mo")), "");
        assert_eq!(host_of("/x", Some(b"not a host")), "");
        assert_eq!(host_of("/x", Some(b"a.example@b.example")), "");
        assert_eq!(host_of("/x", Some(b"")), "");
        assert_eq!(host_of("/x", None), "");
    }

    #[test]
    fn a_name_that_is_said_to_be_whole_is_the_name() {
        assert_eq!(host_of("/x", Some(b"Acme.Localhost.")), "acme.localhost");
        assert_eq!(host_of("/x", Some(b"acme.localhost.:1")), "acme.localhost");
        assert_eq!(host_of("http://acme.localhost./x", None), "acme.localhost");
        assert_eq!(host_of("/x", Some(b"acme.localhost..")), "acme.localhost.");
        assert_eq!(host_of("/x", Some(b".")), ".");
    }

    fn is_one(version: Version, target: &str, headers: &[&str]) -> bool {
        let mut map = HeaderMap::new();
        for value in headers {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            map.append(HOST, value);
        }
        is_said_once(version, &target.parse().unwrap(), &map)
    }

    /// RFC 9112, 3.2.
    #[test]
    fn http_1_has_one_host_header() {
        let one = |target: &str, headers: &[&str]| is_one(Version::HTTP_11, target, headers);
        for good in [
            "acme.localhost",
            "acme.localhost.:8080",
            "[::1]:8080",
            "a:",
            "",
        ] {
            assert!(one("/x", &[good]), "{good}");
        }
        assert!(
            one("http://a.example/x", &["b.example"]),
            "the target counts"
        );
        for bad in [
            "acme.localhost@evil.example",
            "acme.localhost:80@evil.example",
            "evil.example\\acme.localhost",
            "evil.example\tacme.localhost",
            "evil.example/acme.localhost",
            "evil.example?acme.localhost",
            "acme.localhost:port",
            "acme.localhost:99999",
            "acme.localhost:+80",
            "acme.localhost, evil.example",
            "acme.localhost:80:80",
            "é.example",
            ":80",
            "@",
        ] {
            assert!(!one("/x", &[bad]), "{bad}");
        }
        assert!(!one("/x", &[]));
        assert!(!one("http://a.example/x", &[]));
        assert!(!one("http://a.example@b.example/x", &["a.example"]));
        assert!(!one("/x", &["a.example", "a.example"]));
        assert!(!one("/x", &["a.example", "b.example"]));
        assert!(is_one(Version::HTTP_10, "/x", &[]));
        assert!(!is_one(Version::HTTP_10, "/x", &["a.example", "b.example"]));
    }

    /// RFC 9113, 8.3.1.
    #[test]
    fn http_2_says_it_once_or_twice_the_same() {
        let one = |target: &str, headers: &[&str]| is_one(Version::HTTP_2, target, headers);
        assert!(one("https://a.example/x", &[]));
        assert!(one("https://a.example/x", &["A.example:443"]));
        assert!(one("/x", &["a.example"]));
        assert!(!one("/x", &[]));
        assert!(!one("https://a.example/x", &["b.example"]));
        assert!(!one("https://a.example:1/x", &["a.example:2"]));
        assert!(!one("https://a.example/x", &["a.example", "a.example"]));
        assert!(!one("https://b.example@a.example/x", &[]));
    }
}
