//! What the service can do, room by room.
//!
//! ```text
//! upkeep         workers, sealing, purging, health: what goes on in the background
//! delivery       doing what was promised: mint, write, send
//! asking         asking for a letter; recording many at once
//! tokens         looking at a recovery token, spending one, "this was not me"
//! management     what signed-in people do to passwords, their own and others'
//! second_factor  one-time codes, second passwords, confirmations
//! sessions       sessions, keys and access clients; who acts by them
//! sign_in        a name and a password, proven
//! replacement    whether a new password is good enough; storing it, and what ends with the old one
//! attempts       attempts at a password: reserve, evaluate, clear; decoys
//! limits         what may not happen too often
//! accounts       finding one, how it stands, what reaches it
//! tenants        whose request it is: by host, code or key
//! audit          the trail of what happened, sealed
//! outbox         what is promised to be sent
//! tools          clock, dice, database, hashing, locks, batching
//! ```
//!
//! Each room has one type with handles to rooms below it, and no other: what has no handle cannot be
//! called. A verb is a method of a room, with one transaction and an error enum of its own. Who may know
//! whom is written in `tests/it/architecture/` too, which also reads imports.

mod accounts;
mod asking;
mod attempts;
mod audit;
mod delivery;
mod limits;
mod management;
mod outbox;
mod replacement;
mod second_factor;
mod sessions;
mod sign_in;
mod tenants;
mod tokens;
mod tools;
mod upkeep;

use std::ops::Deref;
use std::sync::Arc;

use sqlx::PgPool;

pub use self::accounts::Accounts;
pub use self::asking::{
    Asking, ForgottenRequest, ForgottenRequestError, FormRequest, LetterKind, LetterRequest,
};
use self::attempts::Attempts;
pub use self::attempts::ProofError;
pub(crate) use self::attempts::forget_attempts;
pub use self::audit::{Audit, Retention, Signal};
use self::delivery::Post;
pub use self::delivery::{Delivery, OperatorNotices};
use self::limits::Limiter;
pub use self::limits::{LimitError, Limits};
pub use self::management::{
    ChangeError, GenerateError, Management, Operation, PasswordView, Permitted, Refusal,
    RenewError, SendError, Target, TargetError, TypedRenewal,
};
use self::outbox::Outbox;
pub(crate) use self::outbox::{ImportedJob, Job, Notice, NoticeJob, TokenJob};
use self::replacement::Replacement;
pub use self::replacement::{FormViolation, NewPassword, TypedNew};
pub use self::second_factor::{CodeError, SecondFactor, codes_in_play};
pub use self::sessions::{
    ActivationError, Activity, Actor, Basic, Client, Credentials, Holder, KeyError, OpenError,
    Proof, Restriction, Session, SessionOptions, Sessions, Unauthenticated, VouchError,
};
pub use self::sign_in::{KeyLifetime, SignIn, SignInError};
pub use self::tenants::{Caller, LEADS_FOR, Tenants};
pub use self::tokens::{
    Bearer, Ending, ForgottenError, Grant, Live, Look, Recoverable, Renewal, ResetError,
    TokenError, Tokens,
};
use self::tools::Tools;
use self::tools::meter::{MeteredMailer, MeteredTexter, Pool};
pub use self::tools::{
    Allowance, Capacity, Clock, Entropy, Fault, Hasher, ManualClock, Note, Origin, Params,
    PoolState, describe_metrics,
};
pub use self::upkeep::{Health, Unwell, Upkeep};
use crate::domain::Timestamp;
use crate::domain::digest::Keyring;
use crate::domain::id::EventId;
use crate::mail::{Mailer, Templates};
use crate::sms::Texter;
pub use crate::sms::Unsent;

/// The service. Cheap to clone: clones share everything.
#[derive(Clone)]
pub struct Recovery(Arc<Rooms>);

/// A handle to each room that handlers, operators and commands work with.
pub struct Rooms {
    tools: Arc<Tools>,
    /// The audit trail.
    pub audit: Arc<Audit>,
    /// Whose request it is.
    pub tenants: Arc<Tenants>,
    /// What reaches an account.
    pub accounts: Arc<Accounts>,
    /// Signing in with a name and a password.
    pub sign_in: Arc<SignIn>,
    /// Staying signed in.
    pub sessions: Arc<Sessions>,
    /// Proofs beside the access password.
    pub second_factor: Arc<SecondFactor>,
    /// What signed-in people do to passwords.
    pub management: Arc<Management>,
    /// What tokens are good for.
    pub tokens: Arc<Tokens>,
    /// Asking for a letter.
    pub asking: Arc<Asking>,
    /// Doing what was promised.
    pub delivery: Arc<Delivery>,
    /// What goes on in the background.
    pub upkeep: Arc<Upkeep>,
}

impl Deref for Recovery {
    type Target = Rooms;

    fn deref(&self) -> &Rooms {
        &self.0
    }
}

