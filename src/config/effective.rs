//! What every setting is in the end, and who said so.

use std::path::Path;

use serde::Serialize;

use super::redacted::{HIDDEN, redacted};
use super::secret_files::SECRET;
use super::setting::{Setting, Value};
use super::{Config, Environment, Mistakes, Place, reader, source};

/// One setting as it is in effect. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Effective {
    /// Its dotted name.
    pub key: String,
    /// Its value as TOML; secrets are hidden.
    pub value: String,
    /// Where that was written; `None`: nowhere, it is the built-in default.
    pub from: Option<String>,
}

impl Config {
    /// Every setting of a server file and the environment that [`Config::load`] takes.
    pub fn effective(
        file: Option<&Path>,
        environment: &Environment,
    ) -> Result<Vec<Effective>, Mistakes> {
        let (name, text) = source(file)?;
        let reader = reader(&name, &text, environment)?;
        let settings = reader.in_effect().map(|(setting, default)| Effective {
            key: setting.key.clone(),
            value: shown(setting, default),
            from: match &setting.place {
                Place::Default => None,
                place @ (Place::File(_) | Place::Line(..) | Place::Variable(_)) => {
                    Some(place.to_string())
                }
            },
        });
        Ok(settings.collect())
    }
}

fn shown(setting: &Setting, default: &Setting) -> String {
    let key = setting.key.as_str();
    if !SECRET.contains(&key) || setting.value.is_empty() {
        return toml(&setting.value, setting, &default.value);
    }
    match setting.value.as_text() {
        Some(url) if ["database.url", "mail.smtp_url"].contains(&key) => quoted(&redacted(url)),
        Some(_) => quoted(HIDDEN),
        None => format!("[{}]", quoted(HIDDEN)),
    }
}

/// A value as TOML writes it. Text from the environment takes the form of the default.
fn toml(value: &Value, setting: &Setting, default: &Value) -> String {
    match (value, default) {
        (Value::Bare(_) | Value::List(_), Value::List(_)) => {
            let entries = setting.entries().unwrap_or_default();
            let entries: Vec<_> = entries
                .iter()
                .map(|entry| quoted(entry.value.as_text().unwrap_or_default()))
                .collect();
            format!("[{}]", entries.join(", "))
        }
        (Value::Bare(text), Value::Number(_) | Value::Flag(_)) => text.trim().to_owned(),
        (Value::Text(text) | Value::Bare(text), _) => quoted(text),
        (
            Value::Number(_) | Value::Flag(_) | Value::Section | Value::Other(_) | Value::List(_),
            _,
        ) => value.shown(),
    }
}

fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string().trim().to_owned()
}
