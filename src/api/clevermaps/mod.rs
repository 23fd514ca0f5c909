//! CleverMaps password reset.
//!
//! Dialect: the token is in the path, success has a status and mostly no body, and a refusal is a
//! status with one fixed message. Contract: `openapi/clevermaps.yaml`.

mod caller;
#[cfg(any(test, fuzzing))]
pub(super) mod fuzzing;
mod model;
mod reset;
mod send;
mod specimens;
mod verify;
mod wire;

use axum::Router;
use axum::response::{IntoResponse as _, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) use self::specimens::specimens;
use self::wire::Error;
use crate::recovery::{Fault, Recovery};

/// Where the family is served: the contract's base path and collection.
pub(super) const BASE: &str = "/rest/accounts";

fn operations() -> OpenApiRouter<Recovery> {
    OpenApiRouter::with_openapi(model::base())
        .routes(routes!(send::send))
        .routes(routes!(verify::verify, reset::reset))
}

/// The three operations.
pub(super) fn router() -> Router<Recovery> {
    let (router, _) = operations().split_for_parts();
    router
        .method_not_allowed_fallback(async || Error::Method)
        .fallback(async || Error::NotFound)
}

/// The document that describes [`router`].
pub(super) fn document() -> utoipa::openapi::OpenApi {
    let nested = OpenApiRouter::with_openapi(model::base()).nest(BASE, operations());
    nested.into_openapi()
}

/// What this dialect says about a path that nobody serves.
pub(super) fn unknown_path() -> Response {
    Error::NotFound.into_response()
}

/// What this dialect says to a request that does not say, once, which host it was sent to.
pub(super) fn no_host() -> Response {
    Error::BadRequest.into_response()
}

/// What this dialect says when it is our fault.
pub(super) fn fault(fault: Fault) -> Response {
    Error::Fault(fault).into_response()
}
