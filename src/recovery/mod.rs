//! What the service can do: one method per verb, one transaction per method.

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

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sqlx::PgPool;
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

pub use self::asking::forgotten::AskedFor;
pub use self::asking::form::{Form, Wanted};
use self::asking::recorder::Recorder;
pub use self::asking::request::Asked;
pub(crate) use self::attempts::tries::forget_tries;
pub use self::audit::retain::Retention;
pub use self::audit::signals::Signal;
pub(crate) use self::delivery::{Job, Notice};
pub use self::limits::throttle::{Limits, Refused};
pub use self::management::own::ChangeError;
pub use self::management::{
    GenerateError, Operation, Permitted, Refusal, RenewError, SendError, Shown, Target,
    TargetError, TypedRenewal,
};
use self::replacement::flaws;
pub use self::replacement::flaws::{Flaw, TypedNew};
pub use self::second_factor::codes::{CodeError, codes_in_play};
pub use self::second_factor::confirm::ProofError;
pub use self::sessions::actor::{
    Actor, Basic, Client, Credentials, Proof, Session, Unauthenticated,
};
pub use self::sessions::keys::{Holder, KeyError};
pub use self::sessions::open::{OpenError, Wish};
pub use self::sessions::restriction::{Errand, Restriction};
pub use self::sign_in::key::Lasting;
pub use self::sign_in::prove::SignInError;
pub use self::tenants::caller::Caller;
pub use self::tenants::renewal::LEADS_FOR;
pub use self::tokens::check::{Bearer, TokenError};
pub use self::tokens::forgotten::{ForgottenError, Grant, Recoverable};
pub use self::tokens::look::{Ending, Live, Look};
pub use self::tokens::recover::Renewal;
pub use self::tokens::reset::{NewPassword, ResetError};
pub use self::tools::allowance::{Allowance, Note};
pub use self::tools::clock::{Clock, Hand};
pub use self::tools::entropy::Entropy;
pub use self::tools::fault::Fault;
pub use self::tools::hasher::{Capacity, Hasher, Params};
use self::tools::meter;
use self::tools::meter::{MeteredMailer, MeteredTexter, Pool};
pub use self::tools::meter::{PoolState, describe as describe_metrics};
pub use self::tools::origin::Origin;
use self::tools::turnstile::Turnstile;
pub use self::upkeep::health::{Health, Unwell};
use crate::domain::Timestamp;
use crate::domain::digest::Keyring;
use crate::domain::id::EventId;
use crate::mail::{Mailer, Templates};
use crate::sms::Texter;
pub use crate::sms::Unsent;

/// The service. Cheap to clone. Its parts are private to this module and its children, so a
/// handler can only call verbs.
#[derive(Clone)]
pub struct Recovery(Arc<Inner>);

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
}

struct Inner {
    db: Pool,
    clock: Clock,
    entropy: Entropy,
    keys: Keyring,
    hasher: Hasher,
    limits: Limits,
    retention: Retention,
    mailer: Arc<dyn Mailer>,
    texter: Option<Arc<dyn Texter>>,
    templates: Templates,
    mail_from: String,
    default_tenant: Option<String>,
    public_url: String,
    turnstile: Turnstile,
    /// What is done to its end, whoever still waits for it.
    in_hand: TaskTracker,
    signals: self::audit::signals::Signals,
    heads: self::audit::heads::Heads,
    recorder: Recorder,
    lookups: self::tools::lookups::Lookups,
    /// Rung when a job was promised, so that a worker need not wait for its next look.
    bell: Notify,
    /// Set when the process was told to stop.
    is_leaving: AtomicBool,
}

impl Recovery {
    /// Puts the parts together. Nothing runs until somebody asks.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Inner {
            db: Pool::new(parts.db),
            clock: parts.clock,
            entropy: parts.entropy,
            keys: parts.keys,
            hasher: parts.hasher,
            limits: parts.limits,
            retention: parts.retention,
            mailer: Arc::new(MeteredMailer(parts.mailer)),
            texter: parts
                .texter
                .map(|texter| Arc::new(MeteredTexter(texter)) as _),
            templates: parts.templates,
            mail_from: parts.mail_from,
            default_tenant: parts.default_tenant,
            public_url: parts.public_url,
            turnstile: Turnstile::new(),
            in_hand: TaskTracker::new(),
            signals: self::audit::signals::Signals::default(),
            heads: self::audit::heads::Heads::default(),
            recorder: Recorder::default(),
            lookups: self::tools::lookups::Lookups::default(),
            bell: Notify::new(),
            is_leaving: AtomicBool::new(false),
        }))
    }

    /// What time it is, for answers that say how long to wait.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// A fresh name for a request, for logs, answers and the audit trail.
    pub fn name_request(&self) -> String {
        EventId::mint(self.0.clock.now(), &mut self.0.entropy.fork()).to_string()
    }
}
