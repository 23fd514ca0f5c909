//! The wire. One folder per dialect; none knows another.

mod body;
pub mod clevermaps;
mod cors;
pub mod cyclos;
pub mod docs;
mod faults;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod host;
mod language;
pub mod meter;
pub mod operator;
mod origin;
mod pages;
mod quota;
mod response;
mod specimen;
pub mod sspr;
mod surface;
pub mod turbosmtp;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use tower::ServiceBuilder;
use tower::util::option_layer;

pub use self::origin::TrustedProxies;
pub use self::surface::Surface;
use crate::recovery::Recovery;

/// The whole public service.
pub fn router(recovery: Recovery, surface: &Surface) -> Router {
    let proxies = surface.trusted_proxies.clone();
    let pasted = pages::Signpost::new(surface);
    // The outermost first. One layer of several: a router boxes each it is given, and copies all within
    // for every request.
    let layers = ServiceBuilder::new()
        .layer(from_fn_with_state(
            meter::Operations::documented(),
            meter::count,
        ))
        .layer(option_layer(response::insist_on_tls(surface)))
        .map_response(response::harden)
        .layer(from_fn_with_state(
            (recovery.clone(), proxies, no_host as origin::Refusal),
            origin::identify,
        ))
        // Within what every answer carries: those to browsers that only ask carry it too.
        .layer(option_layer(cors::layer(&surface.cors_origins)))
        .layer(DefaultBodyLimit::max(body::BODY_LIMIT));
    Router::new()
        .nest(
            sspr::BASE,
            faults::guarded(sspr::router(surface), sspr::fault),
        )
        .nest(
            clevermaps::BASE,
            faults::guarded(clevermaps::router(), clevermaps::fault),
        )
        .nest(
            turbosmtp::BASE,
            faults::guarded(turbosmtp::router(), turbosmtp::fault),
        )
        .nest(
            cyclos::BASE,
            faults::guarded(cyclos::router(surface), cyclos::fault),
        )
        .merge(pages::router(surface))
        .merge(docs::router())
        .merge(operator::health())
        .fallback(move |method: Method, uri: Uri| {
            let led = pasted.lead(&method, &uri);
            async move { led.unwrap_or_else(|| unknown_path(&uri)) }
        })
        .layer(layers)
        .with_state(recovery)
}

/// Answers a request without a host, or with two, in the words of the dialect whose base it is under:
/// whose tenant would it be for?
fn no_host(uri: &Uri) -> Response {
    let path = uri.path();
    if path.starts_with(clevermaps::BASE) {
        clevermaps::no_host()
    } else if path.starts_with("/rest/") {
        sspr::no_host()
    } else if path.starts_with(turbosmtp::BASE) {
        turbosmtp::no_host()
    } else if path.starts_with("/api/") {
        cyclos::no_host()
    } else {
        let said = "The request needs one Host header, with a host and nothing more.\n";
        (StatusCode::BAD_REQUEST, said).into_response()
    }
}

/// Answers a path that nobody serves, in the words of the dialect whose base it is under
/// (design.md, section 2).
fn unknown_path(uri: &Uri) -> Response {
    // The family's own router answers all of its paths but this one: a base with a slash at its end.
    if uri.path().strip_suffix('/') == Some(clevermaps::BASE) {
        clevermaps::unknown_path()
    } else if uri.path().starts_with("/rest/") {
        sspr::unknown_path()
    } else if uri.path().starts_with("/api/v2/") {
        turbosmtp::unknown_path()
    } else if uri.path().starts_with("/api/") {
        cyclos::unknown_path()
    } else {
        (StatusCode::NOT_FOUND, "There is nothing here.\n").into_response()
    }
}
