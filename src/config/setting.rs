//! One setting as it was written, before anybody knows what it should be.

use toml_edit::Value as Toml;

use super::mistakes::Place;

/// A value and where it was written. Has no `Debug`: it may be a secret.
#[derive(Clone)]
pub(super) struct Setting {
    /// The dotted name it was written under.
    pub(super) key: String,
    /// Where.
    pub(super) place: Place,
    /// What.
    pub(super) value: Value,
}

/// What was written.
#[derive(Clone)]
pub(super) enum Value {
    /// Text in quotes.
    Text(String),
    /// Text from outside TOML, where a number, a switch or a list is text too.
    Bare(String),
    /// A whole number.
    Number(i64),
    /// A switch.
    Flag(bool),
    /// A list, each entry with its own place.
    List(Vec<Setting>),
    /// A section without settings.
    Section,
    /// Something no setting takes: a date, a fraction.
    Other(String),
}

impl Value {
    /// What TOML says, each entry of a list placed by `place_of`.
    pub(super) fn new(key: &str, toml: &Toml, place_of: &impl Fn(&Toml) -> Place) -> Self {
        match toml {
            Toml::String(text) => Self::Text(text.value().clone()),
            Toml::Integer(number) => Self::Number(*number.value()),
            Toml::Boolean(flag) => Self::Flag(*flag.value()),
            Toml::Array(entries) => Self::List(
                entries
                    .iter()
                    .map(|entry| Setting {
                        key: key.to_owned(),
                        place: place_of(entry),
                        value: Self::new(key, entry, place_of),
                    })
                    .collect(),
            ),
            Toml::Float(_) | Toml::Datetime(_) | Toml::InlineTable(_) => {
                Self::Other(toml.to_string().trim().to_owned())
            }
        }
    }

    /// The text, wherever it comes from.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Bare(text) => Some(text),
            Self::Number(_) | Self::Flag(_) | Self::List(_) | Self::Section | Self::Other(_) => {
                None
            }
        }
    }

    /// Whether nothing was said.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) | Self::Bare(text) => text.is_empty(),
            Self::List(entries) => entries.is_empty(),
            Self::Number(_) | Self::Flag(_) | Self::Section | Self::Other(_) => false,
        }
    }

    /// The value as a mistake shows it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::Bare(text) => format!("{text:?}"),
            Self::Number(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::List(_) => "a list".to_owned(),
            Self::Section => "a section".to_owned(),
            Self::Other(text) => text.clone(),
        }
    }
}

impl Setting {
    /// The entries, if this is a list: in TOML, or bare text with commas or line breaks between.
    pub(super) fn entries(&self) -> Option<Vec<Self>> {
        match &self.value {
            Value::List(entries) => Some(entries.clone()),
            Value::Bare(text) if text.trim_start().starts_with('[') => {
                match text.trim().parse::<Toml>() {
                    Ok(toml @ Toml::Array(_)) => Self {
                        value: Value::new(&self.key, &toml, &|_| self.place.clone()),
                        ..self.clone()
                    }
                    .entries(),
                    Ok(_) | Err(_) => None,
                }
            }
            Value::Bare(text) => Some(
                text.split([',', '\n'])
                    .map(str::trim)
                    .filter(|entry| !entry.is_empty())
                    .map(|entry| Self {
                        value: Value::Bare(entry.to_owned()),
                        ..self.clone()
                    })
                    .collect(),
            ),
            Value::Text(_)
            | Value::Number(_)
            | Value::Flag(_)
            | Value::Section
            | Value::Other(_) => None,
        }
    }
}
