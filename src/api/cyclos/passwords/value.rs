//! How a value that the server made is shown: as it is, or as a JSON string (contracts/cyclos.md,
//! 4.2, D-15). The generated client reads whatever comes as JSON first, and would take `1e5` for a
//! number; it asks for JSON alone, and in quotes every value is exact.

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::api::cyclos::answer::Answer;
use crate::domain::password::Password;

/// A value to be shown once.
pub(in crate::api::cyclos) struct Value {
    value: Password,
    is_text: bool,
}

impl Value {
    pub(super) fn new(value: Password, headers: &HeaderMap) -> Self {
        let accept: Vec<_> = headers
            .get_all(ACCEPT)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        Self {
            value,
            is_text: admits_text(&accept.join(",")),
        }
    }
}

impl IntoResponse for Value {
    fn into_response(self) -> Response {
        let text = self.value.expose();
        if self.is_text {
            let plain = [(CONTENT_TYPE, "text/plain;charset=UTF-8")];
            return (plain, text.to_owned()).into_response();
        }
        Answer::whole(&text).into_response()
    }
}

/// Whether `Accept` takes plain text. Of the ranges that hold it the narrowest decides, and `q=0`
/// there refuses it.
fn admits_text(accept: &str) -> bool {
    let ranges = accept.split(',').filter(|range| !range.trim().is_empty());
    let mut narrowest = None;
    let mut is_empty = true;
    for range in ranges {
        is_empty = false;
        let mut parts = range.split(';').map(str::trim);
        let breadth = match parts.next().map(str::to_ascii_lowercase).as_deref() {
            Some("text/plain") => 0,
            Some("text/*") => 1,
            Some("*/*") => 2,
            Some(_) | None => continue,
        };
        let is_taken = !parts.any(is_nothing);
        if narrowest.is_none_or(|(known, _)| breadth < known) {
            narrowest = Some((breadth, is_taken));
        }
    }
    is_empty || narrowest.is_some_and(|(_, is_taken)| is_taken)
}

/// Whether a parameter of a range is a weight of nothing.
fn is_nothing(parameter: &str) -> bool {
    let Some((name, weight)) = parameter.split_once('=') else {
        return false;
    };
    name.trim().eq_ignore_ascii_case("q") && weight.trim().parse::<f32>() == Ok(0.0)
}

#[cfg(test)]
mod tests {
    use super::admits_text;

    #[test]
    fn text_is_taken_where_a_client_would_read_it() {
        for accept in [
            "",
            " , ",
            "*/*",
            "text/plain",
            "TEXT/Plain; charset=utf-8",
            "text/*;q=0.1",
            "application/json, text/plain, */*",
            "application/json, text/plain;q=0.001",
            "text/html, */*;q=0.8",
            "*/*;q=0, text/plain",
        ] {
            assert!(admits_text(accept), "{accept}");
        }
        for accept in [
            "application/json",
            "application/json;q=0.5",
            "application/json, text/plain;q=0",
            "text/plain;q=0.000, */*",
            "text/*;Q=0, */*",
            "application/json, */*; q = 0",
            "image/png",
        ] {
            assert!(!admits_text(accept), "{accept}");
        }
    }
}
