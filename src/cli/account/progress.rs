//! How far an import has come, drawn where a person looks on.

use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::output;
use crate::operator::Step;

/// A bar on standard error; nothing where that is no terminal, or where a script reads on.
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn new(is_for_a_script: bool) -> Self {
        if is_for_a_script || !std::io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::no_length().with_style(ProgressStyle::default_spinner());
        Self(bar)
    }

    /// Draws a step.
    pub(super) fn step(&self, step: Step) {
        let Self(bar) = self;
        match step {
            Step::Checked { lines } => {
                bar.set_message(format!("{lines} lines checked"));
                bar.tick();
            }
            Step::Staged { lines, of } => {
                if bar.length() != Some(of) {
                    bar.set_length(of);
                    bar.set_message("lines staged");
                    let known = "{bar:40} {pos}/{len} {msg}, {eta} left";
                    if let Ok(style) = ProgressStyle::with_template(known) {
                        bar.set_style(style);
                    }
                }
                bar.set_position(lines);
            }
            Step::Merging => {
                bar.set_style(ProgressStyle::default_spinner());
                bar.set_message("making accounts of them");
                bar.enable_steady_tick(std::time::Duration::from_millis(100));
            }
        }
    }

    /// Says something without tearing the bar.
    pub(super) fn note(&self, line: impl std::fmt::Display) {
        let Self(bar) = self;
        bar.suspend(|| output::note(line));
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        let Self(bar) = self;
        bar.finish_and_clear();
    }
}
