//! Password hashes as strings: which ones are understood, how much work they may ask of us, and
//! which are too weak to rest as they are.
//!
//! A stored string has one of two forms. *Plain*: what its scheme made of the password, as
//! `$argon2id$…`, `$2b$…`, `$scrypt$…` or `$pbkdf2-sha256$…`. *Wrapped*, for what would be weak:
//! how the scheme was asked, without what it answered, and argon2id over that answer:
//!
//! ```text
//! $rekey-wrap$v=1,l=64$6$rounds=5000$saltstring$argon2id$v=19$m=19456,t=2,p=1$salt$digest
//!             length `------- inner -------'`------------- over its digest -------------'
//! ```

mod base64;
mod bounds;
mod django;
mod native;
mod prf;
mod recipe;
mod unsupported;

use std::fmt;

pub use self::bounds::ARGON2_FLOOR;
pub use self::prf::Prf;
pub use self::recipe::{Input, Lanes, Recipe, Version};
pub use self::unsupported::Unsupported;

/// The longest string that is read.
const TEXT_MAX: usize = 512;
/// What a wrapped string begins with.
const WRAP: &str = "$rekey-wrap$v=1,l=";
/// What its outer part begins with.
const OUTER: &str = "$argon2id$";

/// A stored hash. Whoever has it can guess at the password, so it cannot be printed by accident.
#[derive(Clone, PartialEq, Eq)]
pub enum Hash {
    /// What a scheme makes of the password.
    Plain {
        /// How it is made.
        recipe: Recipe,
        /// What was made.
        digest: Vec<u8>,
    },
    /// What argon2id makes of what another scheme makes of the password.
    Wrapped {
        /// How the inner digest is made of the password.
        inner: Recipe,
        /// How many bytes of it there are.
        length: usize,
        /// How the digest is made of the inner one.
        outer: Recipe,
        /// What was made.
        digest: Vec<u8>,
    },
}

impl Hash {
    /// Reads a string that was stored. Its costs were bounded when it came in.
    pub fn parse(text: &str) -> Result<Self, Unsupported> {
        if text.len() > TEXT_MAX || !text.is_ascii() {
            return Err(Unsupported::Malformed);
        }
        if let Some(wrapped) = text.strip_prefix(WRAP) {
            return Self::wrapped(wrapped).ok_or(Unsupported::Broken("wrapped"));
        }
        let (recipe, digest) = if text.starts_with('$') {
            native::parse(text)?
        } else {
            django::parse(text)?
        };
        let digest = digest.ok_or(Unsupported::Incomplete)?;
        let hash = Self::Plain { recipe, digest };
        // Django's form has the salt as it is, ours in base64: it must not outgrow what can be read.
        if hash.to_string().len() > TEXT_MAX {
            return Err(Unsupported::Malformed);
        }
        Ok(hash)
    }

    /// Reads a string that was made elsewhere: of bounded costs, with a salt and a digest. Nothing
    /// is computed.
    pub fn import(text: &str) -> Result<Self, Unsupported> {
        let hash = Self::parse(text)?;
        match &hash {
            Self::Plain { recipe, digest } => bounds::check(recipe, digest.len())?,
            Self::Wrapped {
                inner,
                length,
                outer,
                digest,
            } => {
                bounds::check(inner, *length)?;
                bounds::check(outer, digest.len())?;
                // Nothing goes over a wrapping, so a weak one could not be mended.
                if outer.is_weak() {
                    return Err(Unsupported::Broken("wrapped"));
                }
            }
        }
        Ok(hash)
    }

    /// The scheme that the password goes into.
    pub fn scheme(&self) -> &'static str {
        match self {
            Self::Plain { recipe, .. } => recipe.name(),
            Self::Wrapped { inner, .. } => inner.name(),
        }
    }

    fn wrapped(text: &str) -> Option<Self> {
        let (length, rest) = text.split_at(text.find('$')?);
        let (inner, outer) = rest.split_at(rest.rfind(OUTER)?);
        let (inner, None) = native::parse(inner).ok()? else {
            return None;
        };
        let (outer, digest) = native::parse(outer).ok()?;
        Some(Self::Wrapped {
            inner,
            length: native::number(length)?,
            outer,
            digest: digest?,
        })
    }
}

/// The string that is stored.
impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain { recipe, digest } => {
                write!(f, "{recipe}{}", recipe.digest_text(digest))
            }
            Self::Wrapped {
                inner,
                length,
                outer,
                digest,
            } => write!(
                f,
                "{WRAP}{length}{inner}{outer}{}",
                outer.digest_text(digest)
            ),
        }
    }
}
