//! Secrets that are mounted as files or handed over in well-known variables.

use std::path::PathBuf;

use super::environment::Environment;
use super::mistakes::{Mistake, Place};
use super::reader::{Read, Reader};
use super::setting::{Setting, Value};

/// The settings that bear secrets. No mistake shows what they hold.
pub(super) const SECRET: [&str; 5] = [
    "database.url",
    "secrets.keys",
    "mail.smtp_url",
    "sms.webhook_url",
    "sms.webhook_secret",
];

/// A setting, the one that names a file instead, and the variable that speaks when both are silent.
const SOURCES: [(&str, &str, Option<&str>); 5] = [
    ("database.url", "database.url_file", Some("DATABASE_URL")),
    (
        "secrets.keys",
        "secrets.keys_file",
        Some("REKEY_SECRET_KEY"),
    ),
    ("mail.smtp_url", "mail.smtp_url_file", None),
    ("sms.webhook_url", "sms.webhook_url_file", None),
    ("sms.webhook_secret", "sms.webhook_secret_file", None),
];

/// A file that holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretFile {
    /// The setting that the secret is for.
    pub key: &'static str,
    /// The file.
    pub path: PathBuf,
}

/// The files that secrets were read from.
pub(super) fn places(reader: &Reader) -> Vec<SecretFile> {
    let file_of = |key: &'static str| match reader.place(key)? {
        Place::File(path) | Place::Line(path, _) => Some(SecretFile {
            key,
            path: PathBuf::from(path),
        }),
        Place::Variable(_) | Place::Default => None,
    };
    SECRET.into_iter().filter_map(file_of).collect()
}

/// Puts every secret where its setting is looked for.
pub(super) fn gather(reader: &mut Reader, environment: &Environment) {
    for (key, file_key, variable) in SOURCES {
        // A mistake is on the list already; the other secrets are still to be looked at.
        let _: Read<()> = gather_one(reader, environment, key, file_key, variable);
    }
}

fn gather_one(
    reader: &mut Reader,
    environment: &Environment,
    key: &'static str,
    file_key: &'static str,
    variable: Option<&str>,
) -> Read<()> {
    let own = reader.setting(key)?;
    let file = reader.setting(file_key)?;
    // Nobody means the default of mail.smtp_url when naming a file for it.
    let own_is_silent = own.value.is_empty() || own.place == Place::Default;
    match (own_is_silent, file.value.is_empty()) {
        (false, false) => {
            let sentence = format!("and {key} are both set; keep one of them");
            Err(reader.refuse(&[file_key], sentence))
        }
        (_, false) => read(reader, key, &file),
        (true, true) => {
            let mut mistakes = Vec::new();
            let found = variable.and_then(|name| environment.setting(name, key, &mut mistakes));
            reader.note_all(mistakes);
            if let Some(setting) = found.filter(|setting| !setting.value.is_empty()) {
                reader.overlay(setting);
            }
            Ok(())
        }
        (false, true) => Ok(()),
    }
}

fn read(reader: &mut Reader, key: &str, file: &Setting) -> Read<()> {
    let Some(path) = file.value.as_text() else {
        return Err(reader.wrong(file, "write the path of a file in quotes"));
    };
    let sentence = match std::fs::read_to_string(path) {
        Ok(text) if text.trim().is_empty() => format!("is {path:?}, which is empty"),
        Ok(text) => {
            let text = text.strip_suffix('\n').unwrap_or(&text);
            let text = text.strip_suffix('\r').unwrap_or(text);
            reader.overlay(Setting {
                key: key.to_owned(),
                place: Place::File(path.to_owned()),
                value: Value::Bare(text.to_owned()),
            });
            return Ok(());
        }
        Err(error) => format!("is {path:?}, which cannot be read: {error}"),
    };
    let sentence = format!("{sentence}; write the path of a file that holds the secret");
    Err(reader.note(Mistake::new(file.place.clone(), &file.key, sentence)))
}
