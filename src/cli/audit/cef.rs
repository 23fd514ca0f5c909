//! An event in the Common Event Format, as `ArcSight` defines its escapes: backslash and bar in the
//! head, backslash, equals sign and line ends in the extension.

use std::net::IpAddr;

use super::jsonl::is_hidden;
use crate::domain::audit::Event;
use crate::operator::Sealed;

/// One line.
pub(super) fn line(tenant: &str, sealed: &Sealed) -> String {
    let event = &sealed.event;
    let (seq, seal) = sealed.seal.map_or((None, None), |seal| {
        (Some(seal.seq.to_string()), seal.digest)
    });
    let address = event.address.map(|known| known.address.addr());
    let (v4, v6) = match address {
        Some(IpAddr::V4(address)) => (Some(address.to_string()), None),
        Some(IpAddr::V6(address)) => (None, Some(address.to_string())),
        None => (None, None),
    };
    let millis = event.at.unix_timestamp_nanos() / 1_000_000;
    let action = head(&event.action);
    let version = env!("CARGO_PKG_VERSION");
    let severity = severity(event);
    let mut line = format!("CEF:0|Rekey|Rekey|{version}|{action}|{action}|{severity}|");
    let members: [(&str, Option<String>); 12] = [
        ("rt", Some(millis.to_string())),
        ("externalId", Some(event.event_id.to_string())),
        ("act", Some(event.action.clone())),
        ("outcome", Some(event.outcome.clone())),
        ("src", v4),
        ("suid", event.actor_id.map(|id| id.to_string())),
        ("duid", event.account_id.map(|id| id.to_string())),
        ("cn1", seq),
        ("cs1", event.request_id.clone()),
        ("cs2", Some(tenant.to_owned())),
        ("cs3", Some(event.detail.to_string())),
        ("cs4", seal.map(|digest| digest.to_string())),
    ];
    let labels = [
        ("cn1", "seq"),
        ("cs1", "requestId"),
        ("cs2", "tenant"),
        ("cs3", "detail"),
        ("cs4", "seal"),
    ];
    let mut words = Vec::new();
    for (key, value) in members {
        let Some(value) = value else { continue };
        let label = labels.iter().find(|(of, _)| *of == key);
        words.extend(label.map(|(_, label)| format!("{key}Label={label}")));
        words.push(format!("{key}={}", extension(&value)));
    }
    if let Some(address) = v6 {
        words.push("c6a2Label=Source IPv6 Address".to_owned());
        words.push(format!("c6a2={address}"));
    }
    line.push_str(&words.join(" "));
    line
}

/// 3 for what went well, 6 for what did not, 8 for what somebody may be attacking.
fn severity(event: &Event) -> u8 {
    let closes = event.detail["action"] == "tries";
    let action = event.action.as_str();
    let is_signal = closes || action == "limit.reached" || action.ends_with(".refused");
    match event.outcome.as_str() {
        _ if is_signal => 8,
        "done" | "minted" => 3,
        _ => 6,
    }
}

fn head(text: &str) -> String {
    let mut safe = String::new();
    for c in text.chars() {
        match c {
            '\\' | '|' => safe.extend(['\\', c]),
            c if is_hidden(c) => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

fn extension(text: &str) -> String {
    let mut safe = String::new();
    for c in text.chars() {
        match c {
            '\\' | '=' => safe.extend(['\\', c]),
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            c if is_hidden(c) => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}
