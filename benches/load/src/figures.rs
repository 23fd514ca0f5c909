//! The table.

use std::fmt::Write as _;

/// How a figure is judged.
#[derive(Clone, Copy)]
pub enum Goal {
    AtLeast(f64),
    AtMost(f64),
    Within(f64, f64),
    /// For information.
    None,
}

impl Goal {
    fn is_reached(self, value: f64) -> Option<bool> {
        match self {
            Self::AtLeast(least) => Some(value >= least),
            Self::AtMost(most) => Some(value <= most),
            Self::Within(least, most) => Some(value >= least && value <= most),
            Self::None => None,
        }
    }
}

struct Figure {
    cells: [String; 5],
    reached: Option<bool>,
}

/// All that was measured, in order.
#[derive(Default)]
pub struct Figures {
    figures: Vec<Figure>,
    sections: Vec<(usize, &'static str)>,
}

impl Figures {
    pub fn section(&mut self, name: &'static str) {
        eprintln!("{name} …");
        self.sections.push((self.figures.len(), name));
    }

    /// Notes a figure. `judged` is what the goal is about, often the ratio.
    pub fn note(
        &mut self,
        name: &str,
        measured: &str,
        (limit, ratio): (&str, Option<f64>),
        (goal, words): (Goal, &str),
        judged: f64,
    ) {
        let reached = goal.is_reached(judged);
        let ratio = ratio.map_or(String::new(), |ratio| format!("{ratio:.2}"));
        eprintln!("  {name}: {measured} | {limit} | {ratio}");
        self.figures.push(Figure {
            cells: [name, measured, limit, &ratio, words].map(str::to_owned),
            reached,
        });
    }

    /// Notes a ratio to a limit, both in something a second.
    pub fn rate(&mut self, name: &str, pair: Pair, limit: &str, least: f64) {
        self.note(
            name,
            &format!("{:.0}/s", pair.ours),
            (&format!("{limit} {:.0}/s", pair.limit), Some(pair.ratio)),
            (Goal::AtLeast(least), &format!("≥ {least:.2} of it")),
            pair.ratio,
        );
    }

    /// Notes a figure that has no limit.
    pub fn plain(&mut self, name: &str, measured: &str, goal: (Goal, &str), judged: f64) {
        self.note(name, measured, ("", None), goal, judged);
    }

    /// The table in Markdown, and in a sentence what falls short.
    pub fn print(&self) -> String {
        let mut text = String::new();
        for (number, (from, name)) in self.sections.iter().enumerate() {
            let to = self
                .sections
                .get(number + 1)
                .map_or(self.figures.len(), |next| next.0);
            let _ = writeln!(text, "\n## {name}\n");
            let _ = writeln!(
                text,
                "| figure | measured | limit in the same run | ratio | goal | reached |"
            );
            let _ = writeln!(text, "|---|---|---|---|---|---|");
            for figure in &self.figures[*from..to] {
                let reached = match figure.reached {
                    Some(true) => "yes",
                    Some(false) => "**no**",
                    None => "",
                };
                let _ = writeln!(text, "| {} | {reached} |", figure.cells.join(" | "));
            }
        }
        let short: Vec<_> = self
            .figures
            .iter()
            .filter(|figure| figure.reached == Some(false))
            .map(|figure| figure.cells[0].as_str())
            .collect();
        let _ = if short.is_empty() {
            writeln!(text, "\nEvery goal is reached.")
        } else {
            writeln!(text, "\nShort of the goal: {}.", short.join("; "))
        };
        text
    }
}

/// A rate, the limit beside it, and their ratio: medians over rounds in which one followed the other.
#[derive(Clone, Copy)]
pub struct Pair {
    pub ours: f64,
    pub limit: f64,
    pub ratio: f64,
}

impl Pair {
    pub fn of(rounds: &[(f64, f64)]) -> Self {
        Self {
            ours: median(rounds.iter().map(|(ours, _)| *ours)),
            limit: median(rounds.iter().map(|(_, limit)| *limit)),
            ratio: median(rounds.iter().map(|(ours, limit)| ours / limit)),
        }
    }
}

pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}
