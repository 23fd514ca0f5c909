//! What an operator's machinery asks.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::json;
use tower::util::MapResponseLayer;

use crate::recovery::{Recovery, Unwell};

/// `/health/live` and `/health/ready`, for both listeners.
pub(super) fn health() -> Router<Recovery> {
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
}

/// Writes down what was counted so far, in the format that Prometheus reads.
pub type Exposition = std::sync::Arc<dyn Fn() -> String + Send + Sync>;

/// The content type of that format.
const METRICS: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The operator listener.
pub fn router(recovery: Recovery, exposition: Exposition) -> Router {
    let metrics = async move || ([(header::CONTENT_TYPE, METRICS)], exposition());
    Router::new()
        .merge(health())
        .route("/metrics", get(metrics))
        .layer(MapResponseLayer::new(super::response::harden))
        .with_state(recovery)
}

/// The process is up. Asks nobody, so it stays quick when everything else is slow.
async fn live() -> Response {
    answer(StatusCode::OK, &json!({ "status": "live" }))
}

/// The database answers, its schema is the one this binary was made for, there are connections to
/// spare, mail leaves the house, and nobody told the process to stop.
async fn ready(State(recovery): State<Recovery>) -> Response {
    if recovery.upkeep.is_leaving() {
        let body = json!({ "status": "leaving" });
        return answer(StatusCode::SERVICE_UNAVAILABLE, &body);
    }
    match recovery.upkeep.health().await {
        Ok(health) => {
            let (status, word) = if health.is_behind {
                (StatusCode::SERVICE_UNAVAILABLE, "mail is not leaving")
            } else if !health.is_current {
                (StatusCode::SERVICE_UNAVAILABLE, "migrations are missing")
            } else {
                (StatusCode::OK, "ready")
            };
            let body = json!({ "status": word, "mail": health.mail, "pool": health.pool });
            answer(status, &body)
        }
        Err(Unwell::Saturated(pool)) => {
            tracing::error!(
                open = pool.open,
                waiting = pool.waiting,
                "every connection is in use"
            );
            let body = json!({ "status": "every connection is in use", "pool": pool });
            answer(StatusCode::SERVICE_UNAVAILABLE, &body)
        }
        Err(Unwell::Fault(fault)) => {
            let fault: &(dyn std::error::Error + 'static) = &fault;
            tracing::error!(error = fault, "not ready");
            let body = json!({ "status": "the database does not answer" });
            answer(StatusCode::SERVICE_UNAVAILABLE, &body)
        }
    }
}

fn answer(status: StatusCode, body: &serde_json::Value) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "application/json")],
        body.to_string(),
    )
        .into_response()
}
