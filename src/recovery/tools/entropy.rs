//! The one place that is unpredictable.

use std::sync::{Arc, Mutex, PoisonError};

use rand::{CryptoRng, Rng as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;

/// Hands out random generators.
#[derive(Clone)]
pub struct Entropy(Arc<Mutex<ChaCha20Rng>>);

impl Entropy {
    /// Seeded by the operating system.
    #[expect(clippy::disallowed_methods, reason = "the one place that may")]
    pub fn os() -> Self {
        Self(Arc::new(Mutex::new(rand::make_rng())))
    }

    /// Always the same sequence, for tests.
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed))))
    }

    /// Always the same sequence, for whoever knows the seed.
    pub(in crate::recovery) fn of(seed: &[u8; 32]) -> impl CryptoRng + Send + use<> {
        ChaCha20Rng::from_seed(*seed)
    }

    /// A generator of its own for one piece of work.
    pub fn fork(&self) -> impl CryptoRng + Send + use<> {
        let mut seed = [0; 32];
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .fill_bytes(&mut seed);
        ChaCha20Rng::from_seed(seed)
    }
}
