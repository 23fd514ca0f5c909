//! `[log]`: what the server says about itself.

use tracing_subscriber::EnvFilter;
use url::Url;

use super::reader::{Advice, Read, Reader};
use super::web;

/// `[log]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// How lines are written.
    pub format: Format,
    /// What is logged: a filter directive of `tracing`, known to parse.
    pub level: String,
    /// Where traces are sent by OTLP; `None`: nowhere.
    pub otlp_endpoint: Option<Url>,
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
        let otlp_endpoint = reader.optional("log.otlp_endpoint", endpoint);
        Ok(Self {
            format: format?,
            level: level?,
            otlp_endpoint: otlp_endpoint?,
        })
    }
}

fn endpoint(text: &str) -> Result<Url, Advice> {
    web::absolute(text)
        .ok_or("write an absolute URL without user, like http://127.0.0.1:4318".into())
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
