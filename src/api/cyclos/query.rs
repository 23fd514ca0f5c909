//! Query parameters, one by one.

use axum::http::Uri;

use super::fields::Fields;
use super::model::error::InputError;

/// The parameters of a request, decoded, in the order they came.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn of(uri: &Uri) -> Self {
        let text = uri.query().unwrap_or_default();
        Self(
            url::form_urlencoded::parse(text.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// Every value of a parameter.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let is_it = move |(known, _): &&(String, String)| known == name;
        self.0.iter().filter(is_it).map(|(_, value)| value.as_str())
    }

    /// The first value of a parameter, if it is there and not blank.
    pub(super) fn one<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name)
            .next()
            .filter(|value| !value.trim().is_empty())
    }

    /// A parameter that must be there.
    pub(super) fn required<'a>(&'a self, name: &'static str) -> Result<&'a str, InputError> {
        self.one(name).ok_or_else(|| InputError::missing(name))
    }

    /// A boolean in any case: one client says `true`, another `True` (contracts/cyclos.md, 1.1).
    pub(super) fn flag(&self, name: &str) -> Result<bool, InputError> {
        match self.one(name) {
            None => Ok(false),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some(text) => Err(InputError::unconvertible(text)),
        }
    }

    /// Which parts of the answer are wanted (section 2).
    pub(super) fn fields(&self) -> Result<Fields, InputError> {
        Fields::parse(self.all("fields"))
            .map_err(|contradiction| InputError::unconvertible(contradiction.entry))
    }
}
