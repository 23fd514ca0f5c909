//! What happens when it is our fault.
//!
//! Building a response has no side effects: a fault rides in the response's extensions, and one
//! layer logs it, once, with its whole chain of causes. Its text never reaches a client.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::{Router, http};
use tokio::time::timeout;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

use crate::recovery::Fault;

/// No request may take longer.
const DEADLINE: Duration = Duration::from_secs(30);

/// Attaches `fault` to a response, for the log to find.
pub(super) fn blame(mut response: Response, fault: Fault) -> Response {
    response.extensions_mut().insert(Arc::new(fault));
    response
}

/// Makes a family's router answer panics and lost time in its own words.
pub(super) fn guarded<S: Clone + Send + Sync + 'static>(
    router: Router<S>,
    refuse: fn(Fault) -> Response,
) -> Router<S> {
    let deadline = move |request: Request, next: Next| async move {
        match timeout(DEADLINE, next.run(request)).await {
            Ok(response) => response,
            Err(elapsed) => refuse(Fault::Unavailable(elapsed.into())),
        }
    };
    let panicked = move |panic: Box<dyn Any + Send>| refuse(Fault::broken(describe(&*panic)));
    // One layer of several: a router boxes each it is given, and copies all within for every request.
    let layers = ServiceBuilder::new()
        .map_response(log_fault)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(deadline));
    router.layer(layers)
}

/// Logs a fault, once.
fn log_fault<B>(response: http::Response<B>) -> http::Response<B> {
    if let Some(fault) = response.extensions().get::<Arc<Fault>>() {
        let fault: &(dyn std::error::Error + 'static) = &**fault;
        tracing::error!(error = fault, "request failed");
    }
    response
}

fn describe(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("panicked: {}", text.as_deref().unwrap_or("without a word"))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::response::IntoResponse as _;
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    /// O-04: a panic is answered in the dialect, without a word of it, and the next request is
    /// served.
    #[tokio::test]
    async fn a_panic_is_answered_in_the_dialect() {
        let refuse = |fault: Fault| {
            assert!(
                matches!(&fault, Fault::Broken(cause) if cause.to_string() == "panicked: ouch")
            );
            blame(
                (StatusCode::INTERNAL_SERVER_ERROR, "in the dialect").into_response(),
                fault,
            )
        };
        let router = Router::new()
            .route("/panic", get(async || -> StatusCode { panic!("ouch") }))
            .route("/fine", get(async || StatusCode::NO_CONTENT));
        let router: Router = guarded(router, refuse);
        let send = async |path: &str| {
            let request = Request::builder().uri(path).body(Body::empty()).unwrap();
            router.clone().oneshot(request).await.unwrap()
        };
        let response = send("/panic").await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = axum::body::to_bytes(response.into_body(), 100)
            .await
            .unwrap();
        assert_eq!(&body[..], b"in the dialect");
        assert_eq!(send("/fine").await.status(), StatusCode::NO_CONTENT);
    }
}
