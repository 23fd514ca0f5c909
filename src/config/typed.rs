//! What settings can be: text, numbers, switches, durations, choices, lists.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::reader::{Advice, Noted, Read, Reader};
use super::setting::{Setting, Value};

/// Seconds in a minute.
pub(super) const MINUTE: u64 = 60;
/// Seconds in an hour.
pub(super) const HOUR: u64 = 60 * MINUTE;
/// Seconds in a day.
pub(super) const DAY: u64 = 24 * HOUR;

impl Reader {
    /// Text that means something to `parse`.
    pub(super) fn text<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Advice>,
    ) -> Read<T> {
        let setting = self.setting(key)?;
        parse_text(&setting.value, parse).map_err(|advice| self.wrong(&setting, &advice))
    }

    /// Text that means something to `parse`, or nothing when it is empty.
    pub(super) fn optional<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Advice>,
    ) -> Read<Option<T>> {
        self.text(key, |text| match text {
            "" => Ok(None),
            text => parse(text).map(Some),
        })
    }

    /// A switch.
    pub(super) fn flag(&mut self, key: &'static str) -> Read<bool> {
        let setting = self.setting(key)?;
        let flag = match &setting.value {
            Value::Flag(flag) => Some(*flag),
            Value::Bare(text) => text.trim().parse().ok(),
            Value::Text(_)
            | Value::Number(_)
            | Value::List(_)
            | Value::Section
            | Value::Other(_) => None,
        };
        flag.ok_or_else(|| self.wrong(&setting, "write true or false"))
    }

    /// A whole number in `range`.
    pub(super) fn number(&mut self, key: &'static str, range: &RangeInclusive<u32>) -> Read<u32> {
        let setting = self.setting(key)?;
        let number = match &setting.value {
            Value::Number(number) => u32::try_from(*number).ok(),
            Value::Bare(text) => text.trim().parse().ok(),
            Value::Text(_) | Value::Flag(_) | Value::List(_) | Value::Section | Value::Other(_) => {
                None
            }
        };
        number
            .filter(|number| range.contains(number))
            .ok_or_else(|| {
                let (low, high) = (range.start(), range.end());
                self.wrong(
                    &setting,
                    &format!("write a whole number from {low} to {high}"),
                )
            })
    }

    /// A duration in `range`, in whole seconds.
    pub(super) fn duration(&mut self, key: &'static str, range: &RangeInclusive<u64>) -> Read<u64> {
        let example = self
            .example(key)
            .map_or(String::new(), |value| format!(", like {}", value.shown()));
        self.text(key, |text| {
            seconds(text, range).ok_or_else(|| format!("{}{example}", asked(range)).into())
        })
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(
        &mut self,
        key: &'static str,
        choices: &[(&'static str, T)],
    ) -> Read<T> {
        self.text(key, |text| one_of(text, choices))
    }

    /// A list of a few words, each at most once.
    pub(super) fn words<T: Copy + PartialEq>(
        &mut self,
        key: &'static str,
        choices: &[(&'static str, T)],
    ) -> Read<Vec<T>> {
        self.list(key, |text| one_of(text, choices))
    }

    /// A list without duplicates, each entry of which means something to `parse`.
    pub(super) fn list<T: PartialEq>(
        &mut self,
        key: &'static str,
        parse: impl Fn(&str) -> Result<T, Advice>,
    ) -> Read<Vec<T>> {
        let setting = self.setting(key)?;
        let Some(entries) = setting.entries() else {
            return Err(self.wrong(&setting, "write a list in brackets, like [\"…\", \"…\"]"));
        };
        let mut list = Vec::new();
        let mut result = Ok(());
        for entry in &entries {
            match self.entry(entry, &parse) {
                Ok(value) if list.contains(&value) => {
                    result = Err(self.wrong_entry(entry, "write it once"));
                }
                Ok(value) => list.push(value),
                Err(noted) => result = Err(noted),
            }
        }
        result.map(|()| list)
    }

    fn entry<T>(
        &mut self,
        entry: &Setting,
        parse: impl Fn(&str) -> Result<T, Advice>,
    ) -> Result<T, Noted> {
        parse_text(&entry.value, parse).map_err(|advice| self.wrong_entry(entry, &advice))
    }
}

/// Parses text. Anything else is met with what `parse` would say of it as text: 3600 with what a
/// duration looks like.
fn parse_text<T>(
    value: &Value,
    parse: impl FnOnce(&str) -> Result<T, Advice>,
) -> Result<T, Advice> {
    match value.as_text() {
        Some(text) => parse(text),
        None => parse(&value.shown()).and(Err("write it in quotes".into())),
    }
}

/// Reads one of a few words.
pub(super) fn one_of<T: Copy>(text: &str, choices: &[(&'static str, T)]) -> Result<T, Advice> {
    let found = choices.iter().find(|(word, _)| *word == text);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
        format!("write {}", either(&words)).into()
    })
}

/// `a, b or c`.
pub(super) fn either(words: &[&str]) -> String {
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some(_) | None => words.concat(),
    }
}

/// Reads a duration of whole seconds.
pub(super) fn seconds(text: &str, range: &RangeInclusive<u64>) -> Option<u64> {
    let duration: Duration = humantime::parse_duration(text).ok()?;
    let whole = duration.subsec_nanos() == 0 && range.contains(&duration.as_secs());
    whole.then_some(duration.as_secs())
}

/// How a duration in `range` is asked for.
pub(super) fn asked(range: &RangeInclusive<u64>) -> String {
    let (low, high) = (words(*range.start()), words(*range.end()));
    format!("write a duration from {low} to {high}")
}

/// A bound in words. One day is 24 hours: the documentation says it so.
fn words(seconds: u64) -> String {
    let (unit, name) = match seconds {
        _ if seconds > DAY && seconds.is_multiple_of(DAY) => (DAY, "day"),
        _ if seconds.is_multiple_of(HOUR) => (HOUR, "hour"),
        _ if seconds.is_multiple_of(MINUTE) => (MINUTE, "minute"),
        _ => (1, "second"),
    };
    let count = seconds / unit;
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {name}{plural}")
}
