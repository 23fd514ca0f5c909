//! What SSPR reads that other dialects do not.

use axum::http::{HeaderMap, Request};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::fields::{self, Fields};
use super::{key, signature};
use crate::domain::Timestamp;
use crate::domain::key::SigningSecret;

/// Nobody signs by accident, and a key has no scheme left in front of it.
pub(in crate::api) fn signature(headers: &HeaderMap, body: &[u8]) {
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.headers = headers.clone();
    let secrets = [SigningSecret::from_text("nobody's")];
    assert!(signature::check(&parts, body, &secrets, Timestamp::UNIX_EPOCH).is_err());
    assert!(signature::check(&parts, body, &[], Timestamp::UNIX_EPOCH).is_ok());
    for value in headers.values().filter_map(|value| value.to_str().ok()) {
        let bare = key::bare(value);
        assert_eq!(bare, bare.trim());
    }
}

/// What the rules take, the models take.
pub(in crate::api) fn bodies(members: &Map<String, Value>) {
    fn agrees<T: Fields + DeserializeOwned>(members: &Map<String, Value>) {
        if fields::check::<T>(members).is_ok() {
            let taken = serde_json::from_value::<T>(Value::Object(members.clone()));
            assert!(taken.is_ok(), "{members:?}");
        }
    }
    agrees::<super::reset_password::Request>(members);
    agrees::<super::reset_password_request::Request>(members);
    agrees::<super::send_usernames::Request>(members);
    agrees::<super::unlock_account::Request>(members);
    agrees::<super::unlock_account_request::Request>(members);
    agrees::<super::validate_token::Request>(members);
}
