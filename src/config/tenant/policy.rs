//! What a tenant may ask of its passwords.

use crate::config::reader::{Read, Reader};
use crate::domain::policy::{Class, PasswordPolicy};

/// What a password type is for, as far as its policy goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The access password, typed by people.
    Access,
    /// The access password under profile `hardened`.
    HardenedAccess,
    /// Anything else.
    Other,
}

const CLASSES: [(&str, Class); 4] = [
    ("upper", Class::Upper),
    ("lower", Class::Lower),
    ("digit", Class::Digit),
    ("special", Class::Special),
];

pub(super) const MIN: &str = "password_type.min_length";
const MAX: &str = "password_type.max_length";

/// The longest password any policy may take: what is hashed must end.
const LONGEST: u32 = 4096;

impl Part {
    /// The least that `min_length` may be (NIST SP 800-63B-4, 3.1.1.2: 15 for a password that is
    /// the only factor, never below 8).
    fn floor(self) -> (u32, &'static str) {
        match self {
            Self::HardenedAccess => (15, "the access password in profile hardened"),
            Self::Access => (8, "the access password"),
            Self::Other => (4, "any password"),
        }
    }

    /// The least that `max_length` may be: passphrases must fit (same source).
    fn least_max(self) -> u32 {
        match self {
            Self::HardenedAccess | Self::Access => 64,
            Self::Other => 4,
        }
    }
}

/// Reads the policy of a type.
pub(super) fn read(row: &mut Reader, part: Read<Part>) -> Read<PasswordPolicy> {
    let min_length = row.number(MIN, &(1..=LONGEST));
    let max_length = row.number(MAX, &(1..=LONGEST));
    let require = row.words("password_type.require", &CLASSES);
    let blocklist = row.flag("password_type.blocklist");
    let part = part?;
    let min_length = least(row, part, min_length?)?;
    Ok(PasswordPolicy {
        min_length,
        max_length: most(row, part, min_length, max_length?)?,
        require: require?,
        blocklist: blocklist?,
    })
}

fn least(row: &mut Reader, part: Part, min_length: u32) -> Read<u32> {
    let (floor, of) = part.floor();
    if min_length < floor && row.is_written(MIN) {
        let sentence = format!("is {min_length}; write {floor} or more, the floor of {of}");
        return Err(row.refuse(&[MIN], sentence));
    }
    Ok(min_length.max(floor))
}

fn most(row: &mut Reader, part: Part, min_length: u32, max_length: u32) -> Read<u32> {
    let least = part.least_max();
    if max_length < least {
        let sentence = format!("is {max_length}; write {least} or more, so that passphrases fit");
        return Err(row.refuse(&[MAX], sentence));
    }
    if max_length < min_length {
        let sentence = format!(
            "leaves no password: min_length is {min_length} and max_length {max_length}; \
             write a max_length of at least min_length"
        );
        return Err(row.refuse(&[MAX, MIN], sentence));
    }
    Ok(max_length)
}
