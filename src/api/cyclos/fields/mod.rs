//! The `fields` parameter: which members of an answer a caller wants (contracts/cyclos.md, 2).
//!
//! An entry is a path of names between dots, and says at each level what its name's prefix says:
//!
//! - none or `+`: the name is wanted. One wanted name leaves out all others of its level.
//! - `-` or `!`: the name is not wanted. With a path behind it, nothing is said of the name itself,
//!   and the next name without a prefix inherits this one: `-a.b.c` is `*a.*b.-c`.
//! - `*`: nothing is said of the name itself, only of its inside. Without a path, that is nothing.
//!
//! So `+a.-b` is `a.-b`, which wants `a` alone and all of that but `b`; and `a.+b` is `a.b`. A name
//! that is wanted without a path is wanted whole, whatever other entries say of its inside. A name
//! that is both wanted and not is a [`Contradiction`], also where another entry wants all around it.
//!
//! A list is no level of its own: each of its elements is filtered. Where an answer has no such
//! name, or no object where a path goes on, an entry changes nothing there.
//!
//! Blanks around names do not count, since that is what a bare `+` in a query turns into. Empty
//! names are skipped, and their prefix with them: `a..b` and `a.-.b` are `a.b`, and `.` and `-` say
//! nothing, as if there were no entry.

mod entry;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use self::entry::Mark;

/// What a caller wants of an answer.
///
/// The levels that entries speak of are numbered, not nested, so that an entry of any depth costs
/// what it is long, and no recursion goes deeper than the answer.
#[derive(Debug, Default)]
pub(super) struct Fields {
    members: BTreeMap<(Level, String), Member>,
    /// Where a name is wanted, so that those nobody wants are left out.
    selective: BTreeSet<Level>,
}

/// One name was both wanted and not wanted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Contradiction {
    /// The entry that contradicts one before it.
    pub(super) entry: String,
}

/// The members of one object of an answer, or of each object of a list.
type Level = usize;

/// The answer itself.
const TOP: Level = 0;

/// What is wanted of one member.
#[derive(Debug)]
struct Member {
    said: Said,
    inside: Level,
}

/// What entries say of a name itself. Of two that agree, the greater one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    Nothing,
    Unwanted,
    LetterKind,
    WantedWhole,
}

impl Fields {
    /// Reads the values of all `fields` parameters of a query, each with any number of entries
    /// between commas.
    pub(super) fn parse<'a>(
        values: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, Contradiction> {
        let mut fields = Self::default();
        for entry in values.into_iter().flat_map(|value| value.split(',')) {
            fields.hear(entry.trim())?;
        }
        Ok(fields)
    }

    /// Whether every answer stays as it is.
    pub(super) fn is_everything(&self) -> bool {
        self.members
            .values()
            .all(|member| member.said == Said::Nothing)
    }

    /// Leaves out of an answer what is not wanted.
    pub(super) fn filter(&self, answer: Value) -> Value {
        self.filter_at(TOP, answer)
    }

    fn hear(&mut self, entry: &str) -> Result<(), Contradiction> {
        let mut level = TOP;
        let mut segments = entry::segments(entry).peekable();
        while let Some(segment) = segments.next() {
            let said = match (segment.mark, segments.peek()) {
                (Mark::Include, None) => Said::WantedWhole,
                (Mark::Include, Some(_)) => Said::LetterKind,
                (Mark::Exclude, None) => Said::Unwanted,
                (Mark::Exclude, Some(_)) | (Mark::NestedOnly, _) => Said::Nothing,
            };
            if segment.mark == Mark::Include {
                self.selective.insert(level);
            }
            let unheard = Member {
                said: Said::Nothing,
                // Nobody else's: there is one level for each member, after the top.
                inside: self.members.len() + 1,
            };
            let key = (level, segment.name.to_owned());
            let member = self.members.entry(key).or_insert(unheard);
            member.said = member.said.and(said).ok_or_else(|| Contradiction {
                entry: entry.to_owned(),
            })?;
            level = member.inside;
        }
        Ok(())
    }

    fn filter_at(&self, level: Level, value: Value) -> Value {
        match value {
            Value::Object(members) => {
                let members = members.into_iter();
                let wanted = members.filter_map(|(name, value)| self.member(level, name, value));
                Value::Object(wanted.collect())
            }
            Value::Array(elements) => {
                let elements = elements.into_iter();
                let filtered = elements.map(|element| self.filter_at(level, element));
                Value::Array(filtered.collect())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
        }
    }

    /// What is left of a member, if it is wanted at all.
    fn member(&self, level: Level, name: String, value: Value) -> Option<(String, Value)> {
        let is_selective = self.selective.contains(&level);
        let key = (level, name);
        let kept = match self.members.get(&key) {
            None => (!is_selective).then_some(value),
            Some(member) => match member.said {
                Said::Unwanted => None,
                Said::Nothing if is_selective => None,
                Said::Nothing | Said::LetterKind => Some(self.filter_at(member.inside, value)),
                Said::WantedWhole => Some(value),
            },
        };
        kept.map(|value| (key.1, value))
    }
}

impl Said {
    /// Both of two things said of one name, unless they contradict each other.
    fn and(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Unwanted, Self::LetterKind | Self::WantedWhole)
            | (Self::LetterKind | Self::WantedWhole, Self::Unwanted) => None,
            (
                Self::Nothing | Self::Unwanted | Self::LetterKind | Self::WantedWhole,
                Self::Nothing | Self::Unwanted | Self::LetterKind | Self::WantedWhole,
            ) => Some(self.max(other)),
        }
    }
}

#[cfg(test)]
mod tests;
