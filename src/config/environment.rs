//! The variables that have a say.

use std::collections::BTreeMap;
use std::ffi::OsString;

use super::layer::Layer;
use super::mistakes::{Mistake, Place};
use super::setting::{Setting, Value};

/// The variables of the environment, or of a test. Has no `Debug`: some are secrets.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, OsString>);

/// What a variable that overrides a setting starts with.
const PREFIX: &str = "REKEY__";

impl Environment {
    /// The variables this process was started with.
    pub fn process() -> Self {
        // A name that is not UTF-8 is none of ours.
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .collect()
    }

    /// What the `REKEY__SECTION__KEY` variables say.
    pub(super) fn layer(&self, mistakes: &mut Vec<Mistake>) -> Layer {
        let mut layer = Layer::empty(Place::Default);
        for (name, value) in &self.0 {
            if let Some(rest) = name.strip_prefix(PREFIX) {
                let key = rest.to_ascii_lowercase().replace("__", ".");
                layer.settings.extend(bare(name, &key, value, mistakes));
            }
        }
        layer
    }

    /// What the variable `name` says about the setting `key`.
    pub(super) fn setting(
        &self,
        name: &str,
        key: &str,
        mistakes: &mut Vec<Mistake>,
    ) -> Option<Setting> {
        bare(name, key, self.0.get(name)?, mistakes)
    }
}

impl<N: Into<String>, V: Into<OsString>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        Self(
            variables
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

/// The name of the variable that overrides `key`.
pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.to_ascii_uppercase().replace('.', "__"))
}

fn bare(name: &str, key: &str, value: &OsString, mistakes: &mut Vec<Mistake>) -> Option<Setting> {
    let place = Place::Variable(name.to_owned());
    let Some(text) = value.to_str() else {
        mistakes.push(Mistake::new(place, key, "is not UTF-8; write plain text"));
        return None;
    };
    Some(Setting {
        key: key.to_owned(),
        place,
        value: Value::Bare(text.to_owned()),
    })
}
