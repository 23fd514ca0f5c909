//! An event as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use crate::operator::Sealed;

/// One line. It holds nothing that a terminal, or a reader of lines, would take for more than text.
pub(super) fn line(tenant: &str, sealed: &Sealed) -> String {
    escaped(&value(tenant, sealed).to_string())
}

/// The members. What there is none of is `null`.
pub(super) fn value(tenant: &str, sealed: &Sealed) -> Value {
    let (event, seal) = (&sealed.event, sealed.seal);
    let address = event.address.map(|known| known.address.addr().to_string());
    let digest = seal.and_then(|seal| seal.digest);
    json!({
        "seq": seal.map(|seal| seal.seq),
        "eventId": event.event_id,
        "at": event.at.format(&Rfc3339).unwrap_or_default(),
        "tenant": tenant,
        "action": event.action,
        "outcome": event.outcome,
        "accountId": event.account_id.map(|id| id.to_string()),
        "actorId": event.actor_id.map(|id| id.to_string()),
        "address": address,
        "requestId": event.request_id,
        "detail": event.detail,
        "digest": digest.map(|digest| digest.to_string()),
    })
}

/// A text in which every character that is not to be shown is escaped the way JSON does it.
pub(in crate::cli) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            // All of them are in the basic plane.
            let _ = write!(safe, "\\u{:04x}", u32::from(c));
        } else {
            safe.push(c);
        }
    }
    safe
}

/// Controls, line ends that only some readers take for such, and what turns the direction of text.
pub(super) fn is_hidden(c: char) -> bool {
    let turns =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{61c}')
}
