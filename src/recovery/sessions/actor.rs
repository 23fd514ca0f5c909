//! Who is acting, how they proved it, and what that lets them do.

use sqlx::PgConnection;
use time::Duration;

use super::Sessions;
use crate::domain::Timestamp;
use crate::domain::account::{Account, AccountStatus};
use crate::domain::id::{AccountId, KeyId, SessionId};
use crate::domain::identifier::{Identifier, Kind};
use crate::domain::key::{self, KeySecret};
use crate::domain::password::Password;
use crate::domain::session::{SessionToken, end_of};
use crate::domain::status::{Mode, Status};
use crate::domain::tenant::Tenant;
use crate::recovery::accounts::access_type;
use crate::recovery::audit::{Audit, AuditAction, Entry, Signal};
use crate::recovery::sign_in::{Authenticated, SignInError};
use crate::recovery::tools::loader::Question;
use crate::recovery::tools::{Fault, Origin};
use crate::store;
use crate::store::session::{Asked as AskedSession, SignedIn};

/// What somebody presents to say who they are.
pub enum Credentials {
    /// The token of a session.
    Session(SessionToken),
    /// The token of an access client.
    Client(KeySecret),
    /// A name, in every reading that may sign in, and the access password.
    Password {
        /// The readings, the likeliest first.
        names: Vec<Identifier>,
        /// As it was typed.
        principal: String,
        /// The password.
        password: Password,
    },
}

/// Why nobody is acting.
#[derive(Debug, thiserror::Error)]
pub enum Unauthenticated {
    /// The session is unknown or has ended.
    #[error("the session has ended")]
    LoggedOut,
    /// The access client is unknown or was disconnected, or its account is out of use.
    #[error("the access client is not valid")]
    Client,
    /// The name and the password are not good.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// We could not tell.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for Unauthenticated {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl Unauthenticated {
    /// Notices a credential that is not good. An attempt at a password is written down as it happens.
    pub fn signal(&self, audit: &Audit, tenant: &Tenant, origin: &Origin) {
        let signal = match self {
            Self::LoggedOut => Signal::Session,
            Self::Client => Signal::Key,
            Self::SignIn(_) | Self::Fault(_) => return,
        };
        audit.signal(tenant.tenant_id, signal, origin);
    }
}

/// Somebody who is acting.
pub struct Actor {
    /// Their account, which is active.
    pub account: Account,
    /// How they proved that it is theirs.
    pub proof: Proof,
    /// How their access password stands now.
    pub access: Status,
    /// How their second access password stands, where the tenant asks for one.
    pub secondary: Option<Status>,
}

/// How somebody proved who they are.
pub enum Proof {
    /// By a session.
    Session(Session),
    /// By an access client, which acts as its owner.
    Client(Client),
    /// By a name and the access password, for this one call.
    Password(Box<Basic>),
}

/// A live session.
pub struct Session {
    /// Names it.
    pub session_id: SessionId,
    /// What was typed when it was opened, and what kind of name that is; nothing where an access
    /// client opened it.
    pub principal: Option<(String, Kind)>,
    /// Whether half of its token travels in a cookie.
    pub is_split: bool,
    /// Whether the second password is still missing.
    pub is_pending: bool,
}

/// A live access client.
pub struct Client {
    /// Names it.
    pub key_id: KeyId,
    /// What the operator called it.
    pub name: Option<String>,
}

/// A right name and password.
pub struct Basic {
    /// The name as it was typed.
    pub principal: String,
    pub(in crate::recovery) proven: Authenticated,
}

impl Basic {
    /// What kind of name was typed.
    pub fn kind(&self) -> Kind {
        self.proven.principal
    }
}

impl Actor {
    /// The session, if that is how they proved who they are.
    pub fn session(&self) -> Option<&Session> {
        match &self.proof {
            Proof::Session(session) => Some(session),
            Proof::Client(_) | Proof::Password(_) => None,
        }
    }
}

impl Sessions {
    /// Finds who is acting.
    pub async fn authenticate(
        &self,
        tenant: &Tenant,
        credentials: &Credentials,
        origin: &Origin,
    ) -> Result<Actor, Unauthenticated> {
        match credentials {
            Credentials::Session(token) => self.of_session(tenant, token).await,
            Credentials::Client(token) => self.of_client(tenant, token).await,
            Credentials::Password {
                names,
                principal,
                password,
            } => {
                let proven = self
                    .sign_in
                    .authenticate(tenant, names, password, origin)
                    .await?;
                let is_noted = proven.is_noted;
                let secondary = self.secondary(tenant, proven.account.account_id).await?;
                let actor = Actor {
                    account: proven.account.clone(),
                    access: proven.status,
                    proof: Proof::Password(Box::new(Basic {
                        principal: principal.clone(),
                        proven,
                    })),
                    secondary,
                };
                self.has_second_password(tenant, &actor, origin).await?;
                if !is_noted {
                    let entry = Entry::new(AuditAction::Authenticated, "done", Some(origin));
                    let entry = entry.of(actor.account.account_id);
                    let mut db = self.tools.db.acquire().await?;
                    self.audit.record(&mut db, tenant.tenant_id, entry).await?;
                }
                Ok(actor)
            }
        }
    }

