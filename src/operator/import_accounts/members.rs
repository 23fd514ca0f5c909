//! The members of an account line, taken one by one by name.

use super::json::Json;
use crate::domain::identifier::Unusable;

/// Every member an account line may have (design.md, section 5).
const KNOWN: [&str; 14] = [
    "login",
    "userType",
    "email",
    "phone",
    "name",
    "language",
    "role",
    "broker",
    "status",
    "identifiers",
    "securityQuestion",
    "securityAnswer",
    "securityAnswerHash",
    "passwords",
];

/// What a line says about something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said<T> {
    /// Nothing: what was there stays.
    Nothing,
    /// `null`: what was there goes.
    Null,
    /// What shall be there.
    Value(T),
}

/// The members of a line that nobody has taken yet, and which of those that were had to be cleaned.
pub(super) struct Members {
    left: Vec<(String, Json)>,
    cleaned: Vec<&'static str>,
}

impl Members {
    /// Reads a line: one JSON object of known members, each at most once.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let Json::Object(members) = Json::parse(text)? else {
            return Err("is not a JSON object".to_owned());
        };
        Self::of(members)
    }

    /// Takes members as they were given: known ones, each at most once.
    pub(super) fn of(members: Vec<(String, Json)>) -> Result<Self, String> {
        for (place, (name, _)) in members.iter().enumerate() {
            if !KNOWN.contains(&name.as_str()) {
                return Err(unknown(name));
            }
            if members[..place].iter().any(|(earlier, _)| earlier == name) {
                return Err(format!("`{name}` is given twice"));
            }
        }
        Ok(Self {
            left: members,
            cleaned: Vec::new(),
        })
    }

    /// Which names had something in them that is nothing: what cannot be seen, a blank at an end, a final dot.
    pub(super) fn cleaned(&mut self) -> Vec<&'static str> {
        std::mem::take(&mut self.cleaned)
    }

    /// Takes a member of any type.
    pub(super) fn take(&mut self, name: &str) -> Said<Json> {
        let found = self.left.iter().position(|(known, _)| known == name);
        match found.map(|place| self.left.swap_remove(place).1) {
            None => Said::Nothing,
            Some(Json::Null) => Said::Null,
            Some(value) => Said::Value(value),
        }
    }

    /// Takes a string.
    pub(super) fn text(&mut self, name: &str) -> Result<Said<String>, String> {
        self.take(name).try_map(|value| match value {
            Json::Text(text) => Ok(text),
            Json::Null | Json::List(_) | Json::Object(_) | Json::Other => {
                Err(format!("`{name}` must be a string"))
            }
        })
    }

    /// Takes a string that `parse` understands.
    pub(super) fn parsed<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, Unusable>,
    ) -> Result<Said<T>, String> {
        self.text(name)?
            .try_map(|text| parse(&text).map_err(|why| format!("`{name}` {why}")))
    }

    /// Like [`Self::parsed`], of a name, and notes whether it was cleaned: whether it stands in the file as
    /// `is_clean` would have it.
    pub(super) fn name<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Unusable>,
        is_clean: impl FnOnce(&T, &str) -> bool,
    ) -> Result<Said<T>, String> {
        let text = self.text(name)?;
        let said = text.try_map(|text| {
            let parsed = parse(&text).map_err(|why| format!("`{name}` {why}"))?;
            Ok::<_, String>((is_clean(&parsed, &text), parsed))
        })?;
        said.try_map(|(is_clean, parsed)| {
            if !is_clean {
                self.cleaned.push(name);
            }
            Ok(parsed)
        })
    }

    /// Takes one of the words that stand for `choices`.
    pub(super) fn word<T: Copy>(
        &mut self,
        name: &str,
        choices: &[T],
        word: fn(T) -> &'static str,
    ) -> Result<Said<T>, String> {
        self.text(name)?.try_map(|text| {
            let chosen = choices.iter().find(|choice| word(**choice) == text);
            chosen.copied().ok_or_else(|| {
                let words: Vec<_> = choices.iter().map(|choice| word(*choice)).collect();
                format!("`{name}` must be {}", one_of(&words))
            })
        })
    }
}

impl<T> Said<T> {
    /// What is said in other terms, if it can be.
    pub(super) fn try_map<U, E>(self, f: impl FnOnce(T) -> Result<U, E>) -> Result<Said<U>, E> {
        Ok(match self {
            Self::Nothing => Said::Nothing,
            Self::Null => Said::Null,
            Self::Value(value) => Said::Value(f(value)?),
        })
    }

    /// The value of a member that cannot be cleared.
    pub(super) fn lasting(self, name: &str) -> Result<Option<T>, String> {
        match self {
            Self::Nothing => Ok(None),
            Self::Null => Err(format!("`{name}` cannot be null")),
            Self::Value(value) => Ok(Some(value)),
        }
    }

    /// Whether anything is said.
    pub(super) fn is_given(&self) -> bool {
        !matches!(self, Self::Nothing)
    }

    /// The value, if there is one.
    pub(super) fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Null | Self::Nothing => None,
        }
    }
}

/// `a`, `a or b`, `a, b or c`.
pub(super) fn one_of(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// Names the nearest known member. A name that is like none is not repeated: whatever it is, it
/// was not meant as a name.
fn unknown(name: &str) -> String {
    let likeness = |known: &str| {
        strsim::normalized_damerau_levenshtein(&known.to_lowercase(), &name.to_lowercase())
    };
    let nearest = KNOWN
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match nearest {
        Some(nearest) if likeness(nearest) >= 0.4 => {
            format!("`{}` is no member; `{nearest}` is", name.escape_debug())
        }
        Some(_) | None => format!("has a member that is none of {}", KNOWN.join(", ")),
    }
}
