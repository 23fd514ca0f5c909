//! What an operator's machinery asks.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::json;

use crate::recovery::Recovery;

/// `/health/live` and `/health/ready`, for both listeners.
pub(super) fn health() -> Router<Recovery> {
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
}

/// The operator listener.
pub fn router(recovery: Recovery) -> Router {
    Router::new()
        .merge(health())
        .layer(axum::middleware::map_response(super::response::harden))
        .with_state(recovery)
}

/// The process is up. Asks nobody, so it stays quick when everything else is slow.
async fn live() -> Response {
    answer(StatusCode::OK, &json!({ "status": "live" }))
}

/// The database answers, its schema is the one this binary was made for, mail leaves the house, and
/// nobody told the process to stop.
async fn ready(State(recovery): State<Recovery>) -> Response {
    if recovery.is_leaving() {
        let body = json!({ "status": "leaving" });
        return answer(StatusCode::SERVICE_UNAVAILABLE, &body);
    }
    match recovery.health().await {
        Ok(health) if health.is_behind => {
            let body = json!({ "status": "mail is not leaving", "mail": health.mail });
            answer(StatusCode::SERVICE_UNAVAILABLE, &body)
        }
        Ok(health) if !health.is_current => {
            let body = json!({ "status": "migrations are missing", "mail": health.mail });
            answer(StatusCode::SERVICE_UNAVAILABLE, &body)
        }
        Ok(health) => answer(
            StatusCode::OK,
            &json!({ "status": "ready", "mail": health.mail }),
        ),
        Err(fault) => {
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
