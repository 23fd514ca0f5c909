//! Evaluating an attempt at a password, and counting it.
//!
//! An attempt is counted as wrong *before* it is evaluated, and cleared if it was right. So attempts at the
//! same instant cannot exceed the limit (L-05, lesson L10): each has its place in the count before it learns
//! anything. No connection is held while a hash is computed.

use std::sync::Arc;

use sqlx::PgConnection;

use super::Attempts;
use super::outcome::Outcome;
use super::reserve::{Reservation, Reserved};
use crate::domain::code::{Binding, Code};
use crate::domain::digest::Keyring;
use crate::domain::id::{AccountId, TenantId};
use crate::domain::limit::Scope;
use crate::domain::password::Password;
use crate::domain::password_type::PasswordType;
use crate::domain::status::{Mode, Rules, Status};
use crate::domain::subject::Subject;
use crate::domain::user::User;
use crate::recovery::tools::Fault;
use crate::store;
use crate::store::password::{Key, Stored};

/// How an attempt ended, where the password was right as far as it was looked at.
pub(in crate::recovery) enum Evaluation {
    /// It is right, and counted as wrong still: it is to be [cleared](Attempts::clear).
    Right(Box<Reservation>),
    /// Anything else.
    Other(Outcome),
}

impl Attempts {
    /// Makes an attempt at a password of any mode. Where it is hashed, that costs one hash however it
    /// ends, so that the time tells nothing.
    ///
    /// Once counted, an attempt is run to completion: a caller who hangs up, or whose request takes too
    /// long, cannot leave a right password counted as a wrong one.
    pub(in crate::recovery) async fn attempt(
        self: &Arc<Self>,
        kind: &PasswordType,
        key: Key,
        password: &Password,
    ) -> Result<Outcome, Fault> {
        let (this, rules, password) = (Arc::clone(self), kind.spec.rules(), password.clone());
        self.tools
            .run_to_completion(async move {
                match rules.mode {
                    Mode::Otp => this.attempt_code(rules, key, &password).await,
                    Mode::Manual | Mode::Generated => {
                        this.attempt_value(rules, key, &password).await
                    }
                }
            })
            .await
    }

    async fn attempt_value(
        &self,
        rules: Rules,
        key: Key,
        password: &Password,
    ) -> Result<Outcome, Fault> {
        let reserved = {
            let mut db = self.tools.db.acquire().await?;
            self.reserve(&mut db, rules, key, None).await?
        };
        let reservation = match self.evaluate(reserved, password).await? {
            Evaluation::Right(reservation) => reservation,
            Evaluation::Other(outcome) => return Ok(outcome),
        };
        Ok(match self.clear(&reservation, password).await? {
            Some(value) => Outcome::Right {
                status: value.facts.status(self.tools.clock.now(), &rules),
                hash: Some(value.hash),
            },
            None => reservation.wrong(),
        })
    }

    /// Evaluates an attempt that is counted already, at the price of one hash wherever it is counted. One that
    /// there is no time for is released.
    pub(in crate::recovery) async fn evaluate(
        &self,
        reserved: Reserved,
        password: &Password,
    ) -> Result<Evaluation, Fault> {
        Ok(Evaluation::Other(match reserved {
            Reserved::Value(reservation) => {
                match self
                    .tools
                    .hasher
                    .verify(password, &reservation.left.hash)
                    .await
                {
                    Ok(true) => return Ok(Evaluation::Right(reservation)),
                    Ok(false) => reservation.wrong(),
                    Err(fault) => {
                        self.release(&reservation).await?;
                        return Err(fault);
                    }
                }
            }
            Reserved::Decoy(reservation) => {
                if let Err(fault) = self.tools.hasher.verify_nobody(password).await {
                    self.release_decoy(&reservation).await?;
                    return Err(fault);
                }
                Outcome::Nothing {
                    status: reservation.status,
                }
            }
            Reserved::None { status } => {
                self.tools.hasher.verify_nobody(password).await?;
                Outcome::Closed { status }
            }
        }))
    }

    /// Closes the decoy of a name as wrong attempts at something else would have closed a password.
    pub(in crate::recovery) async fn close_decoy_of(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        rules: &Rules,
        user: &User,
    ) -> Result<(), Fault> {
        let User::Named(names) = user else {
            return Ok(());
        };
        let Some(name) = names.last() else {
            return Ok(());
        };
        let subject = Subject::Name(name);
        self.close_decoy(db, tenant_id, rules, subject).await
    }

    /// Makes an attempt at a one-time code. Looking is cheap, so it is counted and evaluated in one
    /// transaction; the right one is used up by it.
    async fn attempt_code(
        &self,
        rules: Rules,
        key: Key,
        typed: &Password,
    ) -> Result<Outcome, Fault> {
        let now = self.tools.clock.now();
        let mut tx = self.tools.db.begin().await?;
        let stored = store::password::lock(&mut tx, key).await?;
        let status = stored.facts.status(now, &rules);
        let Some(digest) = stored.code.filter(|_| status == Status::Active) else {
            tx.commit().await?;
            return Ok(Outcome::Closed { status });
        };
        let code = Code::presented(typed.expose());
        let outcome = if code.is(digest, &code_binding(key), &self.tools.keys) {
            let facts = stored.facts.used();
            let used = Stored {
                facts,
                ..Stored::default()
            };
            store::password::save(&mut tx, key, &used, now).await?;
            Outcome::Right { status, hash: None }
        } else {
            let facts = stored.facts.failed(now, &rules);
            let wrong = Outcome::Wrong {
                from: status,
                status: facts.status(now, &rules),
            };
            let closed_at = wrong.closes().then_some(now);
            store::password::count(&mut tx, key, &facts, closed_at).await?;
            wrong
        };
        tx.commit().await?;
        Ok(outcome)
    }
}

/// What a one-time code is bound to: whose it is, and for which password type.
pub(in crate::recovery) fn code_binding(key: Key) -> Binding {
    Binding::to(&[
        &"one-time",
        &key.tenant_id,
        &key.account_id,
        &key.password_type_id,
    ])
}

/// Forgets what was counted against an account beside its passwords: attempts at a password it does
/// not have, at codes to recover one, and at codes of access clients. Returns whether there was anything.
pub(crate) async fn forget_attempts(
    db: &mut PgConnection,
    keys: &Keyring,
    tenant_id: TenantId,
    account_id: AccountId,
) -> sqlx::Result<bool> {
    let subjects = Subject::Account(account_id).digests(keys);
    let decoys = store::shadow_password::forget(db, tenant_id, &subjects).await?;
    let mut codes = false;
    for scope in [Scope::RecoveryCode, Scope::ActivationCode] {
        codes |= store::throttle::forget(db, tenant_id, scope, &subjects).await?;
    }
    Ok(decoys || codes)
}
