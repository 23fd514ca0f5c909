//! A TOML file as a flat list of settings.
//!
//! Sections, inline tables and dotted keys all end as `section.key`: an operator may write any of
//! them, and whoever reads a setting need not care.

use toml_edit::{Document, Item, TableLike, Value as Toml};

use super::mistakes::{Mistake, Mistakes, Place};
use super::setting::{Setting, Value};

/// What one source says.
#[derive(Clone)]
pub(super) struct Layer {
    /// The source as a whole: where something is missing.
    pub(super) place: Place,
    /// Its settings, in the order written.
    pub(super) settings: Vec<Setting>,
    /// Its repeated tables by name, `[[name]]`, in the order written.
    pub(super) rows: Vec<(String, Layer)>,
}

impl Layer {
    /// Reads the text of the file `name`.
    pub(super) fn parse(name: &str, text: &str) -> Result<Self, Mistakes> {
        let document = Document::parse(text).map_err(|error| {
            // Only the message: the error's own `Display` quotes the line, and it may hold a
            // secret.
            let message = error.message().replace('\n', ", ");
            let place = Place::of(name, text, error.span());
            Mistakes::from(Mistake::new(place, "", message))
        })?;
        let mut layer = Self::empty(Place::File(name.to_owned()));
        let place_of = |span| Place::of(name, text, span);
        layer.flatten("", document.as_table(), &place_of);
        Ok(layer)
    }

    /// Reads a file that is part of the program: its settings are written nowhere.
    pub(super) fn defaults(name: &str, text: &str) -> Result<Self, Mistakes> {
        let mut layer = Self::parse(name, text)?;
        layer.unplace();
        Ok(layer)
    }

    /// A source that says nothing.
    pub(super) fn empty(place: Place) -> Self {
        Self {
            place,
            settings: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// The setting written under `key`.
    pub(super) fn get(&self, key: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.key == key)
    }

    /// Some of these settings, as if written in `place`.
    pub(super) fn only(&self, keys: &[&str], place: &Place) -> Self {
        let mut layer = Self::empty(place.clone());
        let settings = keys.iter().filter_map(|key| self.get(key));
        layer.settings = settings
            .map(|setting| Setting {
                place: place.clone(),
                ..setting.clone()
            })
            .collect();
        layer
    }

    /// Takes the repeated tables called `name` out.
    pub(super) fn take_rows(&mut self, name: &str) -> Vec<Self> {
        let (taken, others): (Vec<_>, _) = std::mem::take(&mut self.rows)
            .into_iter()
            .partition(|(of, _)| of == name);
        self.rows = others;
        taken.into_iter().map(|(_, row)| row).collect()
    }

    fn flatten(&mut self, prefix: &str, table: &dyn TableLike, place_of: &PlaceOf<'_>) {
        for (name, item) in table.iter() {
            let key = if prefix.is_empty() {
                name.to_owned()
            } else {
                format!("{prefix}.{name}")
            };
            let span = table.key(name).and_then(toml_edit::Key::span);
            let place = place_of(span.or_else(|| item.span()));
            if let Some(rows) = rows(item) {
                for row in rows {
                    let mut layer = Self::empty(place_of(row.1));
                    layer.flatten(&key, row.0, place_of);
                    self.rows.push((key.clone(), layer));
                }
            } else if let Some(table) = item.as_table_like().filter(|table| !table.is_empty()) {
                self.flatten(&key, table, place_of);
            } else {
                let value = item.as_value().map_or(Value::Section, |value| {
                    Value::new(&key, value, &|entry| place_of(entry.span()))
                });
                self.settings.push(Setting { key, place, value });
            }
        }
    }

    fn unplace(&mut self) {
        self.place = Place::Default;
        for setting in &mut self.settings {
            setting.place = Place::Default;
        }
        for (_, row) in &mut self.rows {
            row.unplace();
        }
    }
}

type Span = Option<std::ops::Range<usize>>;
type PlaceOf<'a> = dyn Fn(Span) -> Place + 'a;

/// The tables of `[[name]]` or of `name = [{…}, {…}]`.
fn rows(item: &Item) -> Option<Vec<(&dyn TableLike, Span)>> {
    if let Some(tables) = item.as_array_of_tables() {
        return Some(
            tables
                .iter()
                .map(|table| (table as &dyn TableLike, table.span()))
                .collect(),
        );
    }
    let entries = item.as_array().filter(|entries| !entries.is_empty())?;
    entries
        .iter()
        .map(|entry| match entry {
            Toml::InlineTable(table) => Some((table as &dyn TableLike, table.span())),
            Toml::String(_)
            | Toml::Integer(_)
            | Toml::Float(_)
            | Toml::Boolean(_)
            | Toml::Datetime(_)
            | Toml::Array(_) => None,
        })
        .collect()
}
