//! TurboSMTP `AuthenticationApi`: keys, and passwords that are changed or forgotten.
//!
//! Dialect: snake-case fields, `200` for anything done, and bodies of one member, `message`, that
//! holds a key from a list. Contract: `openapi/turbosmtp.yaml`.

mod authorize;
mod call;
mod change_password;
mod deauthorize;
mod error;
mod fields;
mod forgot_password;
#[cfg(any(test, fuzzing))]
pub(super) mod fuzzing;
mod key;
mod model;
mod rules;
mod specimens;

use axum::Router;
use axum::response::{IntoResponse as _, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::error::Error;
use self::forgot_password::{ask, check, update};
pub(super) use self::specimens::specimens;
use crate::recovery::{Fault, Recovery};

/// Where the family is served: the contract's base path.
pub(super) const BASE: &str = "/api/v2";

fn operations() -> OpenApiRouter<Recovery> {
    OpenApiRouter::with_openapi(model::base())
        .routes(routes!(authorize::authorize))
        .routes(routes!(deauthorize::deauthorize))
        .routes(routes!(change_password::change_password))
        .routes(routes!(ask::ask, check::check, update::update))
}

/// The six operations.
pub(super) fn router() -> Router<Recovery> {
    let (router, _) = operations().split_for_parts();
    router
        .method_not_allowed_fallback(async || Error::METHOD)
        .fallback(async || Error::NOT_FOUND)
}

/// The document that describes [`router`].
pub(super) fn document() -> utoipa::openapi::OpenApi {
    let nested = OpenApiRouter::with_openapi(model::base()).nest(BASE, operations());
    nested.into_openapi()
}

/// What this dialect says about a path that nobody serves.
pub(super) fn unknown_path() -> Response {
    Error::NOT_FOUND.into_response()
}

/// What this dialect says to a request that does not say, once, which host it was sent to.
pub(super) fn no_host() -> Response {
    Error::bad_request("host_is_not_valid").into_response()
}

/// What this dialect says when it is our fault.
pub(super) fn fault(fault: Fault) -> Response {
    Error::Fault(fault).into_response()
}
