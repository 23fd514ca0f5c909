//! What browsers send to the pages.

use axum::http::{HeaderMap, HeaderValue, header};

use super::query::{Pairs, address};
use super::visit::cookie;
use crate::api::language;

/// Queries, forms and cookies: what is read holds nothing that may not be in it, and what is written
/// is read again.
pub(in crate::api) fn forms(headers: &HeaderMap, bytes: &[u8]) {
    let pairs = Pairs::read(bytes);
    let names = ["token", "link", "password", "tenant", "", "language"];
    for name in names {
        let shown = pairs.get(name);
        assert!(shown.is_none_or(|value| !value.contains(char::is_control)));
        assert!(pairs.raw(name).is_none_or(|value| !value.contains('\0')));
        assert!(shown.is_none() || shown == pairs.raw(name));
    }
    let text = String::from_utf8_lossy(bytes);
    let written = address(
        "/recover",
        &[("token", Some(&text)), ("link", None), ("of", Some("&=%"))],
    );
    assert!(
        written.is_ascii() && HeaderValue::try_from(&written).is_ok(),
        "{written}"
    );
    let read = Pairs::read(
        written
            .split_once('?')
            .map_or("", |(_, query)| query)
            .as_bytes(),
    );
    assert!(!read.is_ambiguous());
    assert_eq!(
        read.raw("token"),
        Some(&*text).filter(|text| !text.contains('\0'))
    );
    assert_eq!((read.get("link"), read.get("of")), (None, Some("&=%")));

    language::said(headers);
    for name in names {
        let value = cookie(headers, name);
        assert!(value.is_none_or(|value| !value.contains(';')));
    }
    // A cookie of ours is found beside whatever another site of the same host has set.
    let mut headers = HeaderMap::new();
    if let Ok(line) = HeaderValue::from_bytes(bytes) {
        headers.append(header::COOKIE, line);
    }
    headers.append(
        header::COOKIE,
        HeaderValue::from_static("a=b; rekey-reset-0=mine"),
    );
    let is_named = text.contains("rekey-reset-0");
    assert!(is_named || cookie(&headers, "rekey-reset-0") == Some("mine"));
}
