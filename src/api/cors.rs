//! Which browser front ends may call from another origin.

use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::quota;

/// Lets the listed origins in, with what their clients send (contracts/cyclos.md, 1.2); nothing at
/// all without any, so that `OPTIONS` is a wrong method like another.
pub(super) fn layer(origins: &[String]) -> Option<CorsLayer> {
    let origins: Vec<_> = origins
        .iter()
        .filter_map(|origin| HeaderValue::from_str(origin).ok())
        .collect();
    if origins.is_empty() {
        return None;
    }
    let ours = [
        "ezmax-date",
        "ezmax-fingerprint",
        "ezmax-signature",
        "session-token",
        "access-client-token",
        "confirmationpassword",
        "channel",
        "session-prefix",
        "principal-type",
        "consumerkey",
        "consumersecret",
    ];
    let headers = [header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT];
    let headers = headers.into_iter().chain(ours.map(HeaderName::from_static));
    Some(
        CorsLayer::new()
            .allow_origin(AllowOrigin::list(origins))
            .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
            .allow_headers(headers.collect::<Vec<_>>())
            .expose_headers([
                header::RETRY_AFTER,
                quota::POLICY,
                quota::LIMIT,
                HeaderName::from_static("x-request-id"),
            ])
            .allow_credentials(true),
    )
}
