//! `RateLimit-Policy` and `RateLimit`: what the limit on the caller's address is, and leaves them
//! (draft-ietf-httpapi-ratelimit-headers-11).

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;

use crate::domain::Timestamp;
use crate::recovery::{Allowance, Origin};

/// What the limit is.
pub(super) const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// What it leaves.
pub(super) const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// Tells of the limit that counted a request, if one on its caller's address did.
///
/// A redirection says nothing, or its caller might wait before following it. Where something else asks
/// them to wait, what this limit leaves would contradict it and is not told.
pub(super) fn tell(response: &mut Response, origin: &Origin, now: Timestamp) {
    let Some(allowance) = origin.note.read() else {
        return;
    };
    if response.status().is_redirection() {
        return;
    }
    let headers = response.headers_mut();
    let Allowance {
        policy, rate, left, ..
    } = allowance;
    let (times, window) = (rate.times, rate.per.whole_seconds());
    if let Ok(value) = HeaderValue::try_from(format!("\"{policy}\";q={times};w={window}")) {
        headers.insert(POLICY, value);
    }
    let wait = headers.get(RETRY_AFTER).and_then(|wait| wait.to_str().ok());
    let resets = match wait {
        None => Some(allowance.resets_after(now).to_string()),
        Some(wait) if allowance.is_refusal => Some(wait.to_owned()),
        Some(_) => None,
    };
    let value = resets.map(|resets| format!("\"{policy}\";r={left};t={resets}"));
    if let Some(Ok(value)) = value.map(HeaderValue::try_from) {
        headers.insert(LIMIT, value);
    }
}
