//! Request bodies. What they say beside the known members is ignored, and so is `Content-Type`:
//! the generated client sends one also where there is no body (contracts/cyclos.md, 1.1).

use axum::body::{Body, Bytes};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Error;
use super::model::error::BadRequestError;
use crate::api::body::{self, Unreadable};

/// Reads a whole body.
pub(super) async fn bytes(body: Body) -> Result<Bytes, Error> {
    body::read(body)
        .await
        .map_err(|unreadable| match unreadable {
            Unreadable::TooLarge => Error::TooLarge,
            Unreadable::Incomplete => {
                Error::BadRequest(BadRequestError::general("The body is incomplete"))
            }
        })
}

/// Reads a body as `T`. An empty one is an empty object: clients may leave it out.
pub(super) async fn read<T: DeserializeOwned>(body: Body) -> Result<T, Error> {
    let bytes = bytes(body).await?;
    let is_empty = body::unmarked(&bytes).trim_ascii().is_empty();
    let text = if is_empty { b"{}" } else { &*bytes };
    let malformed = |line, column| Error::BadRequest(BadRequestError::json(line, column));
    let members = body::object(text).map_err(|at| malformed(at.line, at.column))?;
    // A member of another type than the contract's: where it stands is gone by now.
    serde_json::from_value(Value::Object(members)).map_err(|_| malformed(1, 1))
}
