//! What generated values and one-time codes are made of.

use crate::config::reader::{Advice, Read, Reader};
use crate::domain::policy::{Class, PasswordPolicy};
use crate::domain::status::{BlockPolicy, Mode};

use super::policy::{MIN, Part};

/// What values are drawn from.
pub(super) struct Generated {
    pub(super) length: u32,
    pub(super) alphabet: String,
}

/// What keeps a stored value from being guessed, beside its own strength.
#[derive(Clone, Copy)]
pub(super) struct Guard {
    pub(super) access: bool,
    pub(super) max_tries: u32,
    pub(super) block: BlockPolicy,
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
/// What it must have where a few wrong tries close it until a person opens it again: a PIN. Four digits have
/// 13.3 bits, so that five tries find one in two thousand (docs/decisions/0077).
const GUARDED_BITS: f64 = 13.0;
/// The most tries that are few.
const FEW_TRIES: u32 = 5;

/// Signs that are told apart in print, for policies that ask for some.
const SIGNS: &str = "+-=?!";

/// Reads both settings and refuses values that can be guessed.
pub(super) fn read(reader: &mut Reader, mode: Read<Mode>, guard: Read<Guard>) -> Read<Generated> {
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
    let guard = guard?;
    let kinds = u32::try_from(alphabet.len()).unwrap_or(u32::MAX);
    let bits = f64::from(length) * f64::from(kinds).log2();
    let (least, what) = if is_code {
        (CODE_BITS, "the strength of 6 digits")
    } else if guard.lacks().is_some_and(|lacks| lacks.is_empty()) {
        (GUARDED_BITS, "13 bits")
    } else {
        (VALUE_BITS, "48 bits")
    };
    if bits < least {
        let mut sentence = format!(
            "makes values that can be guessed: {length} of {kinds} characters are less than {what}; \
             write a generated_length of at least {}",
            needed(least, kinds)
        );
        if let Some(lacks) = guard.lacks().filter(|lacks| !is_code && !lacks.is_empty())
            && bits >= GUARDED_BITS
        {
            sentence.push_str(", or, for a PIN, ");
            sentence.push_str(&lacks.join(" and "));
        }
        return Err(reader.refuse(&[LENGTH, ALPHABET], sentence));
    }
    Ok(Generated { length, alphabet })
}

impl Guard {
    /// What would have to be written for a few wrong tries to close it for good; nothing where they do.
    /// `None`: nothing makes an access password a PIN.
    fn lacks(self) -> Option<Vec<&'static str>> {
        if self.access {
            return None;
        }
        let mut lacks = Vec::new();
        if self.max_tries > FEW_TRIES {
            lacks.push("max_tries = 5 or less");
        }
        match self.block {
            BlockPolicy::Forever | BlockPolicy::Disable => {}
            BlockPolicy::For(_) => lacks.push("block = \"forever\" or \"disable\""),
        }
        Some(lacks)
    }
}

/// Makes the policy of a type and the values that the server makes for it fit each other: these are typed like
/// any other (P-01). What was not written follows what was; what was written and does not fit is refused.
pub(super) fn fit(
    reader: &mut Reader,
    (mode, part): (Mode, Part),
    policy: &mut PasswordPolicy,
    generated: &mut Generated,
) -> Read<()> {
    if mode == Mode::Otp {
        return Ok(());
    }
    let length = generated.length;
    if length < policy.min_length {
        let least = policy.min_length;
        if !reader.is_written(LENGTH) {
            generated.length = least;
        } else if mode == Mode::Generated && !reader.is_written(MIN) && part == Part::Other {
            // Nobody but the server makes these.
            policy.min_length = length;
        } else {
            let sentence = format!(
                "is {length}, shorter than min_length asks of any value; write {least} or more"
            );
            return Err(reader.refuse(&[LENGTH], sentence));
        }
    }
    if generated.length > policy.max_length && reader.is_written(LENGTH) {
        let most = policy.max_length;
        let sentence =
            format!("is {length}, longer than max_length lets anybody type; write {most} or less");
        return Err(reader.refuse(&[LENGTH], sentence));
    }
    for class in &policy.require {
        if generated.alphabet.chars().any(|c| class.holds(c)) {
            continue;
        }
        if reader.is_written(ALPHABET) {
            let what = match class {
                Class::Upper => "an upper-case letter",
                Class::Lower => "a lower-case letter",
                Class::Digit => "a digit",
                Class::Special => "a special character",
            };
            let sentence = format!("lacks what require asks of any value; write {what} into it");
            return Err(reader.refuse(&[ALPHABET], sentence));
        }
        // Of the default alphabet, which has all others.
        generated.alphabet.push_str(SIGNS);
    }
    Ok(())
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
