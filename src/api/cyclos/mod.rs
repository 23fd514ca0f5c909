//! Cyclos `AuthApi` and `PasswordsApi`: sessions, one-time codes, forgotten passwords, and every
//! password a person has.
//!
//! Dialect: camel-case fields, absent rather than `null`; errors whose `code` says what the rest of
//! the body means. Two families, one dialect. Contract: `openapi/cyclos.yaml`.

mod answer;
mod auth;
mod body;
mod call;
mod credentials;
mod document;
mod error;
mod fields;
#[cfg(any(test, fuzzing))]
pub(super) mod fuzzing;
mod model;
mod neighbours;
mod passwords;
mod query;
mod refusals;
mod specimens;

use axum::Router;
use axum::response::{IntoResponse as _, Response};
use utoipa_axum::router::OpenApiRouter;

use self::error::Error;
use self::model::error::BadRequestError;
use super::surface::Surface;
use crate::recovery::{Fault, Recovery};

pub(super) use self::specimens::specimens;

/// Where both families are served: the contract's base path.
pub(super) const BASE: &str = "/api";

fn operations(surface: &Surface) -> OpenApiRouter<Recovery> {
    OpenApiRouter::with_openapi(document::base())
        .merge(auth::operations(surface))
        .merge(passwords::operations())
        .merge(neighbours::operations())
}

/// The 23 operations, one alias, and three neighbours.
pub(super) fn router(surface: &Surface) -> Router<Recovery> {
    let (router, _) = operations(surface).split_for_parts();
    // Unknown paths are for the whole service to answer: another dialect is served below ours.
    router.method_not_allowed_fallback(async || Error::Method)
}

/// The document that describes [`router`].
pub(super) fn document() -> utoipa::openapi::OpenApi {
    let nested =
        OpenApiRouter::with_openapi(document::base()).nest(BASE, operations(&Surface::default()));
    let mut document = nested.into_openapi();
    if let Some(components) = &mut document.components {
        for schema in components.schemas.values_mut() {
            document::as_published(schema);
        }
    }
    document
}

/// What this dialect says about a path that nobody serves.
pub(super) fn unknown_path() -> Response {
    Error::not_found("Path", "").into_response()
}

/// What this dialect says to a request that does not say, once, which host it was sent to.
pub(super) fn no_host() -> Response {
    Error::BadRequest(BadRequestError::general(
        "The host is missing, repeated or not valid",
    ))
    .into_response()
}

/// What this dialect says when it is our fault.
pub(super) fn fault(fault: Fault) -> Response {
    Error::Fault(fault).into_response()
}

/// What is left of an answer to a caller who wants these `fields`; `None` where they contradict
/// themselves. For the micro benches: handlers do it on the way.
#[doc(hidden)]
pub fn filtered<'a>(
    fields: impl IntoIterator<Item = &'a str>,
    answer: serde_json::Value,
) -> Option<serde_json::Value> {
    Some(fields::Fields::parse(fields).ok()?.filter(answer))
}
