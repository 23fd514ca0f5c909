//! What is counted of requests.
//!
//! A request is known by the operation it called: a word of our own documents. What somebody typed,
//! such as a path, a header or a made-up method, never becomes a label.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

use super::docs;

const REQUESTS: &str = "rekey_http_requests_total";
const SECONDS: &str = "rekey_http_request_duration_seconds";
const IN_FLIGHT: &str = "rekey_http_requests_in_flight";

/// What a request is counted under that called no documented operation.
const NONE: &str = "none";
/// The family of what is served beside the documented operations.
const OTHER: &str = "other";

/// Says what is counted. To be called once, after a recorder was installed.
pub fn describe() {
    describe_counter!(
        REQUESTS,
        "Requests to the public listener, by what they called and how they were answered."
    );
    describe_histogram!(SECONDS, "How long requests to the public listener took.");
    describe_gauge!(
        IN_FLIGHT,
        "Requests to the public listener that are under way."
    );
    gauge!(IN_FLIGHT).set(0.0);
}

/// Which operation a request calls, by method and route.
#[derive(Clone)]
pub(super) struct Operations(Arc<HashMap<(Method, String), Called>>);

/// What a request calls.
#[derive(Clone)]
struct Called {
    family: &'static str,
    operation: Arc<str>,
}

impl Operations {
    /// Every documented operation.
    pub(super) fn documented() -> Self {
        let operations = docs::operations().into_iter();
        let known = operations.map(|(family, method, path, operation)| {
            let operation = operation.into();
            ((method, path), Called { family, operation })
        });
        Self(Arc::new(known.collect()))
    }

    fn called(&self, request: &Request) -> Called {
        let route = request.extensions().get::<MatchedPath>();
        let route = route.map_or(NONE, MatchedPath::as_str);
        // HEAD is answered by whoever answers GET.
        let method = match *request.method() {
            Method::HEAD => Method::GET,
            ref method => method.clone(),
        };
        let known = self.0.get(&(method, route.to_owned()));
        known.cloned().unwrap_or_else(|| Called {
            family: if route == NONE { NONE } else { OTHER },
            operation: route.into(),
        })
    }
}

/// Counts a request and its answer, and one that its caller did not wait for.
pub(super) async fn count(
    State(operations): State<Operations>,
    request: Request,
    next: Next,
) -> Response {
    let mut counted = Counted::begin(operations.called(&request), request.method());
    let response = next.run(request).await;
    counted.status = Some(response.status().as_u16());
    response
}

/// A request under way.
struct Counted {
    called: Called,
    method: &'static str,
    since: Instant,
    status: Option<u16>,
}

impl Counted {
    fn begin(called: Called, method: &Method) -> Self {
        gauge!(IN_FLIGHT).increment(1.0);
        Self {
            called,
            method: known(method),
            since: Instant::now(),
            status: None,
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        gauge!(IN_FLIGHT).decrement(1.0);
        let Called { family, operation } = &self.called;
        let status = self
            .status
            .map_or_else(|| "gone".to_owned(), |status| status.to_string());
        counter!(
            REQUESTS,
            "family" => *family, "operation" => Arc::clone(operation), "method" => self.method, "status" => status
        )
        .increment(1);
        histogram!(SECONDS, "family" => *family, "operation" => Arc::clone(operation))
            .record(self.since.elapsed());
    }
}

/// A method, if it is one that anybody may have a reason to use.
fn known(method: &Method) -> &'static str {
    const KNOWN: [Method; 7] = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ];
    const NAMES: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let found = KNOWN.iter().zip(NAMES).find(|(known, _)| *known == method);
    found.map_or("other", |(_, name)| name)
}
