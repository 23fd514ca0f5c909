//! What generated values and one-time codes are made of.

use crate::config::reader::{Advice, Read, Reader};
use crate::domain::status::Mode;

/// What values are drawn from.
pub(super) struct Generated {
    pub(super) length: u32,
    pub(super) alphabet: String,
}

const LENGTH: &str = "password_type.generated_length";
const ALPHABET: &str = "password_type.generated_alphabet";

/// Six digits: what people can type from a phone (contracts/cyclos.md, D-44).
const CODE_LENGTH: u32 = 6;
const DIGITS: &str = "0123456789";

/// The strength of six digits, 19.93 bits, is enough for a code that lives ten minutes and dies
/// with its password after a few wrong tries.
const CODE_BITS: f64 = 19.9;
/// What a value that lasts must have.
const VALUE_BITS: f64 = 48.0;

/// Reads both settings and refuses values that can be guessed.
pub(super) fn read(reader: &mut Reader, mode: Read<Mode>) -> Read<Generated> {
    let length = reader.number(LENGTH, &(4..=128));
    let alphabet = reader.text(ALPHABET, alphabet);
    let is_code = mode? == Mode::Otp;
    let (length, alphabet) = (
        if is_code && !reader.is_written(LENGTH) {
            CODE_LENGTH
        } else {
            length?
        },
        if is_code && !reader.is_written(ALPHABET) {
            DIGITS.to_owned()
        } else {
            alphabet?
        },
    );
    let kinds = u32::try_from(alphabet.len()).unwrap_or(u32::MAX);
    let bits = f64::from(length) * f64::from(kinds).log2();
    let (least, what) = if is_code {
        (CODE_BITS, "the strength of 6 digits")
    } else {
        (VALUE_BITS, "48 bits")
    };
    if bits < least {
        let sentence = format!(
            "makes values that can be guessed: {length} of {kinds} characters are less than {what}; \
             write a generated_length of at least {}",
            needed(least, kinds)
        );
        return Err(reader.refuse(&[LENGTH, ALPHABET], sentence));
    }
    Ok(Generated { length, alphabet })
}

/// The shortest length that reaches `bits` with so many `kinds` of character.
fn needed(bits: f64, kinds: u32) -> u32 {
    (4..=128)
        .find(|length| f64::from(*length) * f64::from(kinds).log2() >= bits)
        .unwrap_or(128)
}

fn alphabet(text: &str) -> Result<String, Advice> {
    let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    let mut bytes = text.as_bytes().to_vec();
    bytes.sort_unstable();
    bytes.dedup();
    if visible && bytes.len() == text.len() && bytes.len() >= 10 {
        Ok(text.to_owned())
    } else {
        Err("write at least 10 different characters, all of them visible ASCII, each once".into())
    }
}
