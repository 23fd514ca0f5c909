//! Answers to show in the document: what the errors themselves write.

use std::time::Duration;

use axum::response::IntoResponse as _;

use super::wire::Error;
use crate::api::specimen::Specimen;
use crate::recovery::Fault;

/// One answer for each status.
pub(in crate::api) fn specimens() -> Vec<Specimen> {
    let retry_after = Duration::from_secs(1);
    let shown = [
        ("body or password is not good", Error::BadRequest),
        ("no such address or token", Error::NotFound),
        ("another method", Error::Method),
        ("body too large", Error::TooLarge),
        ("too many requests", Error::TooMany { retry_after: 60 }),
        ("our fault", Error::Fault(Fault::broken("shown"))),
        ("too much work", Error::Fault(Fault::Busy { retry_after })),
    ];
    shown
        .map(|(about, error)| (about, error.into_response()))
        .into()
}