/// What a [`Recovery`] is made of.
pub struct Parts {
    /// The database.
    pub db: PgPool,
    /// What time it is.
    pub clock: Clock,
    /// Where randomness comes from.
    pub entropy: Entropy,
    /// What digests are made with.
    pub keys: Keyring,
    /// What computes password hashes.
    pub hasher: Hasher,
    /// How often things may happen.
    pub limits: Limits,
    /// How long what is recorded is kept.
    pub retention: Retention,
    /// Who carries letters.
    pub mailer: Arc<dyn Mailer>,
    /// Who carries text messages; `None`: nobody does.
    pub texter: Option<Arc<dyn Texter>>,
    /// What letters are written from.
    pub templates: Templates,
    /// The `From` of tenants that have none of their own.
    pub mail_from: String,
    /// The code of the tenant of requests to a host that no tenant has.
    pub default_tenant: Option<String>,
    /// Where the built-in pages are, without a trailing slash. Links come from here and never from
    /// a request (T-12).
    pub public_url: String,
    /// Who of the operators is told by mail that an owner said "this was not me"; `None`: nobody.
    pub notices: Option<OperatorNotices>,
}

impl Recovery {
    /// Puts the parts together, from the ground up. Nothing runs until somebody asks.
    #[expect(
        clippy::too_many_lines,
        reason = "one line for each handle of each room"
    )]
    pub fn new(parts: Parts) -> Self {
        let mailer: Arc<dyn Mailer> = Arc::new(MeteredMailer(parts.mailer));
        let texter = parts
            .texter
            .map(|texter| Arc::new(MeteredTexter(texter)) as Arc<dyn Texter>);
        let tools = Arc::new(Tools::new(
            Pool::new(parts.db),
            parts.clock,
            parts.entropy,
            parts.keys,
            parts.hasher,
        ));
        let outbox = Arc::new(Outbox::new(tools.clone()));
        let audit = Arc::new(Audit::new(tools.clone(), parts.retention));
        let tenants = Arc::new(Tenants::new(tools.clone(), parts.default_tenant));
        let accounts = Arc::new(Accounts::new(tools.clone(), texter.is_some()));
        let limits = Arc::new(Limiter::new(tools.clone(), audit.clone(), parts.limits));
        let attempts = Arc::new(Attempts::new(tools.clone(), audit.clone()));
        let replacement = Arc::new(Replacement::new(tools.clone(), outbox.clone()));
        let sign_in = Arc::new(SignIn::new(
            tools.clone(),
            audit.clone(),
            limits.clone(),
            attempts.clone(),
        ));
        let sessions = Arc::new(Sessions::new(
            tools.clone(),
            audit.clone(),
            tenants.clone(),
            accounts.clone(),
            limits.clone(),
            sign_in.clone(),
        ));
        let second_factor = Arc::new(SecondFactor::new(
            tools.clone(),
            outbox.clone(),
            audit.clone(),
            accounts.clone(),
            limits.clone(),
            attempts.clone(),
            texter.clone(),
        ));
        let management = Arc::new(Management::new(
            tools.clone(),
            outbox.clone(),
            audit.clone(),
            accounts.clone(),
            attempts.clone(),
            replacement.clone(),
            sign_in.clone(),
            second_factor.clone(),
        ));
        let tokens = Arc::new(Tokens::new(
            tools.clone(),
            outbox.clone(),
            audit.clone(),
            accounts.clone(),
            limits.clone(),
            attempts.clone(),
            replacement.clone(),
        ));
        let asking = Arc::new(Asking::new(
            tools.clone(),
            outbox.clone(),
            accounts.clone(),
            limits.clone(),
        ));
        let delivery = Arc::new(Delivery::new(
            tools.clone(),
            audit.clone(),
            accounts.clone(),
            limits,
            second_factor.clone(),
            Post {
                mailer,
                texter,
                templates: parts.templates,
                mail_from: parts.mail_from,
                public_url: parts.public_url,
                notices: parts.notices,
            },
        ));
        let upkeep = Arc::new(Upkeep::new(
            tools.clone(),
            outbox,
            audit.clone(),
            delivery.clone(),
        ));
        Self(Arc::new(Rooms {
            tools,
            audit,
            tenants,
            accounts,
            sign_in,
            sessions,
            second_factor,
            management,
            tokens,
            asking,
            delivery,
            upkeep,
        }))
    }

    /// What time it is, for answers that say how long to wait.
    pub fn now(&self) -> Timestamp {
        self.tools.clock.now()
    }

    /// A fresh name for a request, for logs, answers and the audit trail.
    pub fn name_request(&self) -> String {
        EventId::mint(self.now(), &mut self.tools.entropy.fork()).to_string()
    }

    /// Waits until everything that is run to completion has ended: whoever asked for it may be gone.
    pub async fn finish_running(&self) {
        self.tools.finish_running().await;
    }
}
