//! `[log]`: what the server says about itself.

use tracing_subscriber::EnvFilter;

use super::reader::{Advice, Read, Reader};

/// `[log]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// How lines are written.
    pub format: Format,
    /// What is logged: a filter directive of `tracing`, known to parse.
    pub level: String,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `Pretty` on a terminal, else `Json`.
    Auto,
    /// One JSON object a line.
    Json,
    /// For people.
    Pretty,
}

const FORMATS: [(&str, Format); 3] = [
    ("auto", Format::Auto),
    ("json", Format::Json),
    ("pretty", Format::Pretty),
];

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

impl Log {
    pub(super) fn read(reader: &mut Reader) -> Read<Self> {
        let format = reader.choice("log.format", &FORMATS);
        let level = reader.text("log.level", level);
        Ok(Self {
            format: format?,
            level: level?,
        })
    }
}

fn level(text: &str) -> Result<String, Advice> {
    // A filter takes any bare word as the name of a target, so a misspelt level would log nothing.
    let spelt = text
        .split(',')
        .all(|directive| directive.contains(['=', '[']) || LEVELS.contains(&directive.trim()));
    if spelt && EnvFilter::try_new(text).is_ok() {
        Ok(text.to_owned())
    } else {
        Err(
            "write off, error, warn, info, debug or trace, or a filter like info,rekey::mail=debug"
                .into(),
        )
    }
}
