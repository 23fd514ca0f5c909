//! What comes out the same at every attempt.

use rand::CryptoRng;

use super::{Entropy, Fault, Tools};
use crate::domain::digest::Nonce;

impl Tools {
    /// A generator whose sequence follows from a nonce for one purpose: whoever draws from it again, in
    /// another process too, draws the same. Nobody else does who has not the key that the nonce names.
    pub(in crate::recovery) fn derived(
        &self,
        nonce: &Nonce,
        purpose: &str,
    ) -> Result<impl CryptoRng + Send + use<>, Fault> {
        let seed = self.keys.derive(nonce, purpose);
        // Whoever took the job gave it a nonce of a key that is here.
        let seed = seed.ok_or_else(|| Fault::broken("a nonce names a key that is not here"))?;
        Ok(Entropy::of(&seed))
    }
}
