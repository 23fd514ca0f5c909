//! What happens when it is our fault.
//!
//! Building a response has no side effects: a fault rides in the response's extensions, and one
//! layer logs it, once, with its whole chain of causes. Its text never reaches a client.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use tokio::time::timeout;
use tower_http::catch_panic::CatchPanicLayer;

use crate::recovery::{Fault, Recovery};

/// No request may take longer.
const DEADLINE: Duration = Duration::from_secs(30);

/// Attaches `fault` to a response, for the log to find.
pub(super) fn blame(mut response: Response, fault: Fault) -> Response {
    response.extensions_mut().insert(Arc::new(fault));
    response
}

/// Makes a family's router answer panics and lost time in its own words.
pub(super) fn guarded(router: Router<Recovery>, refuse: fn(Fault) -> Response) -> Router<Recovery> {
    let deadline = move |request: Request, next: Next| async move {
        match timeout(DEADLINE, next.run(request)).await {
            Ok(response) => response,
            Err(elapsed) => refuse(Fault::Unavailable(elapsed.into())),
        }
    };
    let panicked = move |panic: Box<dyn Any + Send>| refuse(Fault::broken(describe(&*panic)));
    router
        .layer(from_fn(deadline))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(log_faults))
}

/// Logs each fault once.
async fn log_faults(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
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
