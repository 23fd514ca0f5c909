//! What TurboSMTP reads that other dialects do not.

use axum::http::HeaderMap;
use serde_json::{Map, Value};

use super::fields::{self, Fields};
use super::key::{Accepted, presented};
use crate::domain::identifier::Kind;
use crate::domain::key;

/// A pair counts only where it may, and a lone half never does.
pub(in crate::api) fn credentials(headers: &HeaderMap) {
    let is_consumer = |accepted| {
        let found = presented(headers, accepted);
        found.is_ok_and(|(kind, _)| kind == key::Kind::Consumer)
    };
    assert!(!is_consumer(Accepted::Key));
    if is_consumer(Accepted::KeyOrPair) {
        assert!(headers.contains_key("consumerkey") && headers.contains_key("consumersecret"));
    }
}

/// A new password is one that was typed twice; and whatever is given as an address can be looked up.
pub(in crate::api) fn bodies(members: Map<String, Value>) {
    let fields = Fields::of(members);
    if let Ok(password) = fields.new_password() {
        assert_eq!(fields.text("confirm_password"), Some(password.expose()));
        assert!(password.expose().chars().count() >= 10);
    }
    for name in ["email", "password"] {
        if let Some(text) = fields.filled(name) {
            let named = fields::address(text);
            assert!(named.kind == Kind::Email && !named.value.contains('\0'));
        }
    }
}
