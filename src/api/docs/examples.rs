//! Examples for a document: refusals as the families' own errors write them, everything else of the
//! examples that the types give for their members.

use axum::body::to_bytes;
use axum::http::StatusCode;
use futures::FutureExt as _;
use serde_json::{Map, Value, json};

use super::schema;
use crate::api::specimen::Specimen;

/// The longest answer that makes an example.
const LONGEST: usize = 16 * 1024;

/// An answer, taken apart.
struct Shown {
    about: &'static str,
    status: StatusCode,
    body: Value,
}

/// Gives each body of a document an example that has none.
pub(super) fn add(document: &mut Value, specimens: Vec<Specimen>) {
    let shown: Vec<Shown> = specimens.into_iter().filter_map(taken_apart).collect();
    let before = document.clone();
    for (path, method, operation) in schema::operations(&before) {
        let after = &mut document["paths"][path][method];
        if let Some(content) = operation.pointer("/requestBody/content") {
            give(&before, content, &[], &mut after["requestBody"]["content"]);
        }
        for (status, response) in operation["responses"].as_object().into_iter().flatten() {
            let is_same = |shown: &&Shown| shown.status.as_str() == status;
            let shown: Vec<&Shown> = shown.iter().filter(is_same).collect();
            if let Some(content) = response.get("content") {
                let after = &mut after["responses"][status]["content"];
                give(&before, content, &shown, after);
            }
        }
    }
}

fn give(document: &Value, content: &Value, shown: &[&Shown], after: &mut Value) {
    for (media, body) in content.as_object().into_iter().flatten() {
        let has_one = body.get("example").is_some() || body.get("examples").is_some();
        if has_one || !media.ends_with("json") {
            continue;
        }
        let fitting: Map<String, Value> = shown
            .iter()
            .filter(|shown| schema::fits(document, &body["schema"], &shown.body))
            .map(|shown| {
                let example = json!({ "summary": shown.about, "value": shown.body });
                (shown.about.replace([' ', ','], "-"), example)
            })
            .collect();
        if fitting.is_empty() {
            after[media]["example"] = schema::example(document, &body["schema"]);
        } else {
            after[media]["examples"] = Value::Object(fitting);
        }
    }
}

/// An answer that is made already needs no waiting for.
fn taken_apart((about, response): Specimen) -> Option<Shown> {
    let (head, body) = response.into_parts();
    let body = to_bytes(body, LONGEST).now_or_never()?.ok()?;
    let body = serde_json::from_slice(&body).ok()?;
    Some(Shown {
        about,
        status: head.status,
        body,
    })
}
