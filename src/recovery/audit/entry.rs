//! Writing down what happened.

use serde_json::{Value, json};
use sqlx::PgConnection;

use super::Audit;
use super::signal::Signal;
use crate::domain::Timestamp;
use crate::domain::audit::{Event, NewEvent};
use crate::domain::id::{AccountId, TenantId};
use crate::domain::password_type::PasswordType;
use crate::domain::status::Facts;
use crate::recovery::tools::{Fault, Origin, meter};
use crate::store;

/// What is written down, in the words an auditor searches for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::recovery) enum AuditAction {
    /// A worker took up somebody's question for a recovery mail.
    RecoveryAsked,
    /// Somebody tried to sign in.
    SignedIn,
    /// An administrator's application presented somebody's name and password.
    SignedInFor,
    /// Somebody proved who they are, for one call.
    Authenticated,
    /// A code was presented for the token of an access client.
    ClientActivated,
    /// Somebody ended the key they had signed in for.
    SignedOut,
    /// A password was changed by its owner.
    PasswordChanged,
    /// A password was set with a token.
    PasswordReset,
    /// A right password of an outdated hash was hashed anew.
    PasswordRehashed,
    /// A block was lifted with a token.
    AccountUnlocked,
    /// Somebody said that a change of their account was not theirs.
    Disowned,
    /// A letter was handed over.
    LetterSent,
    /// A text message was handed over.
    TextSent,
    /// The second password of a session was given.
    SecondProven,
    /// An action was confirmed by a password.
    Confirmed,
    /// A code or an answer was given to recover a password.
    RecoveryTried,
    /// The status of a password changed, or its value.
    PasswordActed,
    /// A letter was given up.
    LetterGivenUp,
    /// A limit refused something, for the first time in its window.
    LimitReached,
    /// Tokens, codes, keys, sessions or signatures that are not good were presented.
    Refused(Signal),
}

impl AuditAction {
    pub(in crate::recovery) fn as_str(self) -> &'static str {
        match self {
            Self::RecoveryAsked => "recovery.asked",
            Self::SignedIn => "account.signed-in",
            Self::SignedInFor => "account.signed-in-for",
            Self::Authenticated => "account.authenticated",
            Self::ClientActivated => "client.activated",
            Self::SignedOut => "account.signed-out",
            Self::PasswordChanged => "password.changed",
            Self::PasswordReset => "password.reset",
            Self::PasswordRehashed => "password.rehashed",
            Self::AccountUnlocked => "account.unlocked",
            Self::Disowned => "account.disowned",
            Self::LetterSent => "letter.sent",
            Self::TextSent => "text.sent",
            Self::SecondProven => "session.second-password",
            Self::Confirmed => "action.confirmed",
            Self::RecoveryTried => "recovery.tried",
            Self::PasswordActed => "password.acted",
            Self::LetterGivenUp => "letter.given-up",
            Self::LimitReached => "limit.reached",
            Self::Refused(signal) => signal.action(),
        }
    }
}

/// One line of the trail, but for when and what it is called.
pub(in crate::recovery) struct Entry<'a> {
    pub(in crate::recovery) action: AuditAction,
    /// One of a few words of ours: it is counted too.
    pub(in crate::recovery) outcome: &'static str,
    pub(in crate::recovery) account_id: Option<AccountId>,
    pub(in crate::recovery) actor_id: Option<AccountId>,
    pub(in crate::recovery) origin: Option<&'a Origin>,
    pub(in crate::recovery) detail: Value,
}

impl<'a> Entry<'a> {
    /// An entry about an account, without details.
    pub(in crate::recovery) fn new(
        action: AuditAction,
        outcome: &'static str,
        origin: Option<&'a Origin>,
    ) -> Self {
        Self {
            action,
            outcome,
            account_id: None,
            actor_id: None,
            origin,
            detail: json!({}),
        }
    }

    /// Says whose account it was about.
    pub(in crate::recovery) fn of(self, account_id: AccountId) -> Self {
        Self {
            account_id: Some(account_id),
            ..self
        }
    }

    /// Says who did it, where that is somebody else.
    pub(in crate::recovery) fn by(self, actor_id: AccountId) -> Self {
        Self {
            actor_id: Some(actor_id),
            ..self
        }
    }

    /// Adds what else an auditor needs; never a secret.
    pub(in crate::recovery) fn with(self, detail: Value) -> Self {
        Self { detail, ..self }
    }
}

/// What is told of a transition: of which password, by what, and what it was and is.
pub(in crate::recovery) fn transition(
    kind: &PasswordType,
    action: &str,
    (before, after): (&Facts, &Facts),
    now: Timestamp,
) -> Value {
    let rules = kind.spec.rules();
    json!({
        "type": kind.spec.internal_name,
        "action": action,
        "from": before.status(now, &rules).as_str(),
        "to": after.status(now, &rules).as_str(),
    })
}

impl Audit {
    /// Adds an entry to a tenant's trail, in the caller's transaction, and counts it.
    pub(in crate::recovery) async fn record(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        entry: Entry<'_>,
    ) -> Result<(), Fault> {
        meter::verb(entry.action.as_str(), entry.outcome);
        let event = self.event(tenant_id, entry);
        Ok(store::audit_event::insert(db, &event).await?)
    }

    /// What an entry is kept as, for a statement that stores it with something else.
    pub(in crate::recovery) fn event(&self, tenant_id: TenantId, entry: Entry<'_>) -> Event {
        let said = NewEvent {
            tenant_id,
            action: entry.action.as_str(),
            outcome: entry.outcome,
            account_id: entry.account_id,
            actor_id: entry.actor_id,
            address: entry.origin.map(Origin::host),
            request_id: entry.origin.map(|origin| origin.request_id.clone()),
            detail: entry.detail,
        };
        let (now, mut rng) = (self.tools.clock.now(), self.tools.entropy.fork());
        Event::new(said, now, &mut rng, &self.tools.keys)
    }
}
