//! Which browser front ends may call from another origin.

use std::convert::Infallible;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::Request;
use axum::http::header::ACCESS_CONTROL_REQUEST_METHOD;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::response::Response;
use futures::future::Either;
use tower::{Layer, Service};
use tower_http::cors::{AllowOrigin, Cors, CorsLayer};

use super::quota;

/// For how long a browser need not ask again: as long as Chromium remembers it at most.
const REMEMBERED: Duration = Duration::from_hours(2);

/// What the families' clients send beyond what every page may.
const SENT: [&str; 19] = [
    "authorization",
    "content-type",
    "accept",
    // SSPR: signed requests (contracts/sspr.md, 6).
    "ezmax-date",
    "ezmax-fingerprint",
    "ezmax-signature",
    // TurboSMTP: keys in two halves.
    "consumerkey",
    "consumersecret",
    // Cyclos (contracts/cyclos.md, 1.2). The last two tell how its front end looks.
    "session-token",
    "access-client-token",
    "confirmationpassword",
    "channel",
    "session-prefix",
    "principal-type",
    "preferred-locale",
    "x-theme",
    // Generated clients in JavaScript: they name themselves, and some pages their requests.
    "user-agent",
    "x-requested-with",
    "x-request-id",
];

/// Lets the listed origins in, with what their clients send; nothing at all without any.
pub(super) fn layer(origins: &[String]) -> Option<Listed> {
    let origins: Vec<_> = origins
        .iter()
        .filter_map(|origin| HeaderValue::from_str(origin).ok())
        .collect();
    if origins.is_empty() {
        return None;
    }
    let layer = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers(SENT.map(HeaderName::from_static))
        .expose_headers([
            header::RETRY_AFTER,
            quota::POLICY,
            quota::LIMIT,
            HeaderName::from_static("x-request-id"),
        ])
        .allow_credentials(true)
        .max_age(REMEMBERED);
    Some(Listed(layer))
}

/// Answers what browsers ask before they call from another origin. An `OPTIONS` that asks for nothing
/// of that is a wrong method like another.
#[derive(Clone)]
pub(super) struct Listed(CorsLayer);

impl<S: Clone> Layer<S> for Listed {
    type Service = ListedService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ListedService {
            crossing: self.0.layer(inner.clone()),
            inner,
        }
    }
}

/// The service of [`Listed`].
#[derive(Clone)]
pub(super) struct ListedService<S> {
    crossing: Cors<S>,
    inner: S,
}

impl<S> Service<Request> for ListedService<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Either<S::Future, <Cors<S> as Service<Request>>::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        match self.inner.poll_ready(context) {
            Poll::Ready(Ok(())) => self.crossing.poll_ready(context),
            waiting @ (Poll::Ready(Err(_)) | Poll::Pending) => waiting,
        }
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if request.method() == Method::OPTIONS && !is_preflight(&request) {
            Either::Left(self.inner.call(request))
        } else {
            Either::Right(self.crossing.call(request))
        }
    }
}

/// What the Fetch standard calls a CORS-preflight request.
fn is_preflight(request: &Request) -> bool {
    let headers = request.headers();
    headers.contains_key(header::ORIGIN) && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}
