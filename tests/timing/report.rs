//! Figures, and whether they are within their bounds.

use std::fmt::Write as _;
use std::ops::RangeInclusive;

use crate::harness::ranks::{difference, median};
use crate::harness::whom::{Question, STATES};
use crate::series::Series;

/// The largest gap between medians, in milliseconds: of a request that nothing is looked up for, and
/// of one that costs a hash, whose own times scatter by more than that.
const GAP: f64 = 0.05;
const GAP_OF_A_HASH: f64 = 1.0;
/// How often one kind may be slower than the other.
const SLOWER: RangeInclusive<f64> = 0.47..=0.53;
/// Below this, series differ: shared out over all comparisons of a run.
const P: f64 = 0.01;
/// Comparisons in a run: three of each of 4 x 2 x 2 requests and 2 x 2 sign-ins.
const COMPARISONS: f64 = 60.0;

/// What the wrong passwords are called.
const WRONG: [&str; 4] = ["empty", "1 character", "16 characters", "128 characters"];

/// What is written down.
pub struct Report {
    samples: usize,
    rows: String,
    lengths: String,
    after: String,
    failures: Vec<String>,
}

fn gap(question: Question) -> f64 {
    if Question::SIGN_INS.contains(&question) {
        GAP_OF_A_HASH
    } else {
        GAP
    }
}

impl Report {
    pub fn new(samples: usize) -> Self {
        Self {
            samples,
            rows: String::new(),
            lengths: String::new(),
            after: String::new(),
            failures: Vec::new(),
        }
    }

    /// What of a series is out of its bounds.
    pub fn excesses(question: Question, series: &Series) -> Vec<String> {
        let known = series.of(|sample| sample.state == 0);
        let mut found = Vec::new();
        for (state, name) in STATES.iter().enumerate().skip(1) {
            let told = difference(&series.of(|sample| sample.state == state), &known);
            if told.gap.abs() >= gap(question)
                || !SLOWER.contains(&told.slower)
                || told.p * COMPARISONS < P
            {
                found.push(format!("{name}: {told:?}"));
            }
        }
        found
    }

    /// Prints and keeps the figures of a series.
    pub fn note(&mut self, question: Question, when: &str, series: &Series) {
        let known = series.of(|sample| sample.state == 0);
        let mut row = format!("| {} | {when} | {:.3} |", title(question), median(&known));
        for state in 1..STATES.len() {
            let told = difference(&series.of(|sample| sample.state == state), &known);
            write!(
                row,
                " {:+.3} | {:.3} | {:.2} |",
                told.gap, told.slower, told.p
            )
            .unwrap();
        }
        println!("{row}");
        writeln!(self.rows, "{row}").unwrap();
        if Question::SIGN_INS.contains(&question) {
            for (kind, length) in WRONG.iter().enumerate() {
                let of = |state| series.of(|sample| sample.state == state && sample.kind == kind);
                let told = difference(&of(1), &of(0));
                let (title, known) = (title(question), median(&of(0)));
                let row = format!(
                    "| {title} | {when} | {length} | {known:.3} | {:+.3} | {:.3} | {:.2} |",
                    told.gap, told.slower, told.p
                );
                println!("{row}");
                writeln!(self.lengths, "{row}").unwrap();
            }
        } else {
            let after = |state| series.of(|sample| sample.before == Some(state));
            let told = difference(&after(1), &after(0));
            let row = format!(
                "| {} | {when} | {:+.3} | {:.3} | {:.2} |",
                title(question),
                told.gap,
                told.slower,
                told.p
            );
            println!("{row}");
            writeln!(self.after, "{row}").unwrap();
        }
    }

    pub fn judge(&mut self, question: Question, when: &str, series: &Series) {
        for excess in Self::excesses(question, series) {
            self.failures
                .push(format!("{}, {when}: {excess}", title(question)));
        }
    }

    /// Writes the page, then fails if anything was out of bounds.
    pub fn finish(self) {
        if let Ok(path) = std::env::var("REKEY_TIMING_RECORD") {
            std::fs::write(path, self.page()).unwrap();
        }
        assert!(
            self.failures.is_empty(),
            "out of bounds:\n{}",
            self.failures.join("\n")
        );
    }

    fn page(&self) -> String {
        let cores = std::thread::available_parallelism().unwrap();
        let verdict = if self.failures.is_empty() {
            "Every figure was within its bounds.".to_owned()
        } else {
            format!("Out of bounds:\n\n- {}", self.failures.join("\n- "))
        };
        include_str!("page.md")
            .replace("{samples}", &self.samples.to_string())
            .replace("{cores}", &cores.to_string())
            .replace("{verdict}", &verdict)
            .replace("{rows}", self.rows.trim_end())
            .replace("{lengths}", self.lengths.trim_end())
            .replace("{after}", self.after.trim_end())
    }
}

/// What the page calls a question.
fn title(question: Question) -> &'static str {
    match question {
        Question::Sspr => "eZmax SSPR, password reset",
        Question::Cyclos => "Cyclos, forgotten password",
        Question::Clevermaps => "CleverMaps, password reset",
        Question::Turbosmtp => "TurboSMTP, forgotten password",
        Question::CyclosSignIn => "Cyclos, sign-in",
        Question::TurbosmtpSignIn => "TurboSMTP, sign-in",
    }
}
