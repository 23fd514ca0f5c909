//! Reads settings from layers and writes down every mistake on the way.
//!
//! A reading that fails is [`Noted`]: the mistake is on the list, and whoever needed the value goes
//! on without it. So one pass finds everything, and no wrong value is ever replaced by a guess.
//! [`Reader::finish`] then reports what nobody asked for.

use std::borrow::Cow;

use super::layer::Layer;
use super::mistakes::{Mistake, Mistakes, Place};
use super::setting::{Setting, Value};
use super::unknown::Known;

/// A value is missing or wrong, and the list of mistakes says why.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noted;

/// What reading a setting gives.
pub(super) type Read<T> = Result<T, Noted>;

/// What to write instead: a sentence that starts with what to do.
pub(super) type Advice = Cow<'static, str>;

/// Settings in layers.
pub(super) struct Reader {
    /// Weakest first; the first is the defaults.
    layers: Vec<Layer>,
    /// What was asked for, in that order: the settings that exist.
    asked: Vec<&'static str>,
    /// The repeated tables that were asked for.
    repeated: Vec<&'static str>,
    /// The settings whose values no mistake may show.
    secret: &'static [&'static str],
    mistakes: Vec<Mistake>,
}

/// The repeated tables of one name.
pub(super) struct Rows {
    /// What each of them takes its defaults from.
    pub(super) defaults: Layer,
    /// Those that somebody wrote.
    pub(super) written: Vec<Layer>,
    /// Where they are, or would be.
    pub(super) place: Place,
}

impl Reader {
    /// Reads `layers`, weakest first.
    pub(super) fn new(layers: Vec<Layer>, secret: &'static [&'static str]) -> Self {
        Self {
            layers,
            asked: Vec::new(),
            repeated: Vec::new(),
            secret,
            mistakes: Vec::new(),
        }
    }

    /// What the strongest layer says.
    pub(super) fn setting(&mut self, key: &'static str) -> Read<Setting> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        let found = self.layers.iter().rev().find_map(|layer| layer.get(key));
        found.cloned().ok_or_else(|| {
            self.note(Mistake::new(Place::Default, key, "has no default"));
            Noted
        })
    }

    /// What the weakest layer says, as an example of a good value.
    pub(super) fn example(&self, key: &str) -> Option<&Value> {
        let setting = self.layers.first()?.get(key)?;
        Some(&setting.value).filter(|value| !value.is_empty())
    }

    /// Puts a setting above all others.
    pub(super) fn overlay(&mut self, setting: Setting) {
        let mut layer = Layer::empty(setting.place.clone());
        layer.settings.push(setting);
        self.layers.push(layer);
    }

    /// Whether somebody wrote it, as opposed to the built-in default.
    pub(super) fn is_written(&self, key: &str) -> bool {
        self.place(key)
            .is_some_and(|place| *place != Place::Default)
    }

    /// The repeated tables `[[name]]`.
    pub(super) fn take_rows(&mut self, name: &'static str) -> Read<Rows> {
        self.repeated.push(name);
        let place = self.home();
        let mut taken = self.layers.iter_mut().map(|layer| layer.take_rows(name));
        let defaults = taken.next().and_then(|rows| rows.into_iter().next());
        let written = taken.flatten().collect();
        match defaults {
            Some(defaults) => Ok(Rows {
                defaults,
                written,
                place,
            }),
            None => Err(self.note(Mistake::new(place, name, "has no default"))),
        }
    }

    /// Notes that what was written cannot be used, and what to write instead.
    pub(super) fn wrong(&mut self, setting: &Setting, advice: &str) -> Noted {
        let sentence = if self.is_secret(setting) {
            format!("cannot be used; {advice}")
        } else {
            format!("is {}; {advice}", setting.value.shown())
        };
        self.note(Mistake::new(setting.place.clone(), &setting.key, sentence))
    }

    /// Notes that one entry of a list cannot be used.
    pub(super) fn wrong_entry(&mut self, entry: &Setting, advice: &str) -> Noted {
        let sentence = if self.is_secret(entry) {
            format!("has an entry that cannot be used; {advice}")
        } else {
            format!("has {}; {advice}", entry.value.shown())
        };
        self.note(Mistake::new(entry.place.clone(), &entry.key, sentence))
    }

    /// Notes what is wrong with settings that are fine one by one. The first one that somebody
    /// wrote is blamed.
    pub(super) fn refuse(&mut self, keys: &[&str], sentence: impl Into<String>) -> Noted {
        let written = keys.iter().find(|key| self.is_written(key));
        let key = written.or(keys.first()).copied().unwrap_or_default();
        let place = self.place(key).cloned().unwrap_or(Place::Default);
        self.note(Mistake::new(place, key, sentence))
    }

    /// Notes that a setting without a default was not written.
    pub(super) fn missing(&mut self, key: &str, advice: &str) -> Noted {
        let sentence = format!("is missing; {advice}");
        self.note(Mistake::new(self.home(), key, sentence))
    }

    /// Adds a mistake to the list.
    pub(super) fn note(&mut self, mistake: Mistake) -> Noted {
        self.mistakes.push(mistake);
        Noted
    }

    /// Adds mistakes found elsewhere.
    pub(super) fn note_all(&mut self, mistakes: Vec<Mistake>) {
        self.mistakes.extend(mistakes);
    }

    /// Gives what was `built`, unless anything at all was wrong.
    pub(super) fn finish<T>(self, built: impl FnOnce() -> Read<T>) -> Result<T, Mistakes> {
        let mistakes = self.into_mistakes();
        match built() {
            Ok(built) if mistakes.is_empty() => Ok(built),
            Ok(_) | Err(Noted) => Err(Mistakes::sorted(mistakes)),
        }
    }

    /// Everything that was wrong, and everything that nobody asked for.
    pub(super) fn into_mistakes(mut self) -> Vec<Mistake> {
        // In the order of the documentation, not of the questions.
        let documented = self.layers.first().map(|layer| &layer.settings);
        let known = Known {
            keys: documented
                .into_iter()
                .flatten()
                .map(|setting| setting.key.as_str())
                .filter(|key| self.asked.contains(key))
                .collect(),
            tables: self.repeated,
        };
        for layer in &self.layers {
            for setting in &layer.settings {
                if let Some(sentence) = known.refuses(setting) {
                    let place = setting.place.clone();
                    self.mistakes
                        .push(Mistake::new(place, &setting.key, sentence));
                }
            }
            for (name, row) in &layer.rows {
                let sentence = known.refuses_table(name);
                self.mistakes
                    .push(Mistake::new(row.place.clone(), name, sentence));
            }
        }
        self.mistakes
    }

    /// The source as a whole.
    fn home(&self) -> Place {
        let layer = self.layers.last();
        layer.map_or(Place::Default, |layer| layer.place.clone())
    }

    /// What each documented setting is, in the order of the documentation, beside its default.
    pub(super) fn in_effect(&self) -> impl Iterator<Item = (&Setting, &Setting)> {
        let documented = self.layers.first().map(|layer| &layer.settings);
        documented.into_iter().flatten().filter_map(|default| {
            let mut layers = self.layers.iter().rev();
            let found = layers.find_map(|layer| layer.get(&default.key))?;
            Some((found, default))
        })
    }

    /// Where a setting was written that is in effect.
    pub(super) fn place(&self, key: &str) -> Option<&Place> {
        let found = self.layers.iter().rev().find_map(|layer| layer.get(key));
        found.map(|setting| &setting.place)
    }

    fn is_secret(&self, setting: &Setting) -> bool {
        self.secret.contains(&setting.key.as_str())
    }
}
