//! Signing somebody in on the word of an administrator's application: a web site asks for name and password, and
//! hands over who visits it.

use serde_json::json;

use super::Sessions;
use super::actor::{Actor, Client, Credentials, Proof, Unauthenticated};
use super::open::{OpenError, SessionOptions};
use crate::domain::account::Role;
use crate::domain::id::KeyId;
use crate::domain::session::SessionToken;
use crate::domain::tenant::Tenant;
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::sign_in::SignInError;
use crate::recovery::tools::{Fault, Origin};

/// Why nobody was signed in for a caller.
#[derive(Debug, thiserror::Error)]
pub enum VouchError {
    /// The caller is no administrator.
    #[error("the caller is no administrator")]
    Denied,
    /// The caller is a person, and no application.
    #[error("the caller is no access client")]
    Illegal,
    /// Who was named is not signed in.
    #[error(transparent)]
    Unauthenticated(#[from] Unauthenticated),
    /// They are, and no session was opened for them.
    #[error(transparent)]
    NotOpened(#[from] OpenError),
    /// We could not.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for VouchError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl Actor {
    /// The application that they act by, if it is taken at its word on who somebody is and where: one of an
    /// administrator, and no person.
    pub fn vouching_client(&self) -> Result<&Client, VouchError> {
        if self.account.role != Role::Administrator {
            return Err(VouchError::Denied);
        }
        match &self.proof {
            Proof::Client(client) => Ok(client),
            Proof::Session(_) | Proof::Password(_) => Err(VouchError::Illegal),
        }
    }
}

impl Sessions {
    /// Opens a session for whoever the credentials prove, as if they had presented them themselves from
    /// `visitor`: limits count that address, and the session is theirs alone. Only an access client of an
    /// administrator is taken at its word on where somebody is.
    pub async fn sign_in_for(
        &self,
        tenant: &Tenant,
        caller: &Actor,
        credentials: &Credentials,
        options: SessionOptions,
        (visitor, origin): (&Origin, &Origin),
    ) -> Result<(SessionToken, Actor), VouchError> {
        let client = caller.vouching_client()?;
        let opened = match self.authenticate(tenant, credentials, visitor).await {
            Ok(actor) => self.open_session(tenant, actor, options, visitor).await?,
            // What was refused before anybody looked is a row a window, by the limit itself.
            Err(
                error @ (Unauthenticated::SignIn(SignInError::TooMany(_) | SignInError::Fault(_))
                | Unauthenticated::Fault(_)),
            ) => return Err(error.into()),
            Err(error) => {
                let entry = vouched("refused", origin);
                self.note_vouched(tenant, caller, client.key_id, entry)
                    .await?;
                return Err(error.into());
            }
        };
        let entry = vouched("done", origin).of(opened.1.account.account_id);
        self.note_vouched(tenant, caller, client.key_id, entry)
            .await?;
        Ok(opened)
    }

    /// Writes down who said where somebody is, and from where: the other lines of the request have the
    /// visitor's address alone.
    async fn note_vouched(
        &self,
        tenant: &Tenant,
        caller: &Actor,
        key_id: KeyId,
        entry: Entry<'_>,
    ) -> Result<(), Fault> {
        let entry = entry
            .by(caller.account.account_id)
            .with(json!({ "key": key_id }));
        let mut db = self.tools.db.acquire().await?;
        self.audit.record(&mut db, tenant.tenant_id, entry).await
    }
}

fn vouched<'a>(outcome: &'static str, origin: &'a Origin) -> Entry<'a> {
    Entry::new(AuditAction::SignedInFor, outcome, Some(origin))
}
