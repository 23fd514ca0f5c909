//! What to say about a setting that does not exist.

use super::environment::variable;
use super::mistakes::Place;
use super::setting::{Setting, Value};

/// What exists, in the order of the documentation.
pub(super) struct Known<'k> {
    /// The settings, by their dotted names.
    pub(super) keys: Vec<&'k str>,
    /// The repeated tables, `[[name]]`.
    pub(super) tables: Vec<&'k str>,
}

impl<'k> Known<'k> {
    /// What is wrong with the name of a setting; `None`: it exists.
    pub(super) fn refuses(&self, setting: &Setting) -> Option<String> {
        let key = setting.key.as_str();
        if self.keys.contains(&key) {
            return None;
        }
        let table = key.split('.').next().unwrap_or_default();
        if self.tables.contains(&table) {
            return Some(format!("is not in a list; write [[{table}]] above it"));
        }
        if self.is_section(key) {
            let is_empty = matches!(setting.value, Value::Section);
            return (!is_empty).then(|| "is a section; write its settings one by one".to_owned());
        }
        let Some(near) = self.nearest(key) else {
            return Some(format!("is not a setting; {}", self.choices(key)));
        };
        let near = match setting.place {
            Place::Variable(_) => variable(near),
            Place::File(_) | Place::Line(..) | Place::Default => near.to_owned(),
        };
        Some(format!("is not a setting; did you mean {near}?"))
    }

    /// What is wrong with a repeated table that nobody takes.
    pub(super) fn refuses_table(&self, name: &str) -> String {
        if self.is_section(name) {
            return format!("cannot be repeated; write [{name}] once");
        }
        if self.keys.contains(&name) {
            return "is a list of tables; write plain values".to_owned();
        }
        match closest(&self.tables, |table| slips(name, table)) {
            Some(near) => format!("is not a list; did you mean [[{near}]]?"),
            None => format!("is not a list; {}", self.choices(name)),
        }
    }

    fn is_section(&self, name: &str) -> bool {
        self.keys.iter().any(|key| split(key).0 == name)
    }

    /// The setting that was probably meant: a slip of the pen in the same section, then in any,
    /// then the right name in the wrong section.
    fn nearest(&self, key: &str) -> Option<&'k str> {
        let (section, name) = split(key);
        let here = |known: &str| {
            let (its_section, its_name) = split(known);
            slips(name, its_name).filter(|_| its_section == section)
        };
        // Also finds `server_bind`, which is how REKEY__SERVER_BIND is read.
        let anywhere = |known: &str| slips(key, known).filter(|slips| *slips <= 2);
        let elsewhere = || {
            let mut same = self.keys.iter().filter(|key| split(key).1 == name);
            same.next().filter(|_| same.next().is_none()).copied()
        };
        closest(&self.keys, here)
            .or_else(|| closest(&self.keys, anywhere))
            .or_else(elsewhere)
    }

    /// What could have been written where `key` was.
    fn choices(&self, key: &str) -> String {
        let (section, _) = split(key);
        let names: Vec<_> = self
            .keys
            .iter()
            .filter(|key| split(key).0 == section)
            .map(|key| split(key).1)
            .collect();
        let names = names.join(", ");
        if !section.is_empty() && !names.is_empty() {
            return format!("{section} takes {names}");
        }
        let mut sections: Vec<_> = self.keys.iter().map(|key| split(key).0).collect();
        sections.retain(|section| !section.is_empty());
        sections.dedup();
        sections.extend(&self.tables);
        let sections = sections.join(", ");
        if section.is_empty() && !names.is_empty() {
            format!("the file takes {names} and the sections {sections}")
        } else {
            format!("the sections are {sections}")
        }
    }
}

/// Of `known`, the one with the fewest slips.
fn closest<'k>(known: &[&'k str], slips: impl Fn(&str) -> Option<usize>) -> Option<&'k str> {
    let near = known.iter().filter_map(|name| Some((slips(name)?, *name)));
    near.min_by_key(|(slips, _)| *slips).map(|(_, name)| name)
}

/// How many slips of the pen lie between two names; `None`: too many for one to be the other.
fn slips(typed: &str, meant: &str) -> Option<usize> {
    let slips = strsim::damerau_levenshtein(typed, meant);
    (slips <= (typed.chars().count() / 3).max(1)).then_some(slips)
}

/// The section and the name; settings at the top of a file are in section "".
fn split(key: &str) -> (&str, &str) {
    key.rsplit_once('.').unwrap_or(("", key))
}
