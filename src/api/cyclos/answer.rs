//! Answers, and the part of them that was asked for.

use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::Error;
use super::fields::Fields;
use crate::recovery::Fault;

/// A JSON answer.
pub(super) struct Answer(String);

impl Answer {
    /// All of a body.
    pub(super) fn whole(body: &impl Serialize) -> Result<Self, Error> {
        let text = serde_json::to_string(body).map_err(Fault::broken)?;
        Ok(Self(text))
    }

    /// What `fields` leaves of a body (contracts/cyclos.md, 2).
    pub(super) fn part(body: &impl Serialize, fields: &Fields) -> Result<Self, Error> {
        if fields.is_everything() {
            return Self::whole(body);
        }
        let body = serde_json::to_value(body).map_err(Fault::broken)?;
        Self::whole(&fields.filter(body))
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let json = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        (json, self.0).into_response()
    }
}
