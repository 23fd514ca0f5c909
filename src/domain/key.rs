//! Keys that applications present.

use rand::Rng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::digest::{Digest, Keyring, Use};

/// What a key opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "kebab-case")]
#[sqlx(type_name = "text", rename_all = "kebab-case")]
pub enum Kind {
    /// The SSPR operations of one tenant.
    Sspr,
    /// The TurboSMTP operations of one account, as an operator made it: a public name and a secret.
    Consumer,
    /// The TurboSMTP operations of one account, as its owner signed in.
    Turbosmtp,
    /// The Cyclos operations of one account, for an application that acts as its owner.
    AccessClient,
}

/// A key in clear, shown once when it is made. It cannot be printed, logged or serialised.
pub struct KeySecret(Zeroizing<String>);

/// What signatures of requests are made with; derived, never stored.
pub struct SigningSecret(Zeroizing<String>);

impl KeySecret {
    /// Mints a fresh key: 40 characters `[A-Za-z0-9]`, 238 random bits.
    pub fn mint(rng: &mut impl rand::CryptoRng) -> Self {
        Self::mint_letters(40, rng)
    }

    /// Mints a fresh key of so many characters `[A-Za-z0-9]`.
    pub fn mint_letters(length: usize, rng: &mut impl rand::CryptoRng) -> Self {
        const ALPHABET: &[u8; 62] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        Self(Zeroizing::new(draw(ALPHABET, length, rng)))
    }

    /// Mints a fresh key of 40 lower-case hexadecimal digits, 160 random bits
    /// (contracts/turbosmtp.md, sample shapes).
    pub fn mint_hex(rng: &mut impl rand::CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0; 20]);
        rng.fill_bytes(&mut *bytes);
        Self(Zeroizing::new(hex::encode(*bytes)))
    }

    /// A pair as one secret: neither half is anything without the other.
    pub fn pair(consumer_key: &str, consumer_secret: &str) -> Self {
        Self(Zeroizing::new(format!("{consumer_key}\0{consumer_secret}")))
    }

    /// Takes what a caller presented.
    pub fn presented(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The clear form.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored.
    pub fn digest(&self, keys: &Keyring) -> Digest {
        keys.digest(Use::Key, self.0.as_bytes())
    }

    /// What is looked for.
    pub fn digests(&self, keys: &Keyring) -> Vec<Digest> {
        keys.digests(Use::Key, self.0.as_bytes())
    }

    /// The secrets its owner may sign requests with, newest first (contracts/sspr.md, section 6).
    ///
    /// Derived from the key and the server's own secret, so that there is nothing to store and
    /// it ages with the key's digest.
    pub fn signing_secrets(&self, keys: &Keyring) -> Vec<SigningSecret> {
        keys.digests(Use::Signing, self.0.as_bytes())
            .iter()
            .map(|digest| SigningSecret(Zeroizing::new(hex::encode(digest.as_bytes()))))
            .collect()
    }
}

impl SigningSecret {
    /// A secret whose text is known already.
    pub fn from_text(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The clear form.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Draws `length` characters of an ASCII `alphabet`, each equally likely: a byte that would favour
/// the first ones is drawn again.
///
/// An alphabet has 1 to 256 characters; of another nothing is drawn.
pub fn draw(alphabet: &[u8], length: usize, rng: &mut impl Rng) -> String {
    let fair = 256 - 256 % alphabet.len().clamp(1, 256);
    let mut drawn = String::with_capacity(length);
    while drawn.len() < length && (1..=256).contains(&alphabet.len()) {
        let mut byte = [0];
        rng.fill_bytes(&mut byte);
        let byte = usize::from(byte[0]);
        if byte < fair {
            drawn.push(char::from(alphabet[byte % alphabet.len()]));
        }
    }
    drawn
}
