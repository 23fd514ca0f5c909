//! The documents that describe the APIs, as this very binary serves them, and pages for people to
//! read them.

mod examples;
mod page;
mod schema;

use std::sync::LazyLock;

use axum::Router;
use axum::http::{Method, header};
use axum::routing::get;
use serde_json::{Value, json};

use super::specimen::Specimen;
use super::{clevermaps, cyclos, sspr, turbosmtp};
use crate::recovery::Recovery;

/// A family, how to make its document, and answers to show in it.
type Family = (
    &'static str,
    fn() -> utoipa::openapi::OpenApi,
    fn() -> Vec<Specimen>,
);

/// Every family that is served.
const FAMILIES: [Family; 4] = [
    ("sspr", sspr::document, sspr::specimens),
    ("cyclos", cyclos::document, cyclos::specimens),
    ("clevermaps", clevermaps::document, clevermaps::specimens),
    ("turbosmtp", turbosmtp::document, turbosmtp::specimens),
];

/// The documents, made when they are first asked for.
static DOCUMENTS: LazyLock<Vec<(&'static str, Value)>> = LazyLock::new(|| {
    let make = |(name, document, specimens): Family| {
        let mut document = serde_json::to_value(document()).unwrap_or_default();
        complete(&mut document);
        examples::add(&mut document, specimens());
        (name, document)
    };
    FAMILIES.into_iter().map(make).collect()
});

/// Says what the families leave unsaid: that an operation asks for no credentials unless it names
/// some, and under which licence the description is.
fn complete(document: &mut Value) {
    if document.get("security").is_none() {
        document["security"] = json!([]);
    }
    let license = env!("CARGO_PKG_LICENSE");
    document["info"]["license"] = json!({ "name": license, "identifier": license });
}

/// The names of the families, as `rekey openapi` and `/openapi/{family}.json` know them.
pub fn families() -> impl Iterator<Item = &'static str> {
    FAMILIES.into_iter().map(|(name, _, _)| name)
}

/// The document of a family, as JSON.
pub fn document(family: &str) -> Option<String> {
    let (_, document) = DOCUMENTS.iter().find(|(name, _)| *name == family)?;
    serde_json::to_string_pretty(document).ok()
}

/// Every documented operation: its family, method, route and name. Asked for at every start, so nothing of
/// the documents is kept for it.
pub(super) fn operations() -> Vec<(&'static str, Method, String, String)> {
    let mut found = Vec::new();
    for (family, document, _) in FAMILIES {
        let document = serde_json::to_value(document()).unwrap_or_default();
        for (path, method, operation) in schema::operations(&document) {
            let name = operation["operationId"].as_str().unwrap_or(path);
            if let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) {
                found.push((family, method, path.to_owned(), name.to_owned()));
            }
        }
    }
    found
}

pub(super) fn router() -> Router<Recovery> {
    families()
        .fold(Router::new(), |router, family| {
            let answer = move || async move {
                let json = [(header::CONTENT_TYPE, "application/json")];
                (json, document(family).unwrap_or_default())
            };
            router.route(&format!("/openapi/{family}.json"), get(answer))
        })
        .merge(page::router())
}
