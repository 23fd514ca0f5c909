//! What the service can do: one method per verb, one transaction per method.

mod accept;
mod actor;
mod allowance;
mod ask;
mod audit;
mod batches;
mod caller;
mod change;
mod check;
mod clients;
mod clock;
mod codes;
mod confirm;
mod consequences;
mod count;
mod disown;
mod entropy;
mod fault;
mod flaws;
mod forgotten;
mod hasher;
mod heads;
mod health;
mod jobs;
mod judge;
mod keys;
mod look;
mod lookups;
mod meter;
mod observe;
mod origin;
mod passwords;
mod prove;
mod purge;
mod recorder;
mod renewal;
mod request;
mod reset;
mod restriction;
mod retain;
mod seal;
mod seen_through;
mod sessions;
mod shadow;
mod sign_in;
mod signals;
mod spend;
mod throttle;
mod tries;
mod turnstile;
mod unlock;
mod upgrade;
mod users;
mod worker;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sqlx::PgPool;
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

pub use self::actor::{Actor, Basic, Client, Credentials, Proof, Session, Unauthenticated};
pub use self::allowance::{Allowance, Note};
pub use self::ask::{Form, Wanted};
pub use self::caller::Caller;
pub use self::change::ChangeError;
pub use self::check::{Bearer, TokenError};
pub use self::clock::{Clock, Hand};
pub use self::codes::{CodeError, codes_in_play};
pub use self::confirm::ProofError;
pub use self::entropy::Entropy;
pub use self::fault::Fault;
pub use self::flaws::{Flaw, TypedNew};
pub use self::forgotten::{AskedFor, ForgottenError, Grant, Recoverable, Renewal};
pub use self::hasher::{Capacity, Hasher, Params};
pub use self::health::{Health, Unwell};
pub(crate) use self::jobs::{Job, Notice};
pub use self::keys::{Holder, KeyError};
pub use self::look::{Ending, Live, Look};
use self::meter::{MeteredMailer, MeteredTexter, Pool};
pub use self::meter::{PoolState, describe as describe_metrics};
pub use self::origin::Origin;
pub use self::passwords::{
    GenerateError, Operation, Permitted, Refusal, RenewError, SendError, Shown, Target,
    TargetError, TypedRenewal,
};
pub use self::prove::SignInError;
use self::recorder::Recorder;
pub use self::renewal::LEADS_FOR;
pub use self::request::Asked;
pub use self::reset::{NewPassword, ResetError};
pub use self::restriction::{Errand, Restriction};
pub use self::retain::Retention;
pub use self::sessions::{OpenError, Wish};
pub use self::sign_in::Lasting;
pub use self::signals::Signal;
pub use self::throttle::{Limits, Refused};
pub(crate) use self::tries::forget_tries;
use self::turnstile::Turnstile;
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
    signals: signals::Signals,
    heads: heads::Heads,
    recorder: Recorder,
    lookups: lookups::Lookups,
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
            signals: signals::Signals::default(),
            heads: heads::Heads::default(),
            recorder: Recorder::default(),
            lookups: lookups::Lookups::default(),
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
