//! The `fields` parameter: which members of an answer a caller wants (contracts/cyclos.md, 2).
//!
//! An entry is a path of names between dots, and says at each level what its name's prefix says:
//!
//! - none or `+`: the name is wanted. One wanted name leaves out all others of its level.
//! - `-` or `!`: the name is not wanted. With a path behind it, nothing is said of the name itself,
//!   and the next name without a prefix inherits this one: `-a.b.c` is `*a.*b.-c`.
//! - `*`: nothing is said of the name itself, only of its inside. Without a path, that is nothing.
//!
//! So `+a.-b` is `a.-b`, which wants `a` alone and all of that but `b`; and `a.+b` is `a.b`. A name
//! that is wanted without a path is wanted whole, whatever other entries say of its inside. A name
//! that is both wanted and not is a [`Contradiction`], also where another entry wants all around it.
//!
//! A list is no level of its own: each of its elements is filtered. Where an answer has no such
//! name, or no object where a path goes on, an entry changes nothing there.
//!
//! Blanks around names do not count, since that is what a bare `+` in a query turns into. Empty
//! names are skipped, and their prefix with them: `a..b` and `a.-.b` are `a.b`, and `.` and `-` say
//! nothing, as if there were no entry.

mod entry;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use self::entry::Mark;

/// What a caller wants of an answer.
///
/// The levels that entries speak of are numbered, not nested, so that an entry of any depth costs
/// what it is long, and no recursion goes deeper than the answer.
#[derive(Debug, Default)]
pub(super) struct Fields {
    members: BTreeMap<(Level, String), Member>,
    /// Where a name is wanted, so that those nobody wants are left out.
    selective: BTreeSet<Level>,
}

/// One name was both wanted and not wanted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Contradiction {
    /// The entry that contradicts one before it.
    pub(super) entry: String,
}

/// The members of one object of an answer, or of each object of a list.
type Level = usize;

/// The answer itself.
const TOP: Level = 0;

/// What is wanted of one member.
#[derive(Debug)]
struct Member {
    said: Said,
    inside: Level,
}

/// What entries say of a name itself. Of two that agree, the greater one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    Nothing,
    Unwanted,
    Wanted,
    WantedWhole,
}

impl Fields {
    /// Reads the values of all `fields` parameters of a query, each with any number of entries
    /// between commas.
    pub(super) fn parse<'a>(
        values: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, Contradiction> {
        let mut fields = Self::default();
        for entry in values.into_iter().flat_map(|value| value.split(',')) {
            fields.hear(entry.trim())?;
        }
        Ok(fields)
    }

    /// Whether every answer stays as it is.
    pub(super) fn is_everything(&self) -> bool {
        self.members
            .values()
            .all(|member| member.said == Said::Nothing)
    }

    /// Leaves out of an answer what is not wanted.
    pub(super) fn filter(&self, answer: Value) -> Value {
        self.filter_at(TOP, answer)
    }

    fn hear(&mut self, entry: &str) -> Result<(), Contradiction> {
        let mut level = TOP;
        let mut segments = entry::segments(entry).peekable();
        while let Some(segment) = segments.next() {
            let said = match (segment.mark, segments.peek()) {
                (Mark::Include, None) => Said::WantedWhole,
                (Mark::Include, Some(_)) => Said::Wanted,
                (Mark::Exclude, None) => Said::Unwanted,
                (Mark::Exclude, Some(_)) | (Mark::NestedOnly, _) => Said::Nothing,
            };
            if segment.mark == Mark::Include {
                self.selective.insert(level);
            }
            let unheard = Member {
                said: Said::Nothing,
                // Nobody else's: there is one level for each member, after the top.
                inside: self.members.len() + 1,
            };
            let key = (level, segment.name.to_owned());
            let member = self.members.entry(key).or_insert(unheard);
            member.said = member.said.and(said).ok_or_else(|| Contradiction {
                entry: entry.to_owned(),
            })?;
            level = member.inside;
        }
        Ok(())
    }

