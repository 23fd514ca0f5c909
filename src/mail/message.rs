//! A letter as the bytes that travel (RFC 5322) and the envelope they travel in.

use std::borrow::Cow;
use std::time::SystemTime;

use lettre::address::{Address, Envelope};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use zeroize::Zeroizing;

use super::{Letter, Reason, Undelivered, header};
use crate::words::plain;

/// The longest subject and the longest name of a sender, in characters.
const HEADER_MAX: usize = 150;
/// The longest identifier: its line must stay below the 998 characters of RFC 5322.
const MESSAGE_ID_MAX: usize = 250;

/// What goes over the wire.
pub(super) struct Message {
    pub(super) from: Address,
    pub(super) to: Address,
    /// Headers and body. ASCII, unless the recipient's local part is not.
    pub(super) bytes: Zeroizing<String>,
}

/// Whether letters can be sent in this name: `Name <address>` or a bare address.
pub fn is_sender(text: &str) -> bool {
    sender(text).is_some()
}

/// Writes the letter down. A wrong sender is the operator's to mend, so such letters wait.
pub(super) fn compose(letter: &Letter) -> Result<Message, Undelivered> {
    let from = sender(&letter.from).ok_or(Undelivered::Later(Reason::Sender))?;
    let to = address(letter.to.as_str()).ok_or(Undelivered::Never(Reason::Recipient))?;
    if !is_message_id(&letter.message_id) {
        return Err(Undelivered::Never(Reason::MessageId));
    }
    let envelope = Envelope::new(Some(from.email.clone()), vec![to.clone()])
        .map_err(|_| Undelivered::Never(Reason::Recipient))?;
    let message = lettre::Message::builder()
        .envelope(envelope)
        .from(from.clone())
        .to(to.clone().into())
        .raw_header(header::from(&from))
        .raw_header(header::subject(&plain::header(
            &letter.content.subject,
            HEADER_MAX,
        )))
        .date(SystemTime::from(letter.date))
        .message_id(Some(format!("<{}>", letter.message_id)))
        .raw_header(fixed("Auto-Submitted", "auto-generated"))
        .raw_header(fixed("X-Auto-Response-Suppress", "All"))
        .multipart(body(letter))
        .map_err(|_| Undelivered::Later(Reason::Sender))?;
    let bytes = String::from_utf8(message.formatted())
        .map_err(|_| Undelivered::Never(Reason::Recipient))?;
    Ok(Message {
        from: from.email,
        to,
        bytes: Zeroizing::new(bytes),
    })
}

/// Both forms, the poorer first (RFC 2046). The boundary follows from the identifier, so that
/// one letter has one form.
fn body(letter: &Letter) -> MultiPart {
    let id = letter.message_id.chars();
    let id: String = id.filter(char::is_ascii_alphanumeric).take(48).collect();
    MultiPart::alternative()
        .boundary(format!("rekey-{id}"))
        .singlepart(SinglePart::plain(letter.content.text.to_string()))
        .singlepart(SinglePart::html(letter.content.html.to_string()))
}

fn fixed(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Reads a mailbox. More lenient than the grammar: a name needs no quotes around its commas.
pub(super) fn sender(text: &str) -> Option<Mailbox> {
    let text = text.trim();
    let Some(inner) = text.strip_suffix('>') else {
        return address(text).map(Mailbox::from);
    };
    let (name, email) = inner.rsplit_once('<')?;
    let name = name.trim();
    let name = name
        .strip_prefix('"')
        .and_then(|name| name.strip_suffix('"'))
        .unwrap_or(name);
    let name = plain::header(name, HEADER_MAX);
    let name = (!name.is_empty()).then_some(name);
    Some(Mailbox::new(name, address(email)?))
}

/// The stored bytes, but for a domain outside ASCII: servers know that one by its A-labels.
pub(super) fn address(text: &str) -> Option<Address> {
    if text.chars().any(plain::is_hidden) {
        return None;
    }
    let (local, domain) = text.rsplit_once('@')?;
    let domain = if domain.is_ascii() {
        Cow::Borrowed(domain)
    } else {
        idna::domain_to_ascii(domain).ok()?.into()
    };
    Address::new(local, domain).ok()
}

fn is_message_id(text: &str) -> bool {
    text.len() <= MESSAGE_ID_MAX
        && text
            .bytes()
            .all(|b| b.is_ascii_graphic() && !b"<>()".contains(&b))
        && matches!(text.split_once('@'), Some((left, right))
            if !left.is_empty() && !right.is_empty() && !right.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_a_mailbox() {
        let named = sender("Acme, Inc. <help@acme.example>").map(|m| (m.name, m.email.to_string()));
        let expected = (
            Some("Acme, Inc.".to_owned()),
            "help@acme.example".to_owned(),
        );
        assert_eq!(named, Some(expected));
        assert!(is_sender("help@acme.example"));
        assert!(is_sender("\"Coopérative\" <help@acme.example>"));
        for wrong in [
            "",
            "Acme",
            "Acme <>",
            "a@b, c@d",
            "A <a@b> <c@d>, <e@f",
            "A <a\r\n@b>",
        ] {
            assert!(!is_sender(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn an_address_keeps_its_bytes_but_for_a_foreign_domain() {
        let ascii = address("Mike.O'Hara+x@Demo.Example").map(|a| a.to_string());
        assert_eq!(ascii.as_deref(), Some("Mike.O'Hara+x@Demo.Example"));
        let foreign = address("rené@exämple.org").map(|a| a.to_string());
        assert_eq!(foreign.as_deref(), Some("rené@xn--exmple-cua.org"));
    }

    #[test]
    fn an_address_names_one_mailbox() {
        for wrong in [
            "a b@c",
            "a,b@c",
            "a>@c",
            "<a@c",
            "a@c>",
            "a@c d",
            "a\u{202e}b@c",
            "a@",
            "a@c,d",
        ] {
            assert!(address(wrong).is_none(), "{wrong:?}");
        }
    }

    #[test]
    fn a_message_id_has_two_plain_halves() {
        assert!(is_message_id("0190-abc@demo.example"));
        for wrong in [
            "",
            "a",
            "@b",
            "a@",
            "a@b@c",
            "a b@c",
            "a@b\r\nBcc: x@y",
            "<a@b>",
            "é@b",
        ] {
            assert!(!is_message_id(wrong), "{wrong:?}");
        }
    }
}
