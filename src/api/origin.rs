//! Who is calling, and what the call is called.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;
use tracing::Instrument as _;

use super::{host, language, quota};
use crate::recovery::{Origin, Recovery};

/// Proxies whose word on a caller's address is taken.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(pub Arc<[IpNet]>);

/// What answers a request that cannot be for anybody.
pub(super) type Refusal = fn(&Uri) -> Response;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Names the request, finds out where it came from, and writes a line about how it went.
///
/// The line holds the route and never the path: a path may hold a secret.
pub(super) async fn identify(
    State((recovery, proxies, no_host)): State<(Recovery, TrustedProxies, Refusal)>,
    mut request: Request,
    next: Next,
) -> Response {
    let request_id = presented_id(request.headers()).unwrap_or_else(|| recovery.name_request());
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
    let address = proxies.caller(peer.to_canonical(), request.headers());
    let origin = Origin {
        language: language::said(request.headers()),
        ..Origin::new(address, request_id.clone())
    };
    request.extensions_mut().insert(origin.clone());

    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|route| route.as_str().to_owned());
    let span = tracing::info_span!(
        "request", %request_id, method = %request.method(), route = route.as_deref().unwrap_or("-")
    );
    let mut response = async {
        let response = if host::is_one(&request) {
            next.run(request).await
        } else {
            no_host(request.uri())
        };
        tracing::info!(status = response.status().as_u16(), "answered a request");
        response
    }
    .instrument(span)
    .await;
    quota::tell(&mut response, &origin, recovery.now());
    if let Ok(value) = HeaderValue::try_from(request_id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    response
}

impl<S: Sync> FromRequestParts<S> for Origin {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let nowhere = || Self::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), String::new());
        Ok(parts.extensions.get().cloned().unwrap_or_else(nowhere))
    }
}

/// The name that somebody before us gave the request, if it can go into a log as it is.
fn presented_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(X_REQUEST_ID)?.to_str().ok()?;
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    ((1..=64).contains(&id.len()) && id.bytes().all(is_plain)).then(|| id.to_owned())
}

impl TrustedProxies {
    /// The caller's address: the right-most hop that is not one of our proxies (L-07, lesson L24).
    ///
    /// A peer we do not trust can say what it likes; it is the caller. Where `X-Forwarded-For` and
    /// `Forwarded` are both present and disagree, somebody forged one, and neither is believed.
    pub(super) fn caller(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.trusts(peer) {
            return peer;
        }
        let listed = hops(headers, &X_FORWARDED_FOR, |hop| address(hop.trim()));
        let described = hops(headers, &header::FORWARDED, forwarded_for);
        match (listed, described) {
            (Some(one), None) | (None, Some(one)) => self.rightmost_stranger(peer, &one),
            (Some(one), Some(other)) => {
                let one = self.rightmost_stranger(peer, &one);
                if one == self.rightmost_stranger(peer, &other) {
                    one
                } else {
                    peer
                }
            }
            (None, None) => peer,
        }
    }

    /// Walks back from the peer while hops are ours. An unreadable hop ends the walk.
    fn rightmost_stranger(&self, peer: IpAddr, hops: &[Option<IpAddr>]) -> IpAddr {
        let mut nearest = peer;
        for hop in hops.iter().rev() {
            let Some(hop) = hop else { return nearest };
            nearest = hop.to_canonical();
            if !self.trusts(nearest) {
                return nearest;
            }
        }
        nearest
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// The hops a header lists, over all its lines, left to right.
fn hops(
    headers: &HeaderMap,
    name: &HeaderName,
    read: fn(&str) -> Option<IpAddr>,
) -> Option<Vec<Option<IpAddr>>> {
    let mut hops = Vec::new();
    for line in headers.get_all(name) {
        // Hop by hop: what a caller wrote in front makes nothing unreadable that a proxy wrote behind.
        let each = line.as_bytes().split(|byte| *byte == b',');
        hops.extend(each.map(|hop| str::from_utf8(hop).ok().and_then(read)));
    }
    (!hops.is_empty()).then_some(hops)
}

/// The `for` of one element of `Forwarded` (RFC 7239): an address, perhaps in quotes and brackets,
/// perhaps with a port.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let value = element.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        name.eq_ignore_ascii_case("for").then_some(value)
    })?;
    address(value.trim_matches('"'))
}