    fn filter_at(&self, level: Level, value: Value) -> Value {
        match value {
            Value::Object(members) => {
                let members = members.into_iter();
                let wanted = members.filter_map(|(name, value)| self.member(level, name, value));
                Value::Object(wanted.collect())
            }
            Value::Array(elements) => {
                let elements = elements.into_iter();
                let filtered = elements.map(|element| self.filter_at(level, element));
                Value::Array(filtered.collect())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
        }
    }

    /// What is left of a member, if it is wanted at all.
    fn member(&self, level: Level, name: String, value: Value) -> Option<(String, Value)> {
        let is_selective = self.selective.contains(&level);
        let key = (level, name);
        let kept = match self.members.get(&key) {
            None => (!is_selective).then_some(value),
            Some(member) => match member.said {
                Said::Unwanted => None,
                Said::Nothing if is_selective => None,
                Said::Nothing | Said::Wanted => Some(self.filter_at(member.inside, value)),
                Said::WantedWhole => Some(value),
            },
        };
        kept.map(|value| (key.1, value))
    }
}

impl Said {
    /// Both of two things said of one name, unless they contradict each other.
    fn and(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Unwanted, Self::Wanted | Self::WantedWhole)
            | (Self::Wanted | Self::WantedWhole, Self::Unwanted) => None,
            (
                Self::Nothing | Self::Unwanted | Self::Wanted | Self::WantedWhole,
                Self::Nothing | Self::Unwanted | Self::Wanted | Self::WantedWhole,
            ) => Some(self.max(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::subsequence;
    use serde_json::{Map, json};

    use super::*;

    fn fields(entries: &[&str]) -> Fields {
        Fields::parse(entries.iter().copied()).unwrap()
    }

    fn leaves(entries: &[&str], value: &Value, left: &Value) {
        assert_eq!(fields(entries).filter(value.clone()), *left, "{entries:?}");
    }

    fn sample() -> Value {
        json!({
            "a": {"x": 1, "y": {"p": 2, "q": 3}, "z": null},
            "b": {"b1": true, "b2": false},
            "c": {"c1": 1, "c2": 2, "c3": 3},
            "d": "text",
        })
    }

    #[test]
    fn nothing_said_is_everything() {
        for entries in [
            &[][..],
            &[""],
            &[" , ", ",,,"],
            &[".", "-", "+", "*", "!.-"],
            &["*a", "*a.*b"],
        ] {
            assert!(fields(entries).is_everything(), "{entries:?}");
            leaves(entries, &sample(), &sample());
        }
        for entry in ["a", "-a", "a.b", "*a.b", "-a.b"] {
            assert!(!fields(&[entry]).is_everything(), "{entry}");
        }
    }

    #[test]
    fn entries_come_repeated_and_between_commas() {
        let left = json!({"b": {"b1": true, "b2": false}, "d": "text"});
        for entries in [
            &["b", "d"][..],
            &["b,d"],
            &[" d ,, b ,"],
            &["d", "b,d", ""],
            &["+b,+d"],
        ] {
            leaves(entries, &sample(), &left);
        }
    }

    #[test]
    fn names_are_wanted_or_not() {
        let d = json!({"d": "text"});
        leaves(&["d"], &sample(), &d);
        leaves(&["-a", "!b", "-c"], &sample(), &d);
        // What is wanted decides; what is not wanted says nothing more.
        leaves(&["d", "-a"], &sample(), &d);
        leaves(&["d", "nobody"], &sample(), &d);
        leaves(&["nobody"], &sample(), &json!({}));
        leaves(&["-nobody"], &sample(), &sample());
        leaves(&["A"], &sample(), &json!({}));
    }

    /// The example of the contract.
    #[test]
    fn a_whole_b_in_part_c_without() {
        leaves(
            &["a,b.b1,c.-c1,c.-c2"],
            &sample(),
            &json!({"a": sample()["a"], "b": {"b1": true}, "c": {"c3": 3}}),
        );
    }

    #[test]
    fn paths() {
        leaves(&["a.y.q"], &sample(), &json!({"a": {"y": {"q": 3}}}));
        leaves(&["a.y.-q"], &sample(), &json!({"a": {"y": {"p": 2}}}));
        leaves(
            &["a.-y", "d"],
            &sample(),
            &json!({"a": {"x": 1, "z": null}, "d": "text"}),
        );
        leaves(&["b.nobody"], &sample(), &json!({"b": {}}));
        leaves(&["+b.-b1"], &sample(), &json!({"b": {"b2": false}}));
        leaves(&["b.+b1"], &sample(), &json!({"b": {"b1": true}}));
        // There is nothing inside of a text that could be left out.
        leaves(&["d.x"], &sample(), &json!({"d": "text"}));
    }

    #[test]
    fn a_prefix_before_a_path_only_touches_the_inside() {
        let mut without = sample();
        without["a"] = json!({"x": 1, "y": {"p": 2}, "z": null});
        for entry in ["-a.y.q", "!a.y.q", "*a.*y.-q", "*a.-y.q"] {
            leaves(&[entry], &sample(), &without);
        }
        let mut only = sample();
        only["a"] = json!({"x": 1});
        for entry in ["*a.x", "-a.+x"] {
            leaves(&[entry], &sample(), &only);
        }
        // It does not make a name wanted.
        leaves(&["d", "*a.x"], &sample(), &json!({"d": "text"}));
        leaves(
            &["-a.x", "-b", "-c"],
            &sample(),
            &json!({"a": {"y": {"p": 2, "q": 3}, "z": null}, "d": "text"}),
        );
        // Beside something wanted, leaving out says nothing more.
        leaves(&["-b.b1", "b.b2"], &sample(), &json!({"b": {"b2": false}}));
    }

    #[test]
    fn wanted_whole_wins() {
        let b = json!({"b": {"b1": true, "b2": false}});
        for other in ["b.b1", "b.-b1", "-b.b1", "*b.b1", "b.nobody"] {
            leaves(&["b", other], &sample(), &b);
            leaves(&[other, "b"], &sample(), &b);
        }
        leaves(&["-a", "-a.x", "b"], &sample(), &b);
    }

    #[test]
    fn lists_are_no_level() {
        leaves(
            &["type.name", "status"],
            &json!([
                {"type": {"id": "1", "name": "Login"}, "status": "active", "date": 1},
                {"type": {"id": "2", "name": "PIN"}, "status": "reset"},
                "text",
            ]),
            &json!([
                {"type": {"name": "Login"}, "status": "active"},
                {"type": {"name": "PIN"}, "status": "reset"},
                "text",
            ]),
        );
        leaves(
            &["-passwords.type.id"],
            &json!({"passwords": [[{"type": {"id": "1", "name": "Login"}}], []], "manage": true}),
            &json!({"passwords": [[{"type": {"name": "Login"}}], []], "manage": true}),
        );
    }

    #[test]
    fn wanted_and_not_is_a_contradiction() {
        for (entries, entry) in [
            (&["a", "-a"][..], "-a"),
            (&["-a", "a"], "a"),
            (&["d, !a , +a ,b"], "+a"),
            (&["a.x", "-a"], "-a"),
            (&["-a", "a.-x"], "a.-x"),
            (&["a.x", "-a.x"], "-a.x"),
            (&["*a.y.q", "-a.y.q"], "-a.y.q"),
            // Also where it changes nothing.
            (&["a", "a.x", "a.-x"], "a.-x"),
            (&["nobody,-nobody"], "-nobody"),
        ] {
            let refused = Fields::parse(entries.iter().copied()).unwrap_err();
            assert_eq!(refused.entry, entry, "{entries:?}");
        }
        for entries in ["a,-b", "-a,*a.x", "-a,-a.x", "a,-a.x", "a.x,-b.x", "x,a.-x"] {
            assert!(Fields::parse([entries]).is_ok(), "{entries}");
        }
    }

    /// Recursion along an entry would end the process here.
    #[test]
    fn no_entry_is_too_deep() {
        for part in ["a.", "-a.", "*a.", "a.-", ".", "-.", "+"] {
            let fields = fields(&[&(part.repeat(100_000) + "a")]);
            let left = fields.filter(sample());
            assert!(is_part(&left, &sample()), "{part}: {left}");
        }
    }

    #[test]
    fn the_innermost_level_counts() {
        let deep = |innermost: Value| (0..50).fold(innermost, |inside, _| json!({"a": inside}));
        let path = ["a"; 50].join(".");
        for (entry, left) in [
            (format!("{path}.x"), json!({"x": 1})),
            (format!("{path}.-x"), json!({"y": 2})),
            (format!("-{path}.x"), json!({"y": 2})),
        ] {
            leaves(&[&entry], &deep(json!({"x": 1, "y": 2})), &deep(left));
        }
    }

    /// Few names, so that entries and members meet.
    fn name() -> impl Strategy<Value = String> {
        "[a-d]"
    }

    fn value() -> impl Strategy<Value = Value> {
        let scalar = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            ".{0,3}".prop_map(Value::from),
        ];
        scalar.prop_recursive(4, 40, 4, |inside| {
            prop_oneof![
                2 => prop::collection::btree_map(name(), inside.clone(), 0..5)
                    .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into()),
                1 => prop::collection::vec(inside, 0..4).prop_map(Value::from),
            ]
        })
    }

