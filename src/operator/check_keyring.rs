//! Finding out early that the secret keys are not those of the database.

use serde_json::json;

use super::Operator;
use super::audit::Action;
use super::rotate_keys::short;
use crate::domain::digest::{Digest, Use};
use crate::recovery::Fault;
#[cfg(doc)]
use crate::recovery::LEADS_FOR;
use crate::store;

/// Why the keys are not good for the database.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// The database was used with other keys.
    #[error(
        "the secret keys are not those this database was used with, so no key, link or limit of it \
         would match; set secrets.keys (or REKEY_SECRET_KEY) to the keys of the servers on it"
    )]
    Foreign,
    /// We could not tell.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for KeyringError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl Operator {
    /// What the key that digests are made with is known by.
    pub(super) fn newest_key(&self) -> Digest {
        self.keys.digest(Use::Fingerprint, b"")
    }

    /// Refuses keys that share none with those the database was used with, and remembers the
    /// others, so that a rotation that keeps the old key for a while goes through. Whoever passes is
    /// about to make digests, and is noted as doing so; the first with a key, in every tenant's trail.
    pub async fn check_keyring(&self) -> Result<(), KeyringError> {
        let fingerprints = self.keys.digests(Use::Fingerprint, b"");
        let mut tx = self.db.begin().await?;
        if store::keyring::is_foreign(&mut tx, &fingerprints).await? {
            return Err(KeyringError::Foreign);
        }
        let now = self.clock.now();
        store::keyring::remember(&mut tx, &fingerprints, now).await?;
        if store::keyring::promote(&mut tx, self.newest_key(), now).await? {
            let detail = json!({ "fingerprint": short(self.newest_key()) });
            self.record_everywhere(&mut tx, Action::SecretKeyPromoted, &detail)
                .await?;
        } else {
            store::keyring::lead(&mut tx, self.newest_key(), now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Notes that digests are still made with our newest key. A server says so every few minutes:
    /// more often than [`LEADS_FOR`].
    pub async fn lead_keyring(&self) -> Result<(), Fault> {
        let mut db = self.db.acquire().await?;
        Ok(store::keyring::lead(&mut db, self.newest_key(), self.clock.now()).await?)
    }
}
