//! What Cyclos reads that other dialects do not.

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::credentials;
use super::fields::Fields;
use super::model::neighbours::LoginUser;
use super::model::passwords::ChangePassword;
use super::model::recovery::{ChangeForgottenPassword, ForgottenPasswordRequest};
use crate::domain::identifier::Kind;
use crate::recovery::Credentials;

/// The `fields` parameter: a line a value, and after an empty line the answer to filter. Nothing is
/// added to an answer, and filtering twice is filtering once.
pub(crate) fn fields(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let (values, answer) = text.split_once("\n\n").unwrap_or((text, ""));
    let answer = serde_json::from_str(answer).unwrap_or_else(|_| {
        json!({"a": {"x": 1, "y": {"p": 2}}, "b": [{"x": 1}, {"y": [2, {"x": null}]}, 3], "c": "text"})
    });
    let Ok(fields) = Fields::parse(values.lines()) else {
        return;
    };
    let left = fields.filter(answer.clone());
    assert!(is_part(&left, &answer), "{left} of {answer}");
    if fields.is_everything() {
        assert_eq!(left, answer);
    }
    assert_eq!(fields.filter(left.clone()), left, "twice");
    // Whether entries come in several parameters or between commas is one.
    let joined = values.lines().collect::<Vec<_>>().join(",");
    let joined = Fields::parse([joined.as_str()]).map(|fields| fields.filter(answer));
    assert_eq!(joined.ok(), Some(left));
}

fn is_part(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => part
            .iter()
            .all(|(name, value)| whole.get(name).is_some_and(|whole| is_part(value, whole))),
        (Value::Array(part), Value::Array(whole)) => {
            part.len() == whole.len()
                && part
                    .iter()
                    .zip(whole)
                    .all(|(part, whole)| is_part(part, whole))
        }
        (part, whole) => part == whole,
    }
}

/// Whatever a request presents names only what may sign in.
pub(in crate::api) fn credentials(headers: &HeaderMap) {
    for kinds in [&Kind::ALL[..], &[Kind::Email], &[]] {
        if let Ok(Some(Credentials::Password {
            names, principal, ..
        })) = credentials::presented(headers, kinds, None)
        {
            assert!(!names.is_empty() && !principal.contains('\0'));
            assert!(names.iter().all(|name| kinds.contains(&name.kind)));
        }
    }
    drop(credentials::check_channel(headers));
}

/// A pair that a client packs is the pair that is unpacked, with padding and without.
pub(in crate::api) fn basic_comes_back(pair: &[u8]) {
    let Some((name, password)) = std::str::from_utf8(pair)
        .ok()
        .and_then(|pair| pair.split_once(':'))
    else {
        return;
    };
    if name.trim().is_empty() || name.contains('\0') || password.contains('\0') {
        return;
    }
    let packed = BASE64_STANDARD.encode(pair);
    for packed in [packed.as_str(), packed.trim_end_matches('=')] {
        let mut headers = HeaderMap::new();
        if let Ok(value) = HeaderValue::try_from(format!("bAsIc {packed}")) {
            headers.insert(header::AUTHORIZATION, value);
        }
        let presented = credentials::presented(&headers, &Kind::ALL, None)
            .ok()
            .flatten();
        let came_back = matches!(
            &presented,
            Some(Credentials::Password { principal, password: given, .. })
                if principal == name && given.expose() == password
        );
        assert!(came_back, "{name}");
    }
}

/// Models take or refuse every object.
pub(in crate::api) fn bodies(members: &Map<String, Value>) {
    fn take<T: DeserializeOwned>(members: &Map<String, Value>) {
        drop(serde_json::from_value::<T>(Value::Object(members.clone())));
    }
    take::<ChangePassword>(members);
    take::<LoginUser>(members);
    take::<ForgottenPasswordRequest>(members);
    take::<ChangeForgottenPassword>(members);
}
