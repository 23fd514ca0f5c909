//! The header lines that may hold words outside ASCII: the subject, and who a letter is from.
//!
//! A line with an encoded word has at most 76 characters (RFC 2047, section 2). The library that writes our
//! messages keeps to that within words, and then writes an address, or a word that needs no encoding,
//! behind them on the same line; so where lines end is said here.

use std::fmt::{self, Write as _};

use email_encoding::headers::writer::EmailWriter;
use email_encoding::headers::{quoted_string, rfc2047};
use lettre::message::Mailbox;
use lettre::message::header::{HeaderName, HeaderValue};

const LINE_MAX: usize = 76;
/// The longest word that is left as it is, so that a line has room for it.
const WORD_MAX: usize = 60;

/// The subject: encoded as a whole, or not at all.
pub(super) fn subject(text: &str) -> HeaderValue {
    const NAME: &str = "Subject";
    let is_short = |word: &str| word.len() <= WORD_MAX;
    if text.is_ascii() && text.split(' ').all(is_short) {
        return HeaderValue::new(HeaderName::new_from_ascii_str(NAME), text.to_owned());
    }
    encoded(NAME, text.to_owned(), |line| rfc2047::encode(text, line))
}

/// Who it is from: the name, and the address on a line of its own where both have no room on one.
pub(super) fn from(sender: &Mailbox) -> HeaderValue {
    let address: &str = sender.email.as_ref();
    encoded("From", sender.to_string(), |line| {
        let Some(name) = &sender.name else {
            return line.write_str(address);
        };
        quoted_string::encode(name, line)?;
        if line.line_len() + " <>".len() + address.len() > LINE_MAX {
            line.new_line()?;
        }
        line.space();
        write!(line, "<{address}>")
    })
}

fn encoded(
    name: &'static str,
    raw: String,
    write: impl FnOnce(&mut EmailWriter<'_>) -> fmt::Result,
) -> HeaderValue {
    let mut value = String::new();
    let mut line = EmailWriter::new(&mut value, name.len() + ": ".len(), 0, false);
    // Writing to a string does not fail.
    let _ = write(&mut line);
    drop(line);
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), raw, value)
}
