//! Opening and ending sessions.

use time::Duration;

use super::Sessions;
use super::actor::{Actor, Proof, Session, Unauthenticated};
use crate::domain::Timestamp;
use crate::domain::digest::Digest;
use crate::domain::id::{SessionId, TenantId};
use crate::domain::session::{SessionToken, end_of};
use crate::domain::tenant::Tenant;
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::sign_in::SignInError;
use crate::recovery::tools::{Fault, Origin};
use crate::store;
use crate::store::sign_in::WayIn;

/// How somebody would like their session.
#[derive(Clone, Copy, Debug, Default)]
pub struct SessionOptions {
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

/// A session that is to be opened.
struct Opening<'a> {
    session: &'a store::session::Session,
    /// What is kept of its token.
    digest: Digest,
    /// When it ends unless it is used.
    end: Timestamp,
}

fn signed_in<'a>(actor: &Actor, origin: &'a Origin) -> Entry<'a> {
    Entry::new(AuditAction::SignedIn, "done", Some(origin)).of(actor.account.account_id)
}

impl Sessions {
    /// Opens a session for whoever proved who they are by a password or as an access client. Where
    /// the tenant asks for a second password, it waits for that; access clients are exempt (D-41).
    pub async fn open_session(
        &self,
        tenant: &Tenant,
        actor: Actor,
        options: SessionOptions,
        origin: &Origin,
    ) -> Result<(SessionToken, Actor), OpenError> {
        let (tenant_id, account_id) = (tenant.tenant_id, actor.account.account_id);
        let now = self.tools.clock.now();
        let mut rng = self.tools.entropy.fork();
        let token = SessionToken::mint(&mut rng);
        let most = tenant.settings.cyclos.session_timeout;
        let timeout = options.timeout.map_or(most, |wanted| wanted.min(most));
        let timeout = i32::try_from(timeout).unwrap_or(i32::MAX);
        let mut session = store::session::Session {
            session_id: SessionId::mint(now, &mut rng),
            account_id,
            principal: None,
            principal_kind: None,
            client_id: None,
            split: options.is_split,
            pending: false,
            timeout,
            created_at: now,
            touched_at: now,
        };
        match &actor.proof {
            Proof::Session(_) => return Err(OpenError::Illegal),
            Proof::Client(client) => session.client_id = Some(client.key_id),
            Proof::Password(basic) => {
                session.principal = Some(basic.principal.clone());
                session.principal_kind = Some(basic.kind());
                session.pending = tenant.secondary_type().is_some();
            }
        }
        let end = end_of(now, now, Duration::seconds(i64::from(timeout)));
        let opening = Opening {
            session: &session,
            digest: token.digest(&self.tools.keys),
            end,
        };
        let is_open = self.open_at_once(&actor, &opening, origin).await?
            || self.open(tenant_id, &actor, &opening, origin).await?;
        if !is_open {
            self.sign_in
                .note_failure(tenant, Some(account_id), "closed", origin)
                .await?;
            return Err(match &actor.proof {
                Proof::Session(_) | Proof::Client(_) => Unauthenticated::Client,
                Proof::Password(_) => SignInError::Wrong.into(),
            }
            .into());
        }
        let proof = Proof::Session(Session {
            session_id: session.session_id,
            principal: session.principal.zip(session.principal_kind),
            is_split: session.split,
            is_pending: session.pending,
        });
        Ok((token, Actor { proof, ..actor }))
    }

    /// Sees that what was proven with a password is as it was left, and opens the session, in one
    /// statement. Where it is not, or changes at this moment, [`Self::open`] decides.
    async fn open_at_once(
        &self,
        actor: &Actor,
        opening: &Opening<'_>,
        origin: &Origin,
    ) -> Result<bool, Fault> {
        let Proof::Password(basic) = &actor.proof else {
            return Ok(false);
        };
        let (proven, now) = (&basic.proven, opening.session.created_at);
        if proven.value.facts.status(now, &proven.rules) != proven.status {
            return Ok(false);
        }
        let &Opening {
            session,
            digest,
            end,
        } = opening;
        let as_left = (&proven.value, &proven.value);
        let way_in = WayIn::Session(session, digest, end);
        self.sign_in
            .enter(proven.key, as_left, signed_in(actor, origin), way_in)
            .await
    }

    /// Opens a session if what was proven still holds. Somebody may be disabling the account, or resetting
    /// its password, at this moment: it must hold under the lock that they take.
    async fn open(
        &self,
        tenant_id: TenantId,
        actor: &Actor,
        opening: &Opening<'_>,
        origin: &Origin,
    ) -> Result<bool, Fault> {
        let (account_id, now) = (actor.account.account_id, opening.session.created_at);
        let mut tx = self.tools.db.begin().await?;
        let holds = match &actor.proof {
            Proof::Session(_) => false,
            Proof::Client(client) => {
                store::account::lock(&mut tx, tenant_id, account_id).await?;
                store::api_key::lock_live(&mut tx, tenant_id, client.key_id, now).await?
            }
            Proof::Password(basic) => {
                self.sign_in
                    .still_holds(&mut tx, &basic.proven, now)
                    .await?
            }
        };
        if !holds {
            tx.rollback().await?;
            return Ok(false);
        }
        let &Opening {
            session,
            digest,
            end,
        } = opening;
        store::session::insert(&mut tx, tenant_id, session, digest, end).await?;
        self.audit
            .record(&mut tx, tenant_id, signed_in(actor, origin))
            .await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Ends a session. Of two calls at the same instant, one ends it; the other finds it ended.
    pub async fn close_session(
        &self,
        tenant: &Tenant,
        actor: &Actor,
        origin: &Origin,
    ) -> Result<(), OpenError> {
        let session = actor.session().ok_or(OpenError::Illegal)?;
        let mut tx = self.tools.db.begin().await?;
        if !store::session::end(&mut tx, tenant.tenant_id, session.session_id).await? {
            return Err(Unauthenticated::LoggedOut.into());
        }
        let entry = Entry::new(AuditAction::SignedOut, "done", Some(origin));
        let entry = entry.of(actor.account.account_id);
        self.audit.record(&mut tx, tenant.tenant_id, entry).await?;
        tx.commit().await?;
        Ok(())
    }
}
