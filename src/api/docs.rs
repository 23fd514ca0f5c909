//! The documents that describe the APIs, as this very binary serves them.

use axum::Router;
use axum::http::header;
use axum::routing::get;

use super::{clevermaps, cyclos, sspr, turbosmtp};
use crate::recovery::Recovery;

/// A family and how to make its document.
type Document = (&'static str, fn() -> utoipa::openapi::OpenApi);

/// Every family that is served.
const FAMILIES: [Document; 4] = [
    ("sspr", sspr::document),
    ("cyclos", cyclos::document),
    ("clevermaps", clevermaps::document),
    ("turbosmtp", turbosmtp::document),
];

/// The names of the families, as `rekey openapi` and `/openapi/{family}.json` know them.
pub fn families() -> impl Iterator<Item = &'static str> {
    FAMILIES.into_iter().map(|(name, _)| name)
}

/// The document of a family, as JSON.
pub fn document(family: &str) -> Option<String> {
    let (_, document) = FAMILIES.into_iter().find(|(name, _)| *name == family)?;
    document().to_pretty_json().ok()
}

pub(super) fn router() -> Router<Recovery> {
    families().fold(Router::new(), |router, family| {
        let body = document(family).unwrap_or_default();
        let answer = move || async move { ([(header::CONTENT_TYPE, "application/json")], body) };
        router.route(&format!("/openapi/{family}.json"), get(answer))
    })
}
