//! What is wrong with what an operator wrote: everything at once, each with its place.

use std::fmt;
use std::ops::Range;

/// Everything that is wrong, in the order of the file, then of the environment. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistakes(Vec<Mistake>);

/// One thing that is wrong. Holds no value of a setting that bears a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where it was written.
    pub place: Place,
    /// The dotted name of the setting; empty when the file as a whole is at fault.
    pub key: String,
    /// What is wrong with it and what to write instead; reads on from the key.
    pub sentence: String,
}

/// Where a setting was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In a file, or missing from it.
    File(String),
    /// On a line of a file, counted from 1.
    Line(String, usize),
    /// In a variable of the environment.
    Variable(String),
    /// Nowhere: it is the built-in default.
    Default,
}

impl Mistakes {
    pub(super) fn sorted(mut found: Vec<Mistake>) -> Self {
        found.sort_by(|a, b| a.place.cmp(&b.place));
        Self(found)
    }

    /// The mistakes one by one.
    pub fn iter(&self) -> impl Iterator<Item = &Mistake> {
        self.0.iter()
    }
}

impl Mistake {
    pub(super) fn new(place: Place, key: &str, sentence: impl Into<String>) -> Self {
        Self {
            place,
            key: key.to_owned(),
            sentence: sentence.into(),
        }
    }
}

impl From<Mistake> for Mistakes {
    fn from(mistake: Mistake) -> Self {
        Self(vec![mistake])
    }
}

impl Place {
    /// The place of a piece of `text`, which is what the file `name` holds.
    pub(super) fn of(name: &str, text: &str, span: Option<Range<usize>>) -> Self {
        match span.and_then(|span| text.get(..span.start)) {
            Some(before) => Self::Line(name.to_owned(), before.matches('\n').count() + 1),
            None => Self::File(name.to_owned()),
        }
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            mistake.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistakes {}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        if !self.key.is_empty() {
            write!(f, "{} ", self.key)?;
        }
        f.write_str(&self.sentence)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(name) | Self::Variable(name) => f.write_str(name),
            Self::Line(name, line) => write!(f, "{name}:{line}"),
            Self::Default => f.write_str("built-in default"),
        }
    }
}
