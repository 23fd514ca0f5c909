//! What a request presents to say who makes it (contracts/cyclos.md, 1.2 to 1.4).

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::Error;
use super::model::error::ForbiddenErrorCode;
use super::model::reference::principal;
use crate::domain::dialling::Country;
use crate::domain::identifier::Kind;
use crate::domain::key::KeySecret;
use crate::domain::password::Password;
use crate::domain::session::SessionToken;
use crate::domain::user::{readings, shape};
use crate::recovery::Credentials;

pub(super) const SESSION_TOKEN: HeaderName = HeaderName::from_static("session-token");
const SESSION_PREFIX: HeaderName = HeaderName::from_static("session-prefix");
const ACCESS_CLIENT_TOKEN: HeaderName = HeaderName::from_static("access-client-token");
const PRINCIPAL_TYPE: HeaderName = HeaderName::from_static("principal-type");
const CHANNEL: HeaderName = HeaderName::from_static("channel");

/// The one configuration's names (1.5).
const CHANNELS: [&str; 4] = ["main", "mobile", "webServices", "rest"];

/// The name of the cookie that half of a token travels in.
pub(super) const COOKIE: &str = "Session-Token";

/// Refuses a channel that is not served.
pub(super) fn check_channel(headers: &HeaderMap) -> Result<(), Error> {
    must_be_a_channel(text(headers, &CHANNEL).as_deref())
}

/// Refuses a channel that is not served; none is the main one.
pub(super) fn must_be_a_channel(name: Option<&str>) -> Result<(), Error> {
    match name {
        None => Ok(()),
        Some(name) if CHANNELS.contains(&name) => Ok(()),
        Some(_) => Err(Error::forbidden(ForbiddenErrorCode::InaccessibleChannel)),
    }
}

/// The credentials of a request. The first scheme that is there decides; one that turns out bad
/// never falls through to the next (D-2).
pub(super) fn presented(
    headers: &HeaderMap,
    enabled: &[Kind],
    country: Option<Country>,
) -> Result<Option<Credentials>, Error> {
    let cookie = cookie(headers);
    if let Some(token) = text(headers, &SESSION_TOKEN) {
        // A half in the place of a whole, next to its other half, is taken too.
        let token = match cookie {
            Some(half) if token.len() == half.len() => SessionToken::joined(&token, half),
            Some(_) | None => SessionToken::presented(&token),
        };
        return Ok(Some(Credentials::Session(token)));
    }
    // A half whose other half is gone is a session that has ended.
    if let Some(first) = text(headers, &SESSION_PREFIX) {
        let token = SessionToken::joined(&first, cookie.unwrap_or_default());
        return Ok(Some(Credentials::Session(token)));
    }
    if let Some(token) = text(headers, &ACCESS_CLIENT_TOKEN) {
        return Ok(Some(Credentials::Client(KeySecret::presented(&token))));
    }
    let Some((principal, password)) = basic(headers) else {
        return Ok(None);
    };
    let kinds = kinds(headers, enabled)?;
    typed(principal, password, &kinds, country).map(Some)
}

/// A name and a password as somebody typed them: every reading of the name that is of one of these kinds.
pub(super) fn typed(
    principal: String,
    password: Password,
    kinds: &[Kind],
    country: Option<Country>,
) -> Result<Credentials, Error> {
    let mut names = readings(&principal, country);
    names.retain(|name| kinds.contains(&name.kind));
    if names.is_empty() {
        return Err(Error::forbidden(ForbiddenErrorCode::InaccessiblePrincipal));
    }
    Ok(Credentials::Password {
        names,
        principal,
        password,
    })
}

/// Whether a name has the shape of a kind that may not sign in (D-35).
pub(super) fn is_inaccessible(name: &str, enabled: &[Kind]) -> bool {
    // Digits that may be dialled in some country have no shape of their own: they are a login name too.
    !enabled.contains(&shape(name, None))
}

/// A header that holds something; an empty one is none (1.3).
pub(super) fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let value = headers.get(name)?.as_bytes().trim_ascii();
    Some(decoded(value)).filter(|text| !text.is_empty())
}

/// Bytes as text: one client encodes in UTF-8, another can only do ISO 8859-1, whose bytes are
/// code points.
fn decoded(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

/// Which kinds of name are meant: those enabled, or the one of them that the caller picks.
fn kinds(headers: &HeaderMap, enabled: &[Kind]) -> Result<Vec<Kind>, Error> {
    let Some(wanted) = text(headers, &PRINCIPAL_TYPE).filter(|wanted| wanted != "*") else {
        return Ok(enabled.to_vec());
    };
    let kinds: Vec<_> = enabled
        .iter()
        .copied()
        .filter(|kind| principal(*kind).2 == wanted)
        .collect();
    if kinds.is_empty() {
        return Err(Error::forbidden(ForbiddenErrorCode::InaccessiblePrincipal));
    }
    Ok(kinds)
}

/// Name and password of `Authorization: Basic`. Malformed ones are none (D-37), and so is an empty
/// name: the generated client sends `Basic Og==` with everything.
fn basic(headers: &HeaderMap) -> Option<(String, Password)> {
    // Whoever leaves the padding out means the same.
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let value = text(headers, &header::AUTHORIZATION)?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let bytes = Zeroizing::new(LENIENT.decode(encoded.trim()).ok()?);
    let pair = Zeroizing::new(decoded(&bytes));
    let (name, password) = pair.split_once(':')?;
    let is_usable = !name.trim().is_empty() && !pair.contains('\0');
    is_usable.then(|| (name.to_owned(), Password::new(password.to_owned())))
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value: &HeaderValue| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, value)| name.trim() == COOKIE && !value.trim().is_empty())
        .map(|(_, value)| value.trim())
}
