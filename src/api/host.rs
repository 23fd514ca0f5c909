//! Which host a request was sent to, for the dialects whose tenant is found by it.

use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::uri::Authority;

/// The host name, in lower case and without a port; empty where there is none that can be read.
///
/// A target in absolute form says it best (RFC 9112, 3.2.2), and so does `:authority` of HTTP/2,
/// which arrives in the same place. Only a choice of tenant hangs on it: links in letters come from
/// configuration (T-12).
pub(super) fn host(parts: &Parts) -> String {
    let header = || {
        let value = parts.headers.get(HOST)?;
        Authority::try_from(value.as_bytes()).ok()
    };
    let authority = parts.uri.authority().cloned().or_else(header);
    authority.map_or_else(String::new, |authority| {
        authority.host().to_ascii_lowercase()
    })
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
        assert_eq!(host_of("/x", Some(b"")), "");
        assert_eq!(host_of("/x", None), "");
    }
}
