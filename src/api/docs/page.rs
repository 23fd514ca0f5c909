//! The pages at `/docs`: HTML made here, from the documents. No script runs in them and nothing is
//! fetched from elsewhere, so their policy allows a style sheet of ours and nothing else.

use std::sync::LazyLock;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use minijinja::{Environment, context};
use serde::Serialize;
use serde_json::Value;

use super::schema::{self, Row};
use super::{DOCUMENTS, families};
use crate::recovery::Recovery;

const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

const STYLE: &str = include_str!("style.css");
const INDEX: &str = include_str!("index.html");
const FAMILY: &str = include_str!("family.html");

/// The pages, made when one is first asked for. The first is the list of the others.
static PAGES: LazyLock<Vec<(&'static str, String)>> = LazyLock::new(|| {
    let mut pages = vec![("", render("index.html", INDEX, &listed()))];
    for (name, document) in DOCUMENTS.iter() {
        pages.push((
            name,
            render("family.html", FAMILY, &reference(name, document)),
        ));
    }
    pages
});

pub(super) fn router() -> Router<Recovery> {
    let router = Router::new()
        .route("/docs", get(async || page("")))
        .route("/docs/", get(async || Redirect::permanent("/docs")))
        .route("/docs/style.css", get(async || answer("text/css", STYLE)));
    families().fold(router, |router, family| {
        router.route(&format!("/docs/{family}"), get(async move || page(family)))
    })
}

fn page(name: &str) -> Response {
    match PAGES.iter().find(|(known, _)| *known == name) {
        Some((_, html)) => answer("text/html; charset=utf-8", html),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn answer(kind: &'static str, body: &'static str) -> Response {
    let headers: [(HeaderName, &str); 3] = [
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
    ];
    (headers, body).into_response()
}

fn render(name: &'static str, template: &'static str, values: &minijinja::Value) -> String {
    // The name's ending makes the template escape what it is given.
    let html = Environment::new().render_named_str(name, template, values);
    html.unwrap_or_else(|error| {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "cannot make a page of the reference"
        );
        String::new()
    })
}

fn listed() -> minijinja::Value {
    let entries: Vec<_> = DOCUMENTS
        .iter()
        .map(|(name, document)| {
            let count = schema::operations(document).count();
            context! { name => *name, count, info => given(&document["info"]) }
        })
        .collect();
    context! { families => entries }
}

fn given(value: &impl Serialize) -> minijinja::Value {
    minijinja::value::Serde(value).into()
}

fn reference(name: &str, document: &Value) -> minijinja::Value {
    let operations: Vec<_> = schema::operations(document)
        .map(|(path, method, operation)| Operation::of(document, path, method, operation))
        .collect();
    context! {
        name,
        info => given(&document["info"]),
        schemes => given(&document["components"]["securitySchemes"]),
        operations => given(&operations),
    }
}

#[derive(Serialize)]
struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    about: String,
    credentials: Vec<String>,
    parameters: Vec<Parameter>,
    body: Option<Body>,
    answers: Vec<Answer>,
}

#[derive(Serialize)]
struct Parameter {
    name: String,
    place: String,
    is_required: bool,
    kind: String,
    about: String,
}

#[derive(Serialize)]
struct Body {
    media: String,
    rows: Vec<Row>,
    examples: Vec<Example>,
}

#[derive(Serialize)]
struct Example {
    about: String,
    text: String,
}

#[derive(Serialize)]
struct Answer {
    status: String,
    about: String,
    body: Option<Body>,
}

impl Operation {
    fn of(document: &Value, path: &str, method: &str, operation: &Value) -> Self {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let answers = operation["responses"].as_object().into_iter().flatten();
        Self {
            id: text(&operation["operationId"]),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: text(&operation["summary"]),
            about: text(&operation["description"]),
            credentials: credentials(document, operation),
            parameters: parameters
                .map(|parameter| Parameter::of(document, schema::resolve(document, parameter)))
                .collect(),
            body: Body::of(document, &operation["requestBody"]),
            answers: answers
                .map(|(status, answer)| Answer {
                    status: status.clone(),
                    about: text(&schema::resolve(document, answer)["description"]),
                    body: Body::of(document, answer),
                })
                .collect(),
        }
    }
}

impl Parameter {
    fn of(document: &Value, parameter: &Value) -> Self {
        Self {
            name: text(&parameter["name"]),
            place: text(&parameter["in"]),
            is_required: parameter["required"] == true,
            kind: schema::kind(document, &parameter["schema"]),
            about: text(&parameter["description"]),
        }
    }
}

impl Body {
    fn of(document: &Value, holder: &Value) -> Option<Self> {
        let holder = schema::resolve(document, holder);
        let (media, body) = holder["content"].as_object()?.iter().next()?;
        let mut examples = Vec::new();
        for example in body["examples"]
            .as_object()
            .into_iter()
            .flat_map(|named| named.values())
        {
            examples.push(Example {
                about: text(&example["summary"]),
                text: pretty(&example["value"]),
            });
        }
        if let Some(example) = body.get("example") {
            let about = String::new();
            let text = pretty(example);
            examples.push(Example { about, text });
        }
        Some(Self {
            media: media.clone(),
            rows: schema::rows(document, &body["schema"]),
            examples,
        })
    }
}

/// The ways in which a call of the operation may be authorised; none means that none is asked for.
fn credentials(document: &Value, operation: &Value) -> Vec<String> {
    let own = operation
        .get("security")
        .or_else(|| document.get("security"));
    let ways = own.and_then(Value::as_array).into_iter().flatten();
    let names = |way: &Value| {
        let schemes = way.as_object().into_iter().flatten();
        schemes
            .map(|(name, _)| name.as_str())
            .collect::<Vec<_>>()
            .join(" with ")
    };
    ways.map(names)
        .map(|names| {
            if names.is_empty() {
                "nothing".to_owned()
            } else {
                names
            }
        })
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
