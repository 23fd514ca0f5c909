//! `AccountDTO`, read the way the generated client reads it: one bad field raises.

use serde_json::{Map, Value};

use crate::harness::Reply;

/// What the client makes of a 200.
#[derive(Debug, PartialEq, Eq)]
pub struct Account {
    pub id: String,
    pub full_name: String,
    pub email: String,
    pub consent_granted: Option<bool>,
    pub language: Option<String>,
}

/// Table "`AccountDTO`", with the members that decision 12 sends and no other.
pub fn read(reply: &Reply) -> Account {
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.header("content-type"), Some("application/json"));
    let value = reply.json();
    let members = value.as_object().expect("an object");
    let sent = [
        "id",
        "fullName",
        "email",
        "consentGranted",
        "status",
        "preferences",
    ];
    for (name, value) in members {
        assert!(sent.contains(&name.as_str()), "{name} is not for strangers");
        assert!(!value.is_null(), "{name} is absent or known, never null");
    }
    let id = text(members, "id");
    assert_eq!(id.len(), 20, "decision 14");
    assert!(id.bytes().all(|b| b.is_ascii_alphanumeric()), "{id}");
    let full_name = text(members, "fullName");
    assert!(!full_name.is_empty());
    assert_eq!(text(members, "status"), "ENABLED", "case-sensitive");
    Account {
        id,
        full_name,
        email: text(members, "email"),
        consent_granted: members
            .get("consentGranted")
            .map(|value| value.as_bool().unwrap()),
        language: members.get("preferences").map(language),
    }
}

/// `AccountPreferences`: two or three characters, and nothing but the language.
fn language(preferences: &Value) -> String {
    let preferences = preferences.as_object().expect("an object");
    assert_eq!(preferences.len(), 1);
    let language = text(preferences, "language");
    assert!((2..=3).contains(&language.chars().count()), "{language}");
    language
}

fn text(members: &Map<String, Value>, name: &str) -> String {
    let value = members
        .get(name)
        .unwrap_or_else(|| panic!("{name} is required"));
    value.as_str().expect("a strict string").to_owned()
}
