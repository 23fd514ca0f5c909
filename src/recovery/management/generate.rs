//! Having the server make a value, which its owner is shown once.

use super::Management;
use super::change::{Ground, Lost};
use super::permission::{Permitted, Refusal};
use crate::domain::password::Password;
use crate::domain::status::Action;
use crate::recovery::attempts::ProofError;
use crate::recovery::tools::{Fault, Origin};

/// Why no value was made.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// Not by them, or not now.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It was not confirmed.
    #[error(transparent)]
    Unconfirmed(#[from] ProofError),
}

impl From<Fault> for GenerateError {
    fn from(fault: Fault) -> Self {
        Self::Refused(fault.into())
    }
}

impl Management {
    /// Makes a value for its owner, who sees it this once: only its hash is kept. To replace one
    /// that is good must be confirmed, where the tenant wants that (contracts/cyclos.md, 8.4).
    pub async fn generate_password(
        &self,
        permitted: Permitted<'_>,
        confirmation: Option<&Password>,
        origin: &Origin,
    ) -> Result<Password, GenerateError> {
        let Permitted { operation, before } = permitted;
        if operation.action == Action::ChangeGenerated {
            self.second_factor
                .confirm(operation.tenant, operation.actor, confirmation, origin)
                .await?;
        }
        let value = self.replacement.make_value(operation.kind);
        let hash = self.tools.hasher.hash(&value).await?;
        // Of two at the same instant only one may be shown a value, or one would be shown a dead
        // one.
        let ground = Ground::Value(before.hash.as_deref());
        self.store_value(&operation, hash, ground, origin)
            .await
            .map_err(|lost| match lost {
                Lost::Refused(refusal) => GenerateError::Refused(refusal),
                Lost::Replaced | Lost::OldMissing => GenerateError::Refused(Refusal::Illegal),
            })?;
        Ok(value)
    }
}
