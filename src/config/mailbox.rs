//! Who letters are from.

use super::reader::Advice;
use crate::domain::identifier::EmailAddress;

/// What an atom of RFC 5322 may hold beside letters and digits.
const ATOM: &str = "!#$%&'*+-/=?^_`{|}~";

/// Accepts `Name <address>` or an address. Whether mail can be sent from it only its server knows.
pub(super) fn mailbox(text: &str) -> Result<String, Advice> {
    let (name, address) = match text.strip_suffix('>') {
        Some(text) => text.split_once('<').unwrap_or(("<", "")),
        None => ("", text),
    };
    if is_name(name.trim()) && is_address(address) {
        Ok(text.to_owned())
    } else if name.contains([',', ';', ':', '(', ')', '@']) && is_address(address) {
        Err("write a name with punctuation in double quotes, like '\"Help, Inc.\" <help@example.com>'".into())
    } else {
        Err("write an address, like help@example.com or Name <help@example.com>".into())
    }
}

fn is_name(name: &str) -> bool {
    let quoted = name
        .strip_prefix('"')
        .and_then(|name| name.strip_suffix('"'));
    match quoted {
        Some(inside) => !inside.contains(|c: char| c.is_control() || c == '"' || c == '\\'),
        // A dot is no part of an atom, but every reader takes "Dr. Who".
        None => !name.starts_with('.') && name.chars().all(|c| is_atom(c) || c == ' ' || c == '.'),
    }
}

/// Whether it is a bare address that mail can be sent to.
pub(super) fn is_address(address: &str) -> bool {
    let dotted = |text: &str| {
        text.split('.')
            .all(|part| !part.is_empty() && part.chars().all(is_atom))
    };
    EmailAddress::parse(address).is_ok_and(|parsed| parsed.as_str() == address)
        && address.split('@').all(dotted)
}

fn is_atom(c: char) -> bool {
    let wide = !c.is_ascii() && !c.is_control() && !c.is_whitespace();
    c.is_ascii_alphanumeric() || ATOM.contains(c) || wide
}
