//! Bytes that can be read in one way only.

use serde_json::Value;

use crate::domain::Timestamp;

/// Fields, each with its length, or the mark of its absence. What they are fields of comes first,
/// so that bytes made for one thing prove nothing about another.
pub(super) struct Fields(Vec<u8>);

impl Fields {
    pub(super) fn of(what: &str) -> Self {
        Self(Vec::new()).bytes(what.as_bytes())
    }

    pub(super) fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.push(1);
        self.0.extend((bytes.len() as u64).to_be_bytes());
        self.0.extend(bytes);
        self
    }

    /// A number, an id, a text: whatever has one written form.
    pub(super) fn text(self, value: impl std::fmt::Display) -> Self {
        self.bytes(value.to_string().as_bytes())
    }

    pub(super) fn maybe(mut self, bytes: Option<&[u8]>) -> Self {
        if let Some(bytes) = bytes {
            return self.bytes(bytes);
        }
        self.0.push(0);
        self
    }

    pub(super) fn maybe_text(self, value: Option<impl std::fmt::Display>) -> Self {
        let text = value.map(|value| value.to_string());
        self.maybe(text.as_deref().map(str::as_bytes))
    }

    /// A moment, to the microsecond: what Postgres keeps.
    pub(super) fn moment(self, at: Timestamp) -> Self {
        self.text(at.unix_timestamp_nanos() / 1_000)
    }

    /// JSON with its members in order, as Postgres does not keep theirs.
    pub(super) fn json(self, value: &Value) -> Self {
        self.text(sorted(value))
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.0
    }
}

fn sorted(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            let members = members
                .into_iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), sorted(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Array(entries) => {
            let entries: Vec<_> = entries.iter().map(sorted).collect();
            format!("[{}]", entries.join(","))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_two_lists_of_fields_are_the_same_bytes() {
        let all = [
            Fields::of("a").text("bc"),
            Fields::of("ab").text("c"),
            Fields::of("a").text("b").text("c"),
            Fields::of("a").maybe(None),
            Fields::of("a").maybe(Some(b"")),
            Fields::of("a").maybe(Some(&[0])),
            Fields::of("a"),
        ]
        .map(Fields::finish);
        for (number, one) in all.iter().enumerate() {
            assert!(all[number + 1..].iter().all(|other| other != one));
        }
    }

    #[test]
    fn the_order_of_members_does_not_matter_and_everything_else_does() {
        let bytes = |value: Value| Fields::of("x").json(&value).finish();
        let one = bytes(json!({ "b": [1, { "d": 2, "c": null }], "a": "\"" }));
        assert_eq!(
            one,
            bytes(json!({ "a": "\"", "b": [1, { "c": null, "d": 2 }] }))
        );
        assert_ne!(
            one,
            bytes(json!({ "a": "\"", "b": [{ "c": null, "d": 2 }, 1] }))
        );
    }
}
