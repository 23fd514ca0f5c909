//! What is served covers the contracts in `openapi/`, and what is served is documented (H-10).

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use sqlx::PgPool;

use crate::harness::{Call, World};

/// The families, by the names of their documents.
pub const FAMILIES: [&str; 4] = ["sspr", "cyclos", "clevermaps", "turbosmtp"];

/// What the router serves beside the families.
const METHODS: [&str; 5] = ["get", "post", "put", "delete", "patch"];

fn contract(family: &str) -> Value {
    let path = format!("{}/openapi/{family}.yaml", env!("CARGO_MANIFEST_DIR"));
    serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

pub fn served(family: &str) -> Value {
    serde_json::from_str(&rekey::api::docs::document(family).unwrap()).unwrap()
}

/// Follows a reference within a document.
fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(reference) => resolve(document, document.pointer(&reference[1..]).unwrap()),
        None => value,
    }
}

fn object(value: &Value) -> &Map<String, Value> {
    value
        .as_object()
        .unwrap_or_else(|| panic!("not an object: {value}"))
}

/// Every (path, method) of a document.
pub fn operations(document: &Value) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for (path, item) in object(&document["paths"]) {
        for method in object(item)
            .keys()
            .filter(|name| METHODS.contains(&name.as_str()))
        {
            found.insert((path.clone(), method.clone()));
        }
    }
    found
}

/// What a schema says that a client can feel: types, bounds, enumerations, required members.
fn same_schema(contract: (&Value, &Value), served: (&Value, &Value), at: &str) {
    let (wanted, found) = (resolve(contract.0, contract.1), resolve(served.0, served.1));
    // Words that an operation goes beyond, as its contract tells in prose, are served as those words or
    // any text: what is listed is held to the contract.
    let found = match found.pointer("/anyOf/0") {
        Some(listed) if wanted.get("enum").is_some() => resolve(served.0, listed),
        Some(_) | None => found,
    };
    for word in [
        "type",
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        "enum",
    ] {
        if let Some(value) = wanted.get(word) {
            // An optional member is documented as `type: [string, "null"]`.
            let first = found[word].get(0).filter(|_| word == "type");
            let given = first.unwrap_or(&found[word]);
            if word == "enum" {
                // What is served may say less than the contract has words for, and no more.
                let is_known = |word: &Value| value.as_array().unwrap().contains(word);
                let words = given.as_array().expect("a list of words");
                assert!(
                    !words.is_empty() && words.iter().all(is_known),
                    "{at}: {given}"
                );
            } else {
                assert_eq!(given, value, "{at}: {word}");
            }
        }
    }
    let names = |value: &Value| -> BTreeSet<String> {
        let required = value["required"].as_array().cloned().unwrap_or_default();
        required
            .iter()
            .map(|name| name.as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(found), names(wanted), "{at}: required");
    if let Some(properties) = wanted.get("properties") {
        for (name, property) in object(properties) {
            let given = &found["properties"][name];
            assert!(!given.is_null(), "{at}: {name} is missing");
            same_schema(
                (contract.0, property),
                (served.0, given),
                &format!("{at}.{name}"),
            );
        }
    }
}

fn body_schema<'a>(document: &'a Value, holder: &'a Value) -> Option<&'a Value> {
    resolve(document, holder).pointer("/content/application~1json/schema")
}

/// H-06.
#[test]
fn generated_documents_cover_the_contracts() {
    for family in FAMILIES {
        let (contract, served) = (contract(family), served(family));
        assert_eq!(operations(&served), operations(&contract), "{family}");
        for (path, method) in operations(&contract) {
            let at = format!("{method} {path}");
            let (wanted, found) = (
                &contract["paths"][&path][&method],
                &served["paths"][&path][&method],
            );
            assert_eq!(found["operationId"], wanted["operationId"], "{at}");
            if let Some(schema) = body_schema(&contract, &wanted["requestBody"]) {
                let given = body_schema(&served, &found["requestBody"]).expect("a request body");
                same_schema((&contract, schema), (&served, given), &at);
            }
            for (status, response) in object(&wanted["responses"]) {
                let given = &found["responses"][status];
                assert!(!given.is_null(), "{at}: {status} is not documented");
                if let Some(schema) = body_schema(&contract, response) {
                    let given = body_schema(&served, given).expect("a response body");
                    same_schema(
                        (&contract, schema),
                        (&served, given),
                        &format!("{at} {status}"),
                    );
                }
            }
        }
    }
}

/// A method as requests spell it.
pub fn verb(method: &str) -> &'static str {
    let known = ["GET", "POST", "PUT", "DELETE", "PATCH"];
    let is_it = |known: &&str| known.eq_ignore_ascii_case(method);
    known.into_iter().find(is_it).unwrap()
}

/// A path with something in place of its parameters.
fn filled(path: &str) -> String {
    let parts = path
        .split('/')
        .map(|part| if part.starts_with('{') { "x" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// Every documented operation is routed: its method is taken on its path, and one that no contract
/// has is refused there, not answered like a path that nobody serves.
#[rekey_test::on_a_database]
async fn every_documented_operation_is_served(db: PgPool) {
    let world = World::new(db).await;
    for family in FAMILIES {
        for (path, method) in operations(&served(family)) {
            let path = filled(&path);
            let call = Call::new(verb(&method), &path).header("host", "demo.localhost");
            let reply = world.send(call).await;
            assert_ne!(reply.status, 405, "{method} {path}");
            let reply = world.send(Call::new("PROPFIND", &path)).await;
            assert_eq!(reply.status, 405, "{path}");
        }
        let document = world
            .send(Call::new("GET", format!("/openapi/{family}.json")))
            .await;
        assert_eq!(document.status, 200);
        assert_eq!(document.json(), served(family));
    }
}
