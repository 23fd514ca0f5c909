//! eZmax "Module SSPR": self-service password reset.
//!
//! Dialect: Hungarian field names, `POST` only, `204` for anything done, and one error body with a
//! code from a closed list. Contract: `openapi/sspr.yaml`.

mod call;
mod claim;
mod error;
mod fields;
#[cfg(any(test, fuzzing))]
pub(super) mod fuzzing;
mod key;
mod model;
mod reset_password;
mod reset_password_request;
mod send_usernames;
mod signature;
mod specimens;
mod unlock_account;
mod unlock_account_request;
mod validate_token;

use std::sync::Arc;

use axum::http::header::{ALLOW, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Extension, Router};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::error::Error;
pub(super) use self::specimens::specimens;
use super::surface::Surface;
use crate::recovery::{Fault, Recovery};

/// Where the family is served: the contract's base path and module.
pub(super) const BASE: &str = "/rest/1/module/sspr";

/// Where callers reach us; what signatures are made for.
#[derive(Clone)]
struct PublicUrl(Arc<str>);

fn operations() -> OpenApiRouter<Recovery> {
    OpenApiRouter::with_openapi(model::base())
        .routes(routes!(reset_password_request::reset_password_request))
        .routes(routes!(reset_password::reset_password))
        .routes(routes!(send_usernames::send_usernames))
        .routes(routes!(unlock_account_request::unlock_account_request))
        .routes(routes!(unlock_account::unlock_account))
        .routes(routes!(validate_token::validate_token))
}

/// The six operations.
pub(super) fn router(surface: &Surface) -> Router<Recovery> {
    let (router, _) = operations().split_for_parts();
    router
        // Clients of 1.0.31 and 1.0.32 call this one path with a slash at its end (D16).
        .route(
            "/resetPasswordRequest/",
            post(reset_password_request::reset_password_request),
        )
        .method_not_allowed_fallback(async || {
            let mut response = Error::Method.into_response();
            response
                .headers_mut()
                .insert(ALLOW, HeaderValue::from_static("POST"));
            response
        })
        .fallback(async || Error::Route)
        .layer(Extension(PublicUrl(surface.public_url.as_str().into())))
}

/// The document that describes [`router`].
pub(super) fn document() -> utoipa::openapi::OpenApi {
    let nested = OpenApiRouter::with_openapi(model::base()).nest(BASE, operations());
    nested.into_openapi()
}

/// What this dialect says about a path that nobody serves (row 1).
pub(super) fn unknown_path() -> Response {
    Error::Route.into_response()
}

/// What this dialect says to a request that does not say, once, which host it was sent to.
pub(super) fn no_host() -> Response {
    Error::Host.into_response()
}

/// What this dialect says when it is our fault (rows 17 and 18).
pub(super) fn fault(fault: Fault) -> Response {
    Error::Fault(fault).into_response()
}
