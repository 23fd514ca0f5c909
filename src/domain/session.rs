//! Sessions: what a signed-in client presents, and what we keep of it.

use time::Duration;
use zeroize::Zeroizing;

use super::Timestamp;
use super::digest::{Digest, Keyring, Use};
use super::key::draw;

/// The token of a session: 32 characters `[A-Za-z0-9]`, 190 random bits (standard S-03). It cannot be
/// printed, logged or serialised.
pub struct SessionToken(Zeroizing<String>);

/// How long a token is. Even, so that it can be split (contracts/cyclos.md, 1.4).
const LENGTH: usize = 32;

impl SessionToken {
    /// Mints a fresh token.
    pub fn mint(rng: &mut impl rand::CryptoRng) -> Self {
        const ALPHABET: &[u8; 62] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        Self(Zeroizing::new(draw(ALPHABET, LENGTH, rng)))
    }

    /// Takes what a client presented.
    pub fn presented(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// Puts two halves together as a client presented them.
    pub fn joined(first: &str, second: &str) -> Self {
        Self(Zeroizing::new(format!("{first}{second}")))
    }

    /// The clear form.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The clear form in two halves: one for the answer's body, one for a cookie that no script
    /// can read. Neither is anything without the other.
    pub fn halves(&self) -> (&str, &str) {
        self.0.split_at(self.0.len() / 2)
    }

    /// What is stored.
    pub fn digest(&self, keys: &Keyring) -> Digest {
        keys.digest(Use::Session, self.0.as_bytes())
    }

    /// What is looked for.
    pub fn digests(&self, keys: &Keyring) -> Vec<Digest> {
        keys.digests(Use::Session, self.0.as_bytes())
    }
}

/// No session lives longer than this, however often it is used (standard S-03).
const LONGEST: Duration = Duration::days(30);

/// When a session used at `now` ends by itself.
pub fn end_of(created_at: Timestamp, now: Timestamp, timeout: Duration) -> Timestamp {
    (now + timeout).min(created_at + LONGEST)
}
