//! The fields of a body, asked for one by one in the contract's order. `Content-Type` is not asked
//! (row 21), and what is unknown is ignored (row 20).

use axum::body::Body;
use serde_json::{Map, Value};

use super::{Error, rules};
use crate::api::body::{self, Unreadable};
use crate::domain::identifier::{Identifier, Kind, fold};
use crate::domain::password::Password;

/// The members of a body.
pub(super) struct Fields(Map<String, Value>);

/// The longest text that is worth counting as somebody's name.
const NAME_MAX: usize = 255;

impl Fields {
    /// Reads a body. One that is no JSON object, or an empty one, has no fields; what that is
    /// called is for the operation to say.
    pub(super) async fn read(body: Body) -> Result<Self, Error> {
        let bytes = match body::read(body).await {
            Ok(bytes) => bytes,
            Err(Unreadable::TooLarge) => return Err(Error::TOO_LARGE),
            Err(Unreadable::Incomplete) => axum::body::Bytes::new(),
        };
        Ok(Self(body::object(&bytes).unwrap_or_default()))
    }

    /// Takes members that were read elsewhere.
    #[cfg(any(test, fuzzing))]
    pub(super) fn of(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// Whether there is nothing in it (row 1 of forgot-password).
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A text, `""` included; absent, `null` and anything else are none.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// A text that is not `""`.
    pub(super) fn filled(&self, name: &str) -> Option<&str> {
        self.text(name).filter(|text| !text.is_empty())
    }

    /// A boolean that may be left out. `Err` when it is something else.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, NotAFlag> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(_) => Err(NotAFlag),
        }
    }

    /// The new password: rows 5 to 11 of change-password, which are rows 4 to 10 of the reset.
    pub(super) fn new_password(&self) -> Result<Password, Error> {
        let password = self.text("password");
        let password = password.ok_or(Error::bad_request("password_is_missing"))?;
        let password = Password::new(password.to_owned());
        rules::check(&password)?;
        let confirmed = self.text("confirm_password");
        let confirmed = confirmed.ok_or(Error::bad_request("confirm_password_is_missing"))?;
        if confirmed != password.expose() {
            return Err(Error::bad_request("password_should_equal_confirm_password"));
        }
        Ok(password)
    }
}

/// A member that should be true or false is something else.
pub(super) struct NotAFlag;

/// Whom an address names. One that could be none names nobody, by the same path as one that nobody
/// has (row 14): it keeps no `@`, and every stored address has one.
pub(super) fn address(text: &str) -> Identifier {
    Identifier::email(text).unwrap_or_else(|| {
        let text: String = text.chars().take(NAME_MAX).collect();
        Identifier {
            kind: Kind::Email,
            value: fold(&text).replace('@', " "),
        }
    })
}
