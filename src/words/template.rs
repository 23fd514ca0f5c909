//! How templates say messages, `{{ say("reset-link-title") }}`, and how values are escaped in them.

use fluent_bundle::FluentValue;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, Value};

use super::{Args, catalogue};
use crate::domain::language::Language;

/// Teaches templates the function `say`. The language is the variable `language`; what a message
/// fills in are the template's variables of the same names, and one that is missing is an error.
/// What is said is text, so HTML templates escape it whole.
pub fn teach(environment: &mut Environment<'_>) {
    environment.add_function("say", say);
    environment.add_filter("breakable", breakable);
    environment.set_formatter(format);
}

/// How many characters stand together before a line may break in them.
const UNBROKEN: usize = 16;

/// A long word for HTML, with places where its line may break. Not every mail program knows the styles
/// that say so, and a card that cannot break widens; whoever copies the word copies none of the places.
fn breakable(word: &str) -> Value {
    let chars: Vec<char> = word.chars().collect();
    let pieces = chars.chunks(UNBROKEN).map(|piece| {
        let piece: String = piece.iter().collect();
        escape(&piece)
    });
    let pieces: Vec<String> = pieces.collect();
    Value::from_safe_string(pieces.join("<wbr>"))
}

/// Escapes for HTML as minijinja does, but leaves `/` alone, so that a link stays legible.
fn format(out: &mut Output, state: &mut State, value: &Value) -> Result<(), minijinja::Error> {
    let text = value.as_str().filter(|_| !value.is_safe());
    match (state.auto_escape(), text) {
        (AutoEscape::Html, Some(text)) => out.write_str(&escape(text)).map_err(Into::into),
        (_, _) => minijinja::escape_formatter(out, state, value),
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

fn say(state: &State, name: &str) -> Result<String, Error> {
    let code = state.lookup("language");
    let code = code.as_ref().and_then(Value::as_str).unwrap_or_default();
    let language = Language::parse(code)
        .ok_or_else(|| Error::new(ErrorKind::UndefinedError, "no such language"))?;
    let unknown = || Error::new(ErrorKind::InvalidOperation, format!("no message {name:?}"));
    let mut args = Args::new();
    for place in catalogue::places(language, name).ok_or_else(unknown)? {
        let value = state
            .lookup(place)
            .filter(|value| !value.is_undefined() && !value.is_none())
            .ok_or_else(|| {
                let detail = format!("{name:?} needs {place:?}");
                Error::new(ErrorKind::UndefinedError, detail)
            })?;
        args.set(place.as_str(), filling(&value));
    }
    catalogue::say(language, name, &args)
        .map_err(|unsaid| Error::new(ErrorKind::InvalidOperation, unsaid.to_string()))
}

/// Numbers stay numbers, since messages choose their plural by them.
fn filling(value: &Value) -> FluentValue<'static> {
    i64::try_from(value.clone()).map_or_else(|_| value.to_string().into(), FluentValue::from)
}
