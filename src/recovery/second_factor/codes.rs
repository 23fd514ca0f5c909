//! One-time codes: what somebody signed in is sent to prove that they hold a mailbox or a phone.

use std::sync::Arc;

use rand::CryptoRng;
use sqlx::PgConnection;

use super::SecondFactor;
use crate::domain::Timestamp;
use crate::domain::account::{Account, AccountStatus};
use crate::domain::code::Code;
use crate::domain::id::PasswordTypeId;
use crate::domain::limit::TooMany;
use crate::domain::medium::{Medium, masked};
use crate::domain::password_type::PasswordType;
use crate::domain::status::{Action, Mode, Status};
use crate::domain::tenant::Tenant;
use crate::recovery::accounts::language;
use crate::recovery::attempts::code_binding;
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::limits::LimitError;
use crate::recovery::outbox::{CodeJob, Job};
use crate::recovery::sessions::{Actor, Proof};
use crate::recovery::tools::{Fault, Origin};
use crate::sms::{Text, Unsent, words};
use crate::store;
use crate::store::password::{Key, Stored};

/// Why no code was sent.
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    /// The tenant asks for no one-time codes, or the actor's are disabled.
    #[error("there are no one-time codes")]
    Illegal,
    /// Too many wrong ones were tried.
    #[error("one-time codes are blocked")]
    Blocked(PasswordTypeId, Status),
    /// It would not reach them that way.
    #[error("the medium cannot be used")]
    Medium,
    /// They have been sent too many.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The gateway for text messages did not take it.
    #[error("the text message was not sent")]
    Sms(#[from] Unsent),
    /// We could not.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for CodeError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<LimitError> for CodeError {
    fn from(error: LimitError) -> Self {
        match error {
            LimitError::TooMany(limit) => Self::TooMany(limit),
            LimitError::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// Which one-time codes an actor can be asked for: those of the second password, while their
/// session waits for it; else those that confirm; else those of the second password.
pub fn codes_in_play<'a>(tenant: &'a Tenant, actor: &Actor) -> Option<&'a PasswordType> {
    let is_code = |kind: &&PasswordType| kind.spec.mode == Mode::Otp;
    let second = tenant.secondary_type().filter(is_code);
    let waits = actor.session().is_some_and(|session| session.is_pending);
    if waits {
        second
    } else {
        tenant.confirmation_type().filter(is_code).or(second)
    }
}

impl SecondFactor {
    /// Sends an actor a one-time code, which replaces the last one. A letter is promised; a text
    /// message has left when this returns (contracts/cyclos.md, D-20). Returns where it goes,
    /// masked for whoever has only given the first password (D-27).
    pub async fn send_code(
        self: &Arc<Self>,
        tenant: &Tenant,
        actor: &Actor,
        medium: Medium,
        origin: &Origin,
    ) -> Result<String, CodeError> {
        let kind = codes_in_play(tenant, actor).ok_or(CodeError::Illegal)?;
        let (tenant_id, account_id) = (tenant.tenant_id, actor.account.account_id);
        let status = self.accounts.status_of(tenant, account_id, kind).await?;
        if status.is_blocked() {
            return Err(CodeError::Blocked(kind.password_type_id, status));
        }
        if !status.permits(Action::SendCode, &kind.spec.rules()) {
            return Err(CodeError::Illegal);
        }
        if !self.accounts.media(&actor.account).contains(&medium) {
            return Err(CodeError::Medium);
        }
        let destination = medium
            .destination(&actor.account)
            .ok_or(CodeError::Medium)?;
        let key = Key {
            tenant_id,
            account_id,
            password_type_id: kind.password_type_id,
        };
        let is_kept = {
            let mut db = self.tools.db.acquire().await?;
            self.is_kept(&mut db, tenant, key).await?
        };
        if is_kept {
            return Err(CodeError::Illegal);
        }
        self.limits
            .admit_code(tenant_id, account_id, origin)
            .await?;
        match medium {
            Medium::Email => {
                let now = self.tools.clock.now();
                let job = Job::Code(CodeJob {
                    account_id,
                    password_type_id: kind.password_type_id,
                    origin: origin.clone(),
                });
                let mut db = self.tools.db.acquire().await?;
                self.outbox.promise(&mut db, tenant_id, &job, now).await?;
                self.outbox.ring();
            }
            Medium::Sms => {
                let (this, tenant, kind) = (Arc::clone(self), tenant.clone(), kind.clone());
                let (account, origin) = (actor.account.clone(), origin.clone());
                // Whoever hangs up once the text has left does not keep it out of the trail.
                self.tools
                    .run_to_completion(async move {
                        this.text_code(&tenant, &account, &kind, &origin).await
                    })
                    .await?;
            }
        }
        let waits = matches!(&actor.proof, Proof::Session(session) if session.is_pending);
        Ok(if waits {
            masked(destination)
        } else {
            destination.to_owned()
        })
    }

    /// Whether a code stays here: one that lets somebody in is kept from whoever may hold the mailbox,
    /// while recovery is frozen for that; one that only confirms is not.
    async fn is_kept(
        &self,
        db: &mut PgConnection,
        tenant: &Tenant,
        key: Key,
    ) -> Result<bool, Fault> {
        let second = tenant.secondary_type();
        let lets_in = second.is_some_and(|second| second.password_type_id == key.password_type_id);
        Ok(lets_in
            && self
                .accounts
                .is_frozen(db, key.tenant_id, key.account_id)
                .await?)
    }

    async fn text_code(
        &self,
        tenant: &Tenant,
        account: &Account,
        kind: &PasswordType,
        origin: &Origin,
    ) -> Result<(), CodeError> {
        let Some(texter) = &self.texter else {
            return Err(CodeError::Medium);
        };
        let key = Key {
            tenant_id: tenant.tenant_id,
            account_id: account.account_id,
            password_type_id: kind.password_type_id,
        };
        let code = code_of(kind, &mut self.tools.entropy.fork());
        let account = self
            .store_code(tenant, key, kind, &code, None)
            .await?
            .ok_or(CodeError::Illegal)?;
        let phone = account.phone.as_ref().ok_or(CodeError::Medium)?;
        let language = language(origin.language, &account, tenant);
        let lifetime = kind.spec.otp_lifetime();
        let text = Text {
            to: phone.clone(),
            text: words::code(&tenant.settings.name, code.reveal(), lifetime, language),
            at: self.tools.clock.now(),
        };
        let sent = texter.send(&text).await;
        let outcome = if sent.is_ok() { "done" } else { "not sent" };
        let entry = Entry::new(AuditAction::TextSent, outcome, Some(origin)).of(key.account_id);
        let mut db = self.tools.db.acquire().await?;
        self.audit.record(&mut db, key.tenant_id, entry).await?;
        Ok(sent?)
    }

    /// Commits what is kept of a one-time code, and returns the account as it was then: an import may have
    /// given it another address meanwhile. Nothing where the account is not active or codes are closed by
    /// now, or let somebody in whose recovery is frozen; or where the code was used or replaced since it was
    /// stored for a request of `asked_at`.
    pub(in crate::recovery) async fn store_code(
        &self,
        tenant: &Tenant,
        key: Key,
        kind: &PasswordType,
        code: &Code,
        asked_at: Option<Timestamp>,
    ) -> Result<Option<Account>, Fault> {
        let spec = &kind.spec;
        let now: Timestamp = self.tools.clock.now();
        let mut tx = self.tools.db.begin().await?;
        store::account::lock(&mut tx, key.tenant_id, key.account_id).await?;
        let account = store::account::find(&mut tx, key.tenant_id, key.account_id).await?;
        let is_active = |account: &Account| account.status == AccountStatus::Active;
        let Some(account) = account.filter(is_active) else {
            return Ok(None);
        };
        if self.is_kept(&mut tx, tenant, key).await? {
            return Ok(None);
        }
        let before = store::password::lock(&mut tx, key).await?;
        let binding = code_binding(key);
        let is_there = before
            .code
            .is_some_and(|stored| code.is(stored, &binding, &self.tools.keys));
        let is_newer = asked_at
            .zip(before.changed_at)
            .is_some_and(|(asked_at, changed_at)| changed_at > asked_at);
        if is_newer && !is_there {
            return Ok(None);
        }
        let Ok(facts) = before.facts.apply(Action::SendCode, now, &spec.rules()) else {
            return Ok(None);
        };
        let stored = Stored {
            hash: None,
            code: Some(code.digest(&binding, &self.tools.keys)),
            facts,
            ..Stored::default()
        };
        store::password::save(&mut tx, key, &stored, now).await?;
        tx.commit().await?;
        Ok(Some(account))
    }
}

/// A one-time code of a type's own making, as a generator has it.
pub(in crate::recovery) fn code_of(kind: &PasswordType, rng: &mut impl CryptoRng) -> Code {
    let spec = &kind.spec;
    Code::mint(&spec.generated_alphabet, spec.generated_length, rng)
}