    async fn of_session(
        &self,
        tenant: &Tenant,
        token: &SessionToken,
    ) -> Result<Actor, Unauthenticated> {
        let (tenant_id, now) = (tenant.tenant_id, self.tools.clock.now());
        let kind = access_type(tenant)?;
        let question = AskedSession {
            tenant_id,
            digests: token.digests(&self.tools.keys),
            access_type: kind.password_type_id,
        };
        let found = self.loader.load(question).await?;
        let SignedIn {
            session,
            account,
            access,
        } = found.ok_or(Unauthenticated::LoggedOut)?;
        let timeout = Duration::seconds(i64::from(session.timeout));
        // Noting every use would make every call a write: a sixtieth of the timeout is near enough.
        if now - session.touched_at >= timeout / 60 {
            let until = end_of(session.created_at, now, timeout);
            let mut db = self.tools.db.acquire().await?;
            store::session::touch(&mut db, tenant_id, session.session_id, now, until).await?;
        }
        if account.status != AccountStatus::Active {
            return Err(Unauthenticated::LoggedOut);
        }
        let secondary = self.secondary(tenant, account.account_id).await?;
        let session = Session {
            session_id: session.session_id,
            principal: session.principal.zip(session.principal_kind),
            is_split: session.split,
            is_pending: session.pending,
        };
        Ok(Actor {
            account,
            proof: Proof::Session(session),
            access: access.status(now, &kind.spec.rules()),
            secondary,
        })
    }

    async fn of_client(
        &self,
        tenant: &Tenant,
        token: &KeySecret,
    ) -> Result<Actor, Unauthenticated> {
        let digests = token.digests(&self.tools.keys);
        let held = {
            let mut db = self.tools.db.acquire().await?;
            let kind = key::Kind::AccessClient;
            store::api_key::find_held(&mut db, tenant.tenant_id, kind, &digests).await?
        };
        let is_live = |held: &store::api_key::Held| {
            held.end_reason.is_none() && held.status == AccountStatus::Active
        };
        let held = held.filter(is_live).ok_or(Unauthenticated::Client)?;
        self.tenants
            .renew_digest(tenant.tenant_id, held.key_id, held.digest, &digests)
            .await?;
        let account = {
            let mut db = self.tools.db.acquire().await?;
            store::account::find(&mut db, tenant.tenant_id, held.account_id).await?
        };
        let account = account.filter(|account| account.status == AccountStatus::Active);
        let account = account.ok_or(Unauthenticated::Client)?;
        let kind = access_type(tenant)?;
        let access = self
            .accounts
            .status_of(tenant, account.account_id, kind)
            .await?;
        let secondary = self.secondary(tenant, account.account_id).await?;
        let client = Client {
            key_id: held.key_id,
            name: held.name,
        };
        Ok(Actor {
            account,
            proof: Proof::Client(client),
            access,
            secondary,
        })
    }

    async fn secondary(
        &self,
        tenant: &Tenant,
        account_id: AccountId,
    ) -> Result<Option<Status>, Fault> {
        match tenant.secondary_type() {
            Some(kind) => Ok(Some(
                self.accounts.status_of(tenant, account_id, kind).await?,
            )),
            None => Ok(None),
        }
    }

    /// Refuses whoever could never give the second password that is asked for: they have none, or
    /// it is closed, or a code could not reach them.
    async fn has_second_password(
        &self,
        tenant: &Tenant,
        actor: &Actor,
        origin: &Origin,
    ) -> Result<(), Unauthenticated> {
        let (Some(kind), Some(status)) = (tenant.secondary_type(), actor.secondary) else {
            return Ok(());
        };
        let is_usable = match kind.spec.mode {
            Mode::Otp => {
                !status.is_blocked()
                    && status != Status::Disabled
                    && !self.accounts.media(&actor.account).is_empty()
            }
            Mode::Manual | Mode::Generated => status.has_value(),
        };
        if is_usable {
            return Ok(());
        }
        let account_id = Some(actor.account.account_id);
        self.sign_in
            .note_failure(tenant, account_id, "no second password", origin)
            .await?;
        Err(SignInError::NoSecondPassword.into())
    }
}

impl Question for AskedSession {
    type Answer = Option<SignedIn>;
    type Context = ();

    async fn ask(
        (): &(),
        db: &mut PgConnection,
        questions: &[&Self],
        now: Timestamp,
    ) -> sqlx::Result<Vec<Self::Answer>> {
        store::session::find_all(db, questions, now).await
    }
}
