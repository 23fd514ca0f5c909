//! Reading a document: its operations, and what its schemas say.

use serde::Serialize;
use serde_json::{Map, Value};

/// How deep a schema is followed. Ours are flatter, but for one that holds itself.
const DEEPEST: usize = 6;

/// Every (path, method, operation) of a document.
pub(super) fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let members = item.as_object().into_iter().flatten();
        members
            .filter(|(_, value)| value.get("responses").is_some())
            .map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// Follows a reference within a document.
pub(super) fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let target = value["$ref"]
        .as_str()
        .and_then(|name| name.strip_prefix('#'));
    match target.and_then(|pointer| document.pointer(pointer)) {
        Some(found) => resolve(document, found),
        None => value,
    }
}

/// The schema itself, where it is written as "this or nothing".
fn plain<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let schema = resolve(document, schema);
    let choices = schema.get("oneOf").or_else(|| schema.get("anyOf"));
    let some = choices.and_then(Value::as_array).and_then(|choices| {
        let mut choices = choices.iter().filter(|choice| choice["type"] != "null");
        choices.next()
    });
    some.map_or(schema, |choice| plain(document, choice))
}

/// What a schema calls its type; `null` beside another type only says that it is optional.
fn type_of(schema: &Value) -> &str {
    let kinds = match schema["type"].as_array() {
        Some(kinds) => kinds.iter().find(|kind| *kind != "null"),
        None => Some(&schema["type"]),
    };
    let is_object = || schema.get("properties").is_some() || schema.get("allOf").is_some();
    kinds
        .and_then(Value::as_str)
        .unwrap_or_else(|| if is_object() { "object" } else { "" })
}

/// The members that a schema lists, its parts' included.
fn properties<'a>(document: &'a Value, schema: &'a Value) -> Vec<(&'a str, &'a Value, bool)> {
    let mut found = Vec::new();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        found.extend(properties(document, plain(document, part)));
    }
    let is_required = |name: &str| {
        let names = schema["required"].as_array();
        names.is_some_and(|names| names.iter().any(|known| known == name))
    };
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        found.push((name.as_str(), property, is_required(name)));
    }
    found
}

/// A value as the schema would have it, of the examples in it.
pub(super) fn example(document: &Value, schema: &Value) -> Value {
    example_within(document, schema, DEEPEST)
}

fn example_within(document: &Value, schema: &Value, depth: usize) -> Value {
    // A property may say more of itself than what it refers to.
    for schema in [schema, plain(document, schema)] {
        let given = schema.get("example").or_else(|| schema["examples"].get(0));
        let given = given.or_else(|| schema.get("const"));
        if let Some(value) = given.or_else(|| schema["enum"].get(0)) {
            return value.clone();
        }
    }
    let schema = plain(document, schema);
    match type_of(schema) {
        "object" if depth > 0 => {
            let members = properties(document, schema).into_iter();
            let members = members.map(|(name, property, _)| {
                (
                    name.to_owned(),
                    example_within(document, property, depth - 1),
                )
            });
            Value::Object(members.collect())
        }
        "object" => Value::Object(Map::new()),
        "array" if depth > 0 => vec![example_within(document, &schema["items"], depth - 1)].into(),
        "array" => Value::Array(Vec::new()),
        "boolean" => schema.get("default").cloned().unwrap_or(false.into()),
        "integer" | "number" => {
            let known = schema.get("default").or_else(|| schema.get("minimum"));
            known.cloned().unwrap_or(1.into())
        }
        "string" if schema["format"] == "date-time" => "2026-01-01T12:00:00.000Z".into(),
        "string" => "text".into(),
        _ => Value::Null,
    }
}

/// Whether a value is one that the schema describes: its members are known, none that is required is
/// missing, and words are among those that are listed.
pub(super) fn fits(document: &Value, schema: &Value, value: &Value) -> bool {
    let schema = plain(document, schema);
    if let Some(words) = schema["enum"].as_array() {
        return words.contains(value);
    }
    let Some(members) = value.as_object() else {
        return type_of(schema) != "object";
    };
    let known = properties(document, schema);
    let is_known = |(name, value): (&String, &Value)| {
        let property = known.iter().find(|(known, _, _)| known == name);
        property.is_some_and(|(_, property, _)| fits(document, property, value))
    };
    known.is_empty()
        || (members.iter().all(is_known)
            && known
                .iter()
                .all(|(name, _, is_required)| !is_required || members.contains_key(*name)))
}

/// A member, or a member of a member, in words.
#[derive(Serialize)]
pub(super) struct Row {
    name: String,
    kind: String,
    is_required: bool,
    about: String,
}

/// What a schema has, from the outside in.
pub(super) fn rows(document: &Value, schema: &Value) -> Vec<Row> {
    let mut found = Vec::new();
    describe(document, schema, "", DEEPEST, &mut found);
    found
}

fn describe(document: &Value, schema: &Value, within: &str, depth: usize, found: &mut Vec<Row>) {
    let schema = plain(document, schema);
    if depth == 0 {
        return;
    }
    if type_of(schema) == "array" {
        let within = format!("{within}[]");
        return describe(document, &schema["items"], &within, depth - 1, found);
    }
    for (name, property, is_required) in properties(document, schema) {
        let name = if within.is_empty() {
            name.to_owned()
        } else {
            format!("{within}.{name}")
        };
        let meant = plain(document, property);
        let about = [property, meant].map(|schema| schema["description"].as_str());
        found.push(Row {
            kind: kind(document, meant),
            is_required,
            about: about
                .into_iter()
                .flatten()
                .next()
                .unwrap_or_default()
                .to_owned(),
            name: name.clone(),
        });
        describe(document, property, &name, depth - 1, found);
    }
}

/// What a value may be, in words.
pub(super) fn kind(document: &Value, schema: &Value) -> String {
    let schema = plain(document, schema);
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<_> = words.iter().map(Value::to_string).collect();
        return words.join(" or ");
    }
    if type_of(schema) == "array" {
        return format!("list of {}", kind(document, &schema["items"]));
    }
    let mut text = type_of(schema).to_owned();
    for (word, meaning) in [
        ("format", ""),
        ("minLength", "at least "),
        ("maxLength", "at most "),
        ("minimum", "from "),
        ("maximum", "to "),
        ("default", "else "),
    ] {
        if let Some(value) = schema.get(word) {
            // A text without its quotes.
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            text = format!("{text}, {meaning}{value}");
        }
    }
    text
}
