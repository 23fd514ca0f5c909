//! Recovery tokens: what travels by mail, and what we keep of it.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::account::UserType;
use super::digest::{Digest, Keyring, Use};
use super::identifier::Identifier;

/// What a token entitles its bearer to do, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Purpose {
    /// Set a new password.
    Reset,
    /// Lift a block.
    Unlock,
    /// Say that a change was not one's own.
    Disown,
}

impl Purpose {
    /// As the database keeps it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Unlock => "unlock",
            Self::Disown => "disown",
        }
    }
}

/// How the secret of a token looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Form {
    /// Long: it travels in a link and says by itself whose it is.
    Link,
    /// Short: it is typed, next to the name of its account.
    Code,
}

/// The secret half, as mailed: 32 random bytes. It cannot be printed, logged or serialised.
pub struct Secret(Zeroizing<[u8; 32]>);

/// Whom the bearer of a token says it was mailed to.
///
/// SSPR names the account again with every token (contracts/sspr.md, section 7); the other
/// dialects let the token speak for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// A name that must lead to the token's account.
    pub identifier: Identifier,
    /// What the token's account must be.
    pub user_type: UserType,
}

/// The token is unknown, malformed, expired, spent, superseded or somebody else's.
///
/// Which of these is nobody's business (contracts/sspr.md, row 13).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("token is not valid")]
pub struct Invalid;

impl Secret {
    /// Mints a fresh secret.
    pub fn mint(rng: &mut impl rand::CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        rng.fill_bytes(&mut *bytes);
        Self(bytes)
    }

    /// Reads the 64 hexadecimal digits that went out by mail, in either case.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let mut bytes = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text, &mut *bytes).map_err(|_| Invalid)?;
        Ok(Self(bytes))
    }

    /// The form that goes out by mail: 64 lower-case hexadecimal digits.
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(*self.0))
    }

    /// What is stored.
    pub fn digest(&self, keys: &Keyring) -> Digest {
        keys.digest(Use::Token, &*self.0)
    }

    /// What is looked for.
    pub fn digests(&self, keys: &Keyring) -> Vec<Digest> {
        keys.digests(Use::Token, &*self.0)
    }
}
