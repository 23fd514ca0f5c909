//! Opening and ending sessions.

use time::Duration;

use super::actor::{Actor, Proof, Session, Unauthenticated};
use super::audit::{Action as Audited, Entry};
use super::prove::SignInError;
use super::{Fault, Origin, Recovery};
use crate::domain::Timestamp;
use crate::domain::id::SessionId;
use crate::domain::session::SessionToken;
use crate::domain::tenant::Tenant;
use crate::store;

/// No session lives longer than this, however often it is used (standard S-03).
const LONGEST: Duration = Duration::days(30);

/// How somebody would like their session.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish {
    /// How many idle seconds it is to live, at most the tenant's `session_timeout`.
    pub timeout: Option<u64>,
    /// Whether half of its token is to travel in a cookie.
    pub is_split: bool,
}

/// Why no session was opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// They are signed in by a session already.
    #[error("there is a session already")]
    Illegal,
    /// What they presented does not hold any more.
    #[error(transparent)]
    Unauthenticated(#[from] Unauthenticated),
}

impl From<sqlx::Error> for OpenError {
    fn from(error: sqlx::Error) -> Self {
        Self::Unauthenticated(error.into())
    }
}

impl From<Fault> for OpenError {
    fn from(fault: Fault) -> Self {
        Self::Unauthenticated(fault.into())
    }
}

/// When a session used at `now` ends by itself.
pub(super) fn end_of(created_at: Timestamp, now: Timestamp, timeout: Duration) -> Timestamp {
    (now + timeout).min(created_at + LONGEST)
}

impl Recovery {
    /// Opens a session for whoever proved who they are by a password or as an access client. Where
    /// the tenant asks for a second password, it waits for that; access clients are exempt (D-41).
    pub async fn open_session(
        &self,
        tenant: &Tenant,
        actor: Actor,
        wish: Wish,
        origin: &Origin,
    ) -> Result<(SessionToken, Actor), OpenError> {
        let (tenant_id, account_id) = (tenant.tenant_id, actor.account.account_id);
        let now = self.0.clock.now();
        let mut rng = self.0.entropy.fork();
        let token = SessionToken::mint(&mut rng);
        let most = tenant.settings.cyclos.session_timeout;
        let timeout = wish.timeout.map_or(most, |wanted| wanted.min(most));
        let timeout = i32::try_from(timeout).unwrap_or(i32::MAX);
        let mut session = store::session::Session {
            session_id: SessionId::mint(now, &mut rng),
            account_id,
            principal: None,
            principal_kind: None,
            client_id: None,
            split: wish.is_split,
            pending: false,
            timeout,
            created_at: now,
            touched_at: now,
        };
        let mut tx = self.0.db.begin().await?;
        // Somebody may be disabling the account, or resetting its password, at this moment: what
        // was proven must still hold under the lock that they take.
        let holds = match &actor.proof {
            Proof::Session(_) => return Err(OpenError::Illegal),
            Proof::Client(client) => {
                session.client_id = Some(client.key_id);
                store::account::lock(&mut tx, tenant_id, account_id).await?;
                store::api_key::lock_live(&mut tx, tenant_id, client.key_id, now).await?
            }
            Proof::Password(basic) => {
                session.principal = Some(basic.principal.clone());
                session.principal_kind = Some(basic.kind());
                session.pending = tenant.secondary_type().is_some();
                self.still_holds(&mut tx, &basic.proven, now).await?
            }
        };
        if !holds {
            tx.rollback().await?;
            self.note_failure(tenant, Some(account_id), "closed", origin)
                .await?;
            return Err(match &actor.proof {
                Proof::Session(_) | Proof::Client(_) => Unauthenticated::Client,
                Proof::Password(_) => SignInError::Wrong.into(),
            }
            .into());
        }
        let end = end_of(now, now, Duration::seconds(i64::from(timeout)));
        let digest = token.digest(&self.0.keys);
        store::session::insert(&mut tx, tenant_id, &session, digest, end).await?;
        let entry = Entry::new(Audited::SignedIn, "done", Some(origin)).of(account_id);
        self.record(&mut tx, tenant_id, entry).await?;
        tx.commit().await?;
        let proof = Proof::Session(Session {
            session_id: session.session_id,
            principal: session.principal.zip(session.principal_kind),
            is_split: session.split,
            is_pending: session.pending,
        });
        Ok((token, Actor { proof, ..actor }))
    }

    /// Ends a session. Of two calls at the same instant, one ends it; the other finds it ended.
    pub async fn close_session(
        &self,
        tenant: &Tenant,
        actor: &Actor,
        origin: &Origin,
    ) -> Result<(), OpenError> {
        let session = actor.session().ok_or(OpenError::Illegal)?;
        let mut tx = self.0.db.begin().await?;
        if !store::session::end(&mut tx, tenant.tenant_id, session.session_id).await? {
            return Err(Unauthenticated::LoggedOut.into());
        }
        let entry = Entry::new(Audited::SignedOut, "done", Some(origin));
        let entry = entry.of(actor.account.account_id);
        self.record(&mut tx, tenant.tenant_id, entry).await?;
        tx.commit().await?;
        Ok(())
    }
}
