//! What is kept of a secret: a keyed digest.
//!
//! The key lives outside the database, so a copy of the database lets nobody test guesses, and a
//! short code is as safe at rest as a long token (ASVS 6.5.2).

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// The keyed digest of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct Digest([u8; 32]);

/// What a secret is for. Part of the digest, so that a secret stored for one use is unknown in
/// another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// A recovery token.
    Token,
    /// A key that an application presents.
    Key,
    /// What an application signs its requests with.
    Signing,
    /// The token of a session.
    Session,
    /// A code that people type, together with whose it is.
    Code,
    /// A typed identifier or a caller's address, counted against a limit.
    Limit,
    /// A fixed text: what the key itself is known by.
    Fingerprint,
    /// Whose hash is wrapped: what its salt is made of.
    Salt,
    /// What the audit trail must still say later.
    Audit,
    /// What is made anew at every attempt and must come out the same.
    Derived,
    /// A wrong value that may be typed again.
    Repeat,
}

/// What secrets can be made from again and again, by whoever has the key that it names: 8 bytes that name
/// the key, 32 that were drawn. Alone it is worth nothing, so it may be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct Nonce([u8; 40]);

/// The first bytes of a key's fingerprint, which name it.
type KeyName = [u8; 8];

/// A keyed digest that names its key, for what has to be checked long after: a rotated key that is
/// still in the ring is found without trying all, and one that is not is told from a wrong digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct Signed([u8; 40]);

/// What came of checking a [`Signed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// It was made with a key of the ring, from exactly these bytes.
    Good,
    /// It was made from something else, or without the key.
    Wrong,
    /// It names a key that is not in the ring.
    UnknownKey,
}

/// The keys for digests, newest first. They cannot be printed.
#[derive(Clone)]
pub struct Keyring(Vec<Zeroizing<[u8; 32]>>);

/// A keyring needs at least one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no secret key is configured")]
pub struct NoKey;

impl Keyring {
    /// A keyring of `keys`, newest first.
    pub fn new(keys: Vec<Zeroizing<[u8; 32]>>) -> Result<Self, NoKey> {
        if keys.is_empty() {
            Err(NoKey)
        } else {
            Ok(Self(keys))
        }
    }

    /// The digest to store: by the newest key.
    pub fn digest(&self, purpose: Use, secret: &[u8]) -> Digest {
        // `new` refuses an empty ring, so the first of all digests always exists.
        self.digests(purpose, secret).swap_remove(0)
    }

    /// The digests to look for: by every key, newest first, so that secrets outlive a rotation.
    pub fn digests(&self, purpose: Use, secret: &[u8]) -> Vec<Digest> {
        self.0
            .iter()
            .map(|key| compute(key, purpose, secret))
            .collect()
    }

    /// Draws what secrets can be derived from, by the newest key.
    pub fn nonce(&self, rng: &mut impl rand::CryptoRng) -> Nonce {
        let mut nonce = [0; 40];
        nonce[..8].copy_from_slice(&name(&self.0[0]));
        rng.fill_bytes(&mut nonce[8..]);
        Nonce(nonce)
    }

    /// What names each key, newest first, as [`Nonce`]s begin.
    pub fn names(&self) -> Vec<Vec<u8>> {
        self.0.iter().map(|key| name(key).to_vec()).collect()
    }

    /// What follows from a nonce for one purpose: 32 bytes that nobody guesses who has not the key, and that
    /// are always the same. `None`: its key is not in the ring.
    pub fn derive(&self, nonce: &Nonce, purpose: &str) -> Option<Zeroizing<[u8; 32]>> {
        let key = self.0.iter().find(|key| name(key) == nonce.0[..8])?;
        let bytes = [&nonce.0[8..], purpose.as_bytes()].concat();
        Some(Zeroizing::new(compute(key, Use::Derived, &bytes).0))
    }

    /// Signs by the newest key.
    pub fn sign(&self, purpose: Use, bytes: &[u8]) -> Signed {
        let mut signed = [0; 40];
        signed[..8].copy_from_slice(&self.digest(Use::Fingerprint, b"").0[..8]);
        signed[8..].copy_from_slice(&self.digest(purpose, bytes).0);
        Signed(signed)
    }

    /// Whether it names the newest key.
    pub fn is_newest(&self, signed: &Signed) -> bool {
        self.digest(Use::Fingerprint, b"").0[..8] == signed.0[..8]
    }

    /// Checks by the key that is named, if it is in the ring.
    pub fn check(&self, purpose: Use, bytes: &[u8], signed: &Signed) -> Checked {
        let named = |key: &&Zeroizing<[u8; 32]>| {
            compute(key, Use::Fingerprint, b"").0[..8] == signed.0[..8]
        };
        match self.0.iter().find(named) {
            None => Checked::UnknownKey,
            Some(key) => {
                let right: bool = compute(key, purpose, bytes).0.ct_eq(&signed.0[8..]).into();
                if right { Checked::Good } else { Checked::Wrong }
            }
        }
    }
}

fn name(key: &[u8; 32]) -> KeyName {
    let fingerprint = compute(key, Use::Fingerprint, b"").0;
    let mut name = [0; 8];
    name.copy_from_slice(&fingerprint[..8]);
    name
}

impl Signed {
    /// The 40 bytes: 8 that name the key, 32 of the digest.
    pub fn as_bytes(&self) -> &[u8; 40] {
        &self.0
    }

    /// Reads the hexadecimal form.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 40];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(Self(bytes))
    }
}

impl std::fmt::Display for Signed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl Digest {
    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

fn compute(key: &[u8; 32], purpose: Use, secret: &[u8]) -> Digest {
    let label: &[u8] = match purpose {
        Use::Token => b"rekey token\0",
        Use::Key => b"rekey key\0",
        Use::Signing => b"rekey signing\0",
        Use::Session => b"rekey session\0",
        Use::Code => b"rekey code\0",
        Use::Limit => b"rekey limit\0",
        Use::Fingerprint => b"rekey fingerprint\0",
        Use::Audit => b"rekey audit\0",
        Use::Salt => b"rekey salt\0",
        Use::Derived => b"rekey derived\0",
        Use::Repeat => b"rekey repeat\0",
    };
    // HMAC pads its key with zeros to one block of the hash (RFC 2104, 2); padding it here keeps
    // the constructor from being fallible.
    let mut block = Zeroizing::new([0; 64]);
    block[..32].copy_from_slice(key);
    let mac = Hmac::<Sha256>::new((&*block).into())
        .chain_update(label)
        .chain_update(secret);
    Digest(mac.finalize().into_bytes().into())
}
