//! What every response carries.

use axum::http::Response;
use axum::http::header::{
    CACHE_CONTROL, HeaderValue, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use tower_http::set_header::SetResponseHeaderLayer;

use super::surface::Surface;

/// Answers may hold personal data, so nobody keeps them; and nobody guesses what they are (H-08).
pub(super) fn harden<B>(mut response: Response<B>) -> Response<B> {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Where callers reach us by TLS, browsers are told never to come without it again (H-08). Other
/// names below ours are not ours to speak for.
pub(super) fn insist_on_tls(surface: &Surface) -> Option<SetResponseHeaderLayer<HeaderValue>> {
    let is_tls = surface.is_tls || surface.public_url.starts_with("https://");
    let year = HeaderValue::from_static("max-age=31536000");
    is_tls.then(|| SetResponseHeaderLayer::overriding(STRICT_TRANSPORT_SECURITY, year))
}
