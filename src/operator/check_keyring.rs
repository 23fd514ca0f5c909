//! Finding out early that the secret keys are not those of the database.

use super::Operator;
use crate::domain::digest::Use;
use crate::recovery::Fault;
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
    /// Refuses keys that share none with those the database was used with, and remembers the
    /// others, so that a rotation that keeps the old key for a while goes through.
    pub async fn check_keyring(&self) -> Result<(), KeyringError> {
        let fingerprints = self.keys.digests(Use::Fingerprint, b"");
        let mut tx = self.db.begin().await?;
        if store::keyring::is_foreign(&mut tx, &fingerprints).await? {
            return Err(KeyringError::Foreign);
        }
        store::keyring::remember(&mut tx, &fingerprints, self.clock.now()).await?;
        Ok(tx.commit().await?)
    }
}
