//! Reading request bodies strictly, for every dialect.
//!
//! Two readers of one document may disagree about which of two equal members counts, and Postgres
//! text takes no NUL. So duplicates and NUL make a body malformed (design.md, section 2), as does
//! a lone surrogate, which the JSON reader refuses by itself.

use std::fmt;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The longest request body, in bytes.
pub(super) const BODY_LIMIT: usize = 64 * 1024;

/// A body that could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// Longer than 64 KiB.
    TooLarge,
    /// The connection ended before the body did.
    Incomplete,
}

/// Not a JSON object, or one that means different things to different readers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Malformed {
    /// The line where that was seen, counted from 1.
    pub(super) line: usize,
    /// The column, counted from 1.
    pub(super) column: usize,
}

/// Reads a whole body, if it is short enough.
pub(super) async fn read(body: Body) -> Result<axum::body::Bytes, Unreadable> {
    use http_body_util::LengthLimitError;
    axum::body::to_bytes(body, BODY_LIMIT)
        .await
        .map_err(|error| {
            let source = std::error::Error::source(&error);
            if source.is_some_and(<dyn std::error::Error>::is::<LengthLimitError>) {
                Unreadable::TooLarge
            } else {
                Unreadable::Incomplete
            }
        })
}

/// Whether the body is said to be JSON: `application/json` or `application/…+json`.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
    else {
        return false;
    };
    let kind = kind
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// A body without the byte order mark that some clients put before UTF-8: .NET's `StreamContent` of a
/// file, PowerShell. RFC 8259, 8.1, lets whoever reads skip it.
pub(super) fn unmarked(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// Reads one JSON object.
pub(super) fn object(bytes: &[u8]) -> Result<Map<String, Value>, Malformed> {
    match serde_json::from_slice::<Strict>(unmarked(bytes)) {
        Ok(Strict(Value::Object(members))) => Ok(members),
        Ok(_) => Err(Malformed { line: 1, column: 1 }),
        Err(error) => Err(Malformed {
            line: error.line(),
            column: error.column(),
        }),
    }
}

/// A JSON value without duplicate members and without NUL.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        if value.contains('\0') {
            return Err(E::custom("NUL in a string"));
        }
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Strict(value)) = elements.next_element()? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, Strict(value))) = members.next_entry::<String, Strict>()? {
            if name.contains('\0') || object.insert(name, value).is_some() {
                return Err(A::Error::custom("duplicate or unusable member"));
            }
        }
        Ok(object.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_an_object_and_nothing_ambiguous() {
        assert!(object(br#" {"a": [1, {"b": "\ud83d\ude00"}], "c": null} "#).is_ok());
        let refused: [&[u8]; 11] = [
            b"",
            b"[]",
            b"null",
            b"\"{}\"",
            b"{\"a\":1} x",
            br#"{"a":1,"a":2}"#,
            br#"{"o":{"a":1,"\u0061":2}}"#,
            br#"{"a":"\u0000"}"#,
            br#"{"a":"\ud800"}"#,
            b"{\"a\":\"\xff\"}",
            b"{\"a\0\":1}",
        ];
        for bytes in refused {
            assert!(object(bytes).is_err(), "{}", String::from_utf8_lossy(bytes));
        }
        // One byte order mark is skipped; two are none, and neither is one of UTF-16.
        assert_eq!(object(b"\xef\xbb\xbf{\"a\":1}"), object(b"{\"a\":1}"));
        for bytes in [
            &b"\xef\xbb\xbf\xef\xbb\xbf{}"[..],
            b"\xfe\xff\0{\0}",
            b" \xef\xbb\xbf{}",
        ] {
            assert!(object(bytes).is_err(), "{}", bytes.escape_ascii());
        }
        let deep = "[".repeat(200) + &"]".repeat(200);
        assert!(object(format!("{{\"a\":{deep}}}").as_bytes()).is_err());
        let second = Malformed { line: 2, column: 5 };
        assert_eq!(object(b"{\n \"a\"}"), Err(second));
    }
}