    fn object() -> impl Strategy<Value = Map<String, Value>> {
        prop::collection::btree_map(name(), value(), 0..5)
            .prop_map(|members| members.into_iter().collect())
    }

    fn entries() -> impl Strategy<Value = Vec<String>> {
        let entry = prop_oneof![
            4 => r"[+*!-]?[a-d](\.[+*!-]?[a-d]){0,3}",
            1 => r"[a-d+*!., -]{0,12}",
        ];
        prop::collection::vec(entry, 0..5)
    }

    fn parse(entries: &[String]) -> Result<Fields, Contradiction> {
        Fields::parse(entries.iter().map(String::as_str))
    }

    /// Whether nothing is in `part` that is not in `whole`, in the same place.
    fn is_part(part: &Value, whole: &Value) -> bool {
        match (part, whole) {
            (Value::Object(part), Value::Object(whole)) => part.iter().all(|(name, value)| {
                whole
                    .get(name)
                    .is_some_and(|original| is_part(value, original))
            }),
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

    proptest! {
        #[test]
        fn adds_nothing(entries in entries(), value in value()) {
            if let Ok(fields) = parse(&entries) {
                let left = fields.filter(value.clone());
                prop_assert!(is_part(&left, &value), "{left} of {value}");
                if fields.is_everything() {
                    prop_assert_eq!(left, value);
                }
            }
        }

        #[test]
        fn twice_is_once(entries in entries(), value in value()) {
            if let Ok(fields) = parse(&entries) {
                let left = fields.filter(value);
                prop_assert_eq!(fields.filter(left.clone()), left);
            }
        }

        #[test]
        fn order_and_repetition_do_not_matter(
            (entries, others) in entries().prop_flat_map(|entries| {
                let repeated = subsequence(entries.clone(), 0..=entries.len());
                let others = repeated.prop_map({
                    let entries = entries.clone();
                    move |repeated| [entries.clone(), repeated].concat()
                });
                (Just(entries), others.prop_shuffle())
            }),
            value in value(),
        ) {
            let one = parse(&entries).map(|fields| fields.filter(value.clone()));
            let other = parse(&others).map(|fields| fields.filter(value));
            prop_assert_eq!(one.ok(), other.ok());
        }

        #[test]
        fn commas_and_repeated_parameters_are_the_same(entries in entries(), value in value()) {
            let one = parse(&entries).map(|fields| fields.filter(value.clone()));
            let other = parse(&[entries.join(",")]).map(|fields| fields.filter(value));
            prop_assert_eq!(one, other);
        }

        #[test]
        fn without_all_names_nothing_is_left(object in object()) {
            let entries: Vec<_> = object.keys().map(|name| format!("-{name}")).collect();
            let left = parse(&entries).unwrap().filter(object.clone().into());
            prop_assert_eq!(left, json!({}));
            let inside: Vec<_> = object.keys().map(|name| format!("in.-{name}")).collect();
            let left = parse(&inside).unwrap().filter(json!({"in": object, "beside": 1}));
            // Without a name inside, there was no entry either.
            let wanted = if inside.is_empty() { json!({"in": {}, "beside": 1}) } else { json!({"in": {}}) };
            prop_assert_eq!(left, wanted);
        }

        #[test]
        fn what_is_wanted_is_what_is_not_unwanted(
            (object, wanted) in object()
                .prop_filter("nothing wanted is everything", |object| !object.is_empty())
                .prop_flat_map(|object| {
                    let names: Vec<_> = object.keys().cloned().collect();
                    let some = subsequence(names.clone(), 1..=names.len());
                    (Just(object), some)
                }),
        ) {
            let unwanted: Vec<_> = object
                .keys()
                .filter(|name| !wanted.contains(name))
                .map(|name| format!("-{name}"))
                .collect();
            let value = Value::from(object);
            let one = parse(&wanted).unwrap().filter(value.clone());
            prop_assert_eq!(one.as_object().unwrap().len(), wanted.len());
            prop_assert_eq!(one, parse(&unwanted).unwrap().filter(value));
        }

        #[test]
        fn any_text_is_taken(
            texts in prop::collection::vec(any::<String>(), 0..4),
            close in prop::collection::vec(r"[a-dé+*!.,\x00 -]{0,60}", 0..4),
            value in value(),
        ) {
            if let Ok(fields) = parse(&[texts, close].concat()) {
                let left = fields.filter(value.clone());
                prop_assert!(is_part(&left, &value), "{left} of {value}");
            }
        }
    }
}
