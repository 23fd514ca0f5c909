//! Codes that people type from a letter or a phone.

use zeroize::Zeroizing;

use super::digest::{Digest, Keyring, Use};
use super::id::{AccountId, TenantId};
use super::key::draw;

/// A code in clear. It cannot be printed, logged or serialised.
pub struct Code(Zeroizing<String>);

/// What a code is bound to: its digest is worth nothing anywhere else (standard T-07).
pub struct Binding(String);

impl Binding {
    /// Bound to whatever `parts` name together.
    pub fn to(parts: &[&dyn std::fmt::Display]) -> Self {
        let parts: Vec<_> = parts.iter().map(ToString::to_string).collect();
        Self(parts.join("\0"))
    }

    /// What the code of an access client is bound to: the account that the client is to act for.
    pub fn of_activation(tenant_id: TenantId, account_id: AccountId) -> Self {
        Self::to(&[&"activation", &tenant_id, &account_id])
    }
}

impl Code {
    /// Mints a fresh code of so many characters of an ASCII `alphabet`.
    pub fn mint(alphabet: &str, length: u32, rng: &mut impl rand::CryptoRng) -> Self {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        Self(Zeroizing::new(draw(alphabet.as_bytes(), length, rng)))
    }

    /// Takes what somebody typed. White space around it comes with copying and is dropped.
    pub fn presented(text: &str) -> Self {
        Self(Zeroizing::new(text.trim().to_owned()))
    }

    /// The clear form.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored.
    pub fn digest(&self, binding: &Binding, keys: &Keyring) -> Digest {
        keys.digest(Use::Code, &self.bound(binding))
    }

    /// What is looked for.
    pub fn digests(&self, binding: &Binding, keys: &Keyring) -> Vec<Digest> {
        keys.digests(Use::Code, &self.bound(binding))
    }

    /// Whether it is the code that was stored, under whichever key.
    pub fn is(&self, stored: Digest, binding: &Binding, keys: &Keyring) -> bool {
        // Digests under secret keys: comparing them tells a guesser nothing.
        keys.digests(Use::Code, &self.bound(binding))
            .contains(&stored)
    }

    fn bound(&self, binding: &Binding) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(format!("{}\0{}", binding.0, *self.0).into_bytes())
    }
}