/// An address as proxies write it: alone, with a port (Azure's gateways do so), and IPv6 perhaps in
/// brackets.
fn address(text: &str) -> Option<IpAddr> {
    let socket = || text.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    // RFC 7239, 6.3: a port may be hidden behind a name like `_gazonk`, and IPv4 have one too.
    let named = || {
        let (host, port) = text.rsplit_once(':')?;
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        let hidden = port.strip_prefix('_')?;
        (!hidden.is_empty() && hidden.bytes().all(is_name)).then_some(host)
    };
    let bare = |text: &str| {
        let inner = text
            .strip_prefix('[')
            .and_then(|text| text.strip_suffix(']'));
        match inner {
            Some(inner) => inner.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
            None => text.parse().ok(),
        }
    };
    bare(text).or_else(socket).or_else(|| {
        let host = named()?;
        // Without brackets the last part of an IPv6 address would pass for a port.
        (host.starts_with('[') || !host.contains(':')).then(|| bare(host))?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(peer: &str, lines: &[(&'static str, &str)]) -> String {
        let proxies = TrustedProxies(Arc::new(["10.0.0.0/8".parse().unwrap()]));
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), value.parse().unwrap());
        }
        proxies.caller(peer.parse().unwrap(), &headers).to_string()
    }

    /// L-07.
    #[test]
    fn l24_only_a_trusted_peer_is_believed_and_only_its_rightmost_stranger() {
        let xff = "x-forwarded-for";
        assert_eq!(caller("192.0.2.1", &[(xff, "198.51.100.1")]), "192.0.2.1");
        assert_eq!(
            caller("10.0.0.1", &[(xff, "6.6.6.6, 198.51.100.1, 10.0.0.2")]),
            "198.51.100.1"
        );
        assert_eq!(
            caller("10.0.0.1", &[(xff, "6.6.6.6"), (xff, "198.51.100.1")]),
            "198.51.100.1"
        );
        assert_eq!(
            caller("10.0.0.1", &[(xff, "198.51.100.1, nonsense")]),
            "10.0.0.1"
        );
        assert_eq!(caller("10.0.0.1", &[]), "10.0.0.1");
        // A proxy adds to the line that it was sent, whatever is in that.
        assert_eq!(
            caller("10.0.0.1", &[(xff, "\u{e9}, 198.51.100.1")]),
            "198.51.100.1"
        );
    }

    #[test]
    fn reads_forwarded_and_believes_neither_when_they_disagree() {
        let (xff, fwd) = ("x-forwarded-for", "forwarded");
        assert_eq!(
            caller("10.0.0.1", &[(fwd, "for=198.51.100.1;proto=https")]),
            "198.51.100.1"
        );
        assert_eq!(
            caller("10.0.0.1", &[(fwd, "For=\"[2001:db8::1]:4711\"")]),
            "2001:db8::1"
        );
        let both = [(xff, "6.6.6.6"), (fwd, "for=198.51.100.1")];
        assert_eq!(caller("10.0.0.1", &both), "10.0.0.1");
    }

    /// L-07: what is behind the address changes nothing of whom it names, and what is no address is
    /// none.
    #[test]
    fn ports_behind_forwarded_addresses_are_no_part_of_them() {
        let (xff, fwd) = ("x-forwarded-for", "forwarded");
        for (written, named) in [
            ("198.51.100.1:5678", "198.51.100.1"),
            ("[2001:db8::1]:5678", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[::ffff:198.51.100.1]:5678", "198.51.100.1"),
            ("6.6.6.6:1, 198.51.100.1:2, 10.0.0.2:3", "198.51.100.1"),
            ("198.51.100.1:_hidden", "198.51.100.1"),
            ("[2001:db8::1]:_hidden", "2001:db8::1"),
        ] {
            assert_eq!(caller("10.0.0.1", &[(xff, written)]), named, "{written}");
            let elements = written.split(", ").map(|hop| format!("for=\"{hop}\""));
            let elements = elements.collect::<Vec<_>>().join(", ");
            assert_eq!(caller("10.0.0.1", &[(fwd, &elements)]), named, "{elements}");
        }
        for nobody in [
            "198.51.100.1:",
            "198.51.100.1:99999",
            "198.51.100.1:5678:9",
            "198.51.100.1 5678",
            "[198.51.100.1]:5678",
            "[2001:db8::1",
            "2001:db8::1]",
            "[2001:db8::1]5678",
            "[2001:db8::1]x",
            "2001:db8::1:_hidden",
            "198.51.100.1:_",
            "acme.example:5678",
            ":5678",
            "unknown",
            "",
        ] {
            assert_eq!(caller("10.0.0.1", &[(xff, nobody)]), "10.0.0.1", "{nobody}");
            let element = format!("for=\"{nobody}\"");
            assert_eq!(
                caller("10.0.0.1", &[(fwd, &element)]),
                "10.0.0.1",
                "{nobody}"
            );
        }
    }
}
