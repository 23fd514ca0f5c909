//! The authorization block, checked before anything else of the operations that have it.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use super::Error;
use crate::domain::key::{KeySecret, Kind};
use crate::domain::tenant::Tenant;
use crate::recovery::{Holder, KeyError, Origin, Recovery};

/// What an operation takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Accepted {
    /// A key in `Authorization`.
    Key,
    /// A key, or else a consumer pair.
    KeyOrPair,
}

const CONSUMER_KEY: HeaderName = HeaderName::from_static("consumerkey");
const CONSUMER_SECRET: HeaderName = HeaderName::from_static("consumersecret");

/// What a header holds.
enum Held<'a> {
    /// Nothing: it is absent or empty.
    Nothing,
    /// One text.
    Text(&'a str),
    /// Something that can be nobody's: no text, or several.
    Unusable,
}

/// Who presents a credential. `Authorization` alone decides where it is there (row 4), and is taken
/// raw: with a scheme in front it is another key, which nobody has (row 7).
pub(super) async fn holder(
    recovery: &Recovery,
    (tenant, origin): (&Tenant, &Origin),
    headers: &HeaderMap,
    accepted: Accepted,
) -> Result<Holder, Error> {
    let (kind, secret) = presented(headers, accepted)?;
    let held = recovery.sessions.holder(tenant, kind, &secret).await;
    Ok(held.inspect_err(|error| error.signal(&recovery.audit, tenant, origin))?)
}

/// What a request presents.
pub(super) fn presented(
    headers: &HeaderMap,
    accepted: Accepted,
) -> Result<(Kind, KeySecret), Error> {
    match held(headers, &header::AUTHORIZATION) {
        Held::Text(key) => return Ok((Kind::Turbosmtp, KeySecret::presented(key))),
        Held::Unusable => return Err(KeyError::Invalid.into()),
        Held::Nothing => {}
    }
    let pair = (
        held(headers, &CONSUMER_KEY),
        held(headers, &CONSUMER_SECRET),
    );
    match (accepted, pair) {
        (Accepted::Key, _) | (_, (Held::Nothing, _) | (_, Held::Nothing)) => {
            Err(Error::unauthorized("missing_authorization_key"))
        }
        (Accepted::KeyOrPair, (Held::Text(key), Held::Text(secret))) => {
            Ok((Kind::Consumer, KeySecret::pair(key, secret)))
        }
        (Accepted::KeyOrPair, _) => Err(KeyError::Invalid.into()),
    }
}

fn held<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Held<'a> {
    let mut values = headers
        .get_all(name)
        .iter()
        .filter(|value| !value.as_bytes().trim_ascii().is_empty());
    match (values.next().map(HeaderValue::to_str), values.next()) {
        (None, _) => Held::Nothing,
        (Some(Ok(text)), None) => Held::Text(text.trim()),
        (Some(_), _) => Held::Unusable,
    }
}
