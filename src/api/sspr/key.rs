//! The key in `Authorization`: rows 3 and D1 to D3.

use axum::http::{HeaderMap, header};

use super::Error;
use crate::recovery::{Caller, Recovery};

/// The caller behind the presented key; `None` when there is no key at all.
pub(super) async fn caller(
    recovery: &Recovery,
    headers: &HeaderMap,
) -> Result<Option<Caller>, Error> {
    let mut presented = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = presented.next() else {
        return Ok(None);
    };
    if presented.next().is_some() {
        return Err(Error::Key);
    }
    let key = bare(value.to_str().map_err(|_| Error::Key)?);
    if key.is_empty() {
        return Ok(None);
    }
    recovery
        .tenants
        .caller(key)
        .await?
        .map(Some)
        .ok_or(Error::Key)
}

/// The key without the prefix some clients are set to send (D2).
pub(super) fn bare(value: &str) -> &str {
    let value = value.trim();
    match value.split_at_checked(7) {
        Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer ") => key.trim(),
        Some(_) => value,
        None if value.eq_ignore_ascii_case("bearer") => "",
        None => value,
    }
}
