//! What is read of bodies and queries, and what is refused.

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
