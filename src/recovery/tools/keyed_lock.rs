//! One at a time for each secret.

use tokio::sync::{Mutex, MutexGuard};

use crate::domain::digest::Digest;

/// How many secrets may be worked on at once. Two that share a slot wait for each other, which
/// costs a moment and harms nothing.
const SLOTS: usize = 1024;

/// Lets one request at a time work on a secret in this process.
///
/// That only one of them can *spend* it is the database's promise. This saves the others the price
/// of a hash: whoever holds one token cannot buy a hundred.
pub(in crate::recovery) struct KeyedLock(Vec<Mutex<()>>);

impl KeyedLock {
    pub(in crate::recovery) fn new() -> Self {
        Self((0..SLOTS).map(|_| Mutex::new(())).collect())
    }

    /// Waits for the lock of a secret, which is held as long as the guard lives.
    pub(in crate::recovery) async fn lock(&self, digest: Digest) -> MutexGuard<'_, ()> {
        self.slot(digest).lock().await
    }

    /// Takes the lock of a secret if nobody else holds it or waits for it.
    pub(in crate::recovery) fn try_lock(&self, digest: Digest) -> Option<MutexGuard<'_, ()>> {
        self.slot(digest).try_lock().ok()
    }

    fn slot(&self, digest: Digest) -> &Mutex<()> {
        let [high, low, ..] = *digest.as_bytes();
        &self.0[usize::from(u16::from_be_bytes([high, low])) % SLOTS]
    }
}
