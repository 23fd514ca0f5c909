//! Trading a code for the token of an access client (contracts/cyclos.md, 8.7).

use serde_json::json;
use sqlx::PgConnection;

use super::Sessions;
use super::actor::{Actor, Client, Proof, Unauthenticated};
use crate::domain::Timestamp;
use crate::domain::account::AccountStatus;
use crate::domain::code::{Binding, Code};
use crate::domain::key::KeySecret;
use crate::domain::limit::TooMany;
use crate::domain::tenant::Tenant;
use crate::recovery::accounts::access_type;
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::limits::LimitError;
use crate::recovery::sign_in::SignInError;
use crate::recovery::tools::{Fault, Origin};
use crate::store;

/// Why no access client was activated.
#[derive(Debug, thiserror::Error)]
pub enum ActivationError {
    /// It is no live code of the account.
    #[error("the code is not valid")]
    Code,
    /// Too many codes were wrong.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// What the caller proved themselves by does not hold any more.
    #[error(transparent)]
    Unauthenticated(#[from] Unauthenticated),
    /// We could not.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for ActivationError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<LimitError> for ActivationError {
    fn from(error: LimitError) -> Self {
        match error {
            LimitError::TooMany(limit) => Self::TooMany(limit),
            LimitError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Sessions {
    /// Trades a code of the actor's account for the token of the access client that waits for it. The
    /// application presents `prefix` and what is returned, in one piece, from then on.
    ///
    /// Wrong codes are counted before anybody knows that they are wrong, as many in an hour as the access
    /// password takes attempts; the last of them ends every client that waits.
    pub async fn activate_client(
        &self,
        tenant: &Tenant,
        actor: &Actor,
        code: &Code,
        prefix: &str,
        origin: &Origin,
    ) -> Result<(KeySecret, Client), ActivationError> {
        let (tenant_id, account_id) = (tenant.tenant_id, actor.account.account_id);
        let most = access_type(tenant)?.spec.max_tries;
        let attempts = self
            .limits
            .admit_activation(tenant_id, account_id, most, origin)
            .await?;
        let token = KeySecret::mint(&mut self.tools.entropy.fork());
        let whole = KeySecret::presented(&format!("{prefix}{}", token.reveal()));
        let binding = Binding::of_activation(tenant_id, account_id);
        let now = self.tools.clock.now();
        let entry = Entry::new(AuditAction::ClientActivated, "done", Some(origin)).of(account_id);

        let mut tx = self.tools.db.begin().await?;
        self.must_still_hold(&mut tx, tenant, actor, now).await?;
        let traded = store::activation::trade(
            &mut tx,
            tenant_id,
            account_id,
            &code.digests(&binding, &self.tools.keys),
            whole.digest(&self.tools.keys),
            now,
        )
        .await?;
        let Some(traded) = traded else {
            let ended = if attempts >= i64::from(most) {
                store::activation::end_waiting(&mut tx, tenant_id, account_id, now).await?
            } else {
                0
            };
            let entry = Entry {
                outcome: "wrong code",
                ..entry.with(json!({ "ended": ended }))
            };
            self.audit.record(&mut tx, tenant_id, entry).await?;
            tx.commit().await?;
            return Err(ActivationError::Code);
        };
        self.limits
            .release_activation(&mut tx, tenant_id, account_id)
            .await?;
        let entry = entry.with(json!({ "key": traded.key_id }));
        self.audit.record(&mut tx, tenant_id, entry).await?;
        tx.commit().await?;
        let client = Client {
            key_id: traded.key_id,
            name: traded.name,
        };
        Ok((token, client))
    }

    /// Refuses whose account, or what they proved themselves by, is out of use by now, under the locks of
    /// whoever takes it out of use.
    async fn must_still_hold(
        &self,
        db: &mut PgConnection,
        tenant: &Tenant,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(), ActivationError> {
        let tenant_id = tenant.tenant_id;
        let status = store::account::lock(db, tenant_id, actor.account.account_id).await?;
        let is_live = status == Some(AccountStatus::Active)
            && match &actor.proof {
                Proof::Session(session) => {
                    store::session::lock_live(db, tenant_id, session.session_id, now).await?
                }
                Proof::Client(client) => {
                    store::api_key::lock_live(db, tenant_id, client.key_id, now).await?
                }
                Proof::Password(basic) => self.sign_in.still_holds(db, &basic.proven, now).await?,
            };
        if is_live {
            return Ok(());
        }
        Err(match &actor.proof {
            Proof::Session(_) => Unauthenticated::LoggedOut,
            Proof::Client(_) => Unauthenticated::Client,
            Proof::Password(_) => SignInError::Wrong.into(),
        }
        .into())
    }
}
