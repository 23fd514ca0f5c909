//! Which passwords are good enough.

use serde::{Deserialize, Serialize};

use super::blocklist;
use super::password::Password;
use super::strength::Context;

/// What a new password must look like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordPolicy {
    /// The fewest characters (Unicode scalar values, as typed).
    pub min_length: u32,
    /// The most characters.
    pub max_length: u32,
    /// The kinds of character it must hold.
    pub require: Vec<Class>,
    /// Whether passwords that are guessed soon, and words from the account, are refused.
    pub blocklist: bool,
}

/// A kind of character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// An upper-case letter of any script.
    Upper,
    /// A lower-case letter of any script.
    Lower,
    /// A digit, 0 to 9.
    Digit,
    /// Anything that is neither letter nor digit.
    Special,
}

/// One way in which a password falls short. Data, never a sentence: each dialect has its own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Violation {
    /// Fewer characters than the policy asks.
    TooShort {
        /// The fewest characters.
        min: u32,
    },
    /// More characters than the policy takes.
    TooLong {
        /// The most characters.
        max: u32,
    },
    /// A required kind of character is missing.
    Lacks(Class),
    /// Guessed soon: a common password, a pattern, or words that belong to the account or its tenant.
    TooCommon,
    /// Equal to one of the account's last passwords.
    UsedBefore,
}

/// A password was refused. Never empty, and in a fixed order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("password violates the policy: {0:?}")]
pub struct Violations(pub Vec<Violation>);

impl Class {
    /// Every kind, in the order violations are listed.
    pub const ALL: [Self; 4] = [Self::Upper, Self::Lower, Self::Digit, Self::Special];

    /// Whether `c` is of this kind.
    pub fn holds(self, c: char) -> bool {
        match self {
            Self::Upper => c.is_uppercase(),
            Self::Lower => c.is_lowercase(),
            Self::Digit => c.is_ascii_digit(),
            Self::Special => !c.is_alphanumeric(),
        }
    }
}

impl PasswordPolicy {
    /// This policy with the rules of another on top: what both accept.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let asked = |class: &Class| self.require.contains(class) || other.require.contains(class);
        Self {
            min_length: self.min_length.max(other.min_length),
            max_length: self.max_length.min(other.max_length),
            require: Class::ALL.into_iter().filter(asked).collect(),
            blocklist: self.blocklist || other.blocklist,
        }
    }

    /// Lists everything that is wrong with `password` at once.
    ///
    /// `context` has the words that an attacker would try first: the login name, the address, the
    /// organisation (ASVS 6.2.11). What is around them makes another password of them only if it is more than
    /// digits and signs; the whole password is compared, never a part of it (NIST SP 800-63B-4, 3.1.1.2).
    pub fn check(&self, password: &Password, context: &Context) -> Result<(), Violations> {
        let text = password.expose();
        let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let mut violations = Vec::new();
        if length < self.min_length {
            violations.push(Violation::TooShort {
                min: self.min_length,
            });
        }
        if length > self.max_length {
            violations.push(Violation::TooLong {
                max: self.max_length,
            });
        }
        violations.extend(
            Class::ALL
                .into_iter()
                .filter(|class| self.require.contains(class))
                .filter(|class| !text.chars().any(|c| class.holds(c)))
                .map(Violation::Lacks),
        );
        // A password too long to be accepted is not worth folding.
        if self.blocklist && length <= self.max_length && self.is_guessed(text, context) {
            violations.push(Violation::TooCommon);
        }
        if violations.is_empty() {
            Ok(())
        } else {
            Err(Violations(violations))
        }
    }

    fn is_guessed(&self, text: &str, context: &Context) -> bool {
        blocklist::refuses(text, context) || context.is_guessed(text, self.max_length)
    }
}
