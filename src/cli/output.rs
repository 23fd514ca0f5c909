//! What commands say, to people or to scripts.

use std::fmt::Display;
use std::io::Write as _;
use std::process::ExitCode;

use serde::Serialize;

/// The form that answers take.
#[derive(Clone, Copy)]
pub(super) struct Output {
    json: bool,
}

impl Output {
    pub(super) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether a script reads it.
    pub(super) fn is_for_a_script(self) -> bool {
        self.json
    }

    /// The answer of a command: JSON for a script, `line` for a person.
    pub(super) fn answer(self, value: &impl Serialize, line: impl Display) {
        if self.json {
            text(serde_json::to_string(value).unwrap_or_default());
        } else {
            text(line);
        }
    }
}

/// A text that is the answer itself, for people and scripts alike.
pub(super) fn text(text: impl Display) {
    // A reader that has left, like `head`, is no reason to fail.
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Something to know besides the answer.
pub(super) fn note(line: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Says why a command failed, with every cause.
pub(super) fn failed(failure: &(dyn std::error::Error + 'static)) -> ExitCode {
    note(format_args!("rekey: {failure}"));
    let mut cause = failure.source();
    while let Some(error) = cause {
        note(format_args!("  because {error}"));
        cause = error.source();
    }
    ExitCode::from(1)
}
