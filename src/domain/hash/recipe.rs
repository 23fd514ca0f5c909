//! How a digest is made of a password: scheme, costs and salt.

use std::fmt;

use super::base64;
use super::prf::Prf;

/// A scheme with everything it needs but the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipe {
    /// Argon2.
    Argon2 {
        /// In which order memory is visited.
        lanes: Lanes,
        /// Of which revision.
        version: Version,
        /// KiB of memory.
        memory_kib: u32,
        /// How often it is filled.
        iterations: u32,
        /// In how many lanes.
        parallelism: u32,
        /// What is mixed in.
        salt: Vec<u8>,
    },
    /// bcrypt.
    Bcrypt {
        /// What goes in.
        input: Input,
        /// The binary logarithm of its rounds.
        cost: u32,
        /// What is mixed in.
        salt: [u8; 16],
    },
    /// scrypt.
    Scrypt {
        /// The binary logarithm of its rounds.
        log_n: u8,
        /// The size of a block, in 128 bytes.
        r: u32,
        /// How many times the whole is done.
        p: u32,
        /// What is mixed in.
        salt: Vec<u8>,
    },
    /// PBKDF2.
    Pbkdf2 {
        /// What is iterated.
        prf: Prf,
        /// How often.
        iterations: u32,
        /// What is mixed in.
        salt: Vec<u8>,
    },
    /// The SHA-256-crypt and SHA-512-crypt of the C library.
    ShaCrypt {
        /// Whose hash is iterated: SHA-256 or SHA-512.
        prf: Prf,
        /// How often.
        rounds: u32,
        /// What is mixed in, as it is written.
        salt: String,
    },
}

/// The order in which argon2 visits its memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lanes {
    /// argon2i: independent of the password.
    I,
    /// argon2id: first independent of it, then dependent.
    Id,
}

/// A revision of argon2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// 1.0, which strings without a version are of.
    V16,
    /// 1.3.
    V19,
}

/// What bcrypt is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// The password, of 72 bytes at most.
    Password,
    /// The hexadecimal SHA-256 of the password, as Django does it, of any length.
    Sha256Hex,
}

impl Recipe {
    /// What the scheme is called.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Argon2 {
                lanes: Lanes::I, ..
            } => "argon2i",
            Self::Argon2 {
                lanes: Lanes::Id, ..
            } => "argon2id",
            Self::Bcrypt { .. } => "bcrypt",
            Self::Scrypt { .. } => "scrypt",
            Self::Pbkdf2 { .. } => "PBKDF2",
            Self::ShaCrypt {
                prf: Prf::Sha512, ..
            } => "SHA-512-crypt",
            Self::ShaCrypt { .. } => "SHA-256-crypt",
        }
    }

    /// A digest as it follows the recipe's own text.
    pub(super) fn digest_text(&self, digest: &[u8]) -> String {
        match self {
            Self::Bcrypt { .. } => base64::bcrypt(digest),
            Self::ShaCrypt { prf, .. } => format!("${}", base64::sha_crypt(*prf, digest)),
            Self::Argon2 { .. } | Self::Scrypt { .. } | Self::Pbkdf2 { .. } => {
                format!("${}", base64::plain(digest))
            }
        }
    }
}

/// The string of a hash up to its digest.
impl fmt::Display for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argon2 {
                version,
                memory_kib,
                iterations,
                parallelism,
                salt,
                ..
            } => {
                let version = match version {
                    Version::V16 => 16,
                    Version::V19 => 19,
                };
                write!(
                    f,
                    "${}$v={version}$m={memory_kib},t={iterations},p={parallelism}${}",
                    self.name(),
                    base64::plain(salt)
                )
            }
            Self::Bcrypt { input, cost, salt } => {
                let before = match input {
                    Input::Password => "",
                    Input::Sha256Hex => "$django-bcrypt-sha256",
                };
                write!(f, "{before}$2b${cost:02}${}", base64::bcrypt(salt))
            }
            Self::Scrypt { log_n, r, p, salt } => {
                write!(f, "$scrypt$ln={log_n},r={r},p={p}${}", base64::plain(salt))
            }
            Self::Pbkdf2 {
                prf,
                iterations,
                salt,
            } => write!(
                f,
                "$pbkdf2-{}$i={iterations}${}",
                prf.name(),
                base64::plain(salt)
            ),
            Self::ShaCrypt { prf, rounds, salt } => {
                let id = if *prf == Prf::Sha512 { 6 } else { 5 };
                write!(f, "${id}$rounds={rounds}${salt}")
            }
        }
    }
}
