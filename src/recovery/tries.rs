//! Trying a password against a stored one, and counting.
//!
//! A try is counted as wrong *before* it is evaluated, in a transaction of its own, and taken back
//! if it was right. So tries at the same instant cannot exceed the limit (L-05, lesson L10): each
//! has its place in the count before it learns anything. No transaction is open while a hash is
//! computed.

use sqlx::{PgConnection, Postgres, Transaction};

use super::codes::binding;
use super::throttle::CODE_TRIES;
use super::upgrade::Rested;
use super::{Fault, Recovery};
use crate::domain::Timestamp;
use crate::domain::code::Code;
use crate::domain::digest::{Digest, Keyring, Use};
use crate::domain::id::{AccountId, TenantId};
use crate::domain::identifier::Identifier;
use crate::domain::password::Password;
use crate::domain::password_type::PasswordType;
use crate::domain::status::{Facts, Mode, Rules, Status};
use crate::domain::user::User;
use crate::store;
use crate::store::password::{Key, Stored};

/// How a try ended.
pub(super) enum Tried {
    /// The password is right. What it may be used for depends on its status.
    Right {
        /// How it stands, the try taken back.
        status: Status,
        /// Which value it was, for whoever acts on it later; a one-time code is used up.
        hash: Option<String>,
    },
    /// The password is wrong.
    Wrong {
        /// How it stood.
        from: Status,
        /// How it stands now that the try is counted.
        status: Status,
    },
    /// There is no value to try. It was counted like a try at a name that nobody has.
    Nothing {
        /// How that stood before.
        status: Status,
    },
    /// Nothing was tried: it is blocked, or disabled and guessed at too often, or not there.
    Closed {
        /// How it stands.
        status: Status,
    },
}

impl Tried {
    /// Whether this very try closed the password.
    pub(super) fn closes(&self) -> bool {
        match self {
            Self::Wrong { from, status } => from != status,
            Self::Right { .. } | Self::Nothing { .. } | Self::Closed { .. } => false,
        }
    }
}

/// A try that is counted and not yet evaluated.
pub(super) struct Count {
    pub(super) before: Facts,
    changed_at: Option<Timestamp>,
    pub(super) counted: Facts,
    now: Timestamp,
}

impl Count {
    /// The moment of the transition before the one that this count was, if it was the last.
    pub(super) fn undone(&self, stored: &Stored) -> Option<Timestamp> {
        self.changed_at
            .filter(|_| stored.changed_at == Some(self.now))
    }
}

/// Whose tries are counted where there is no password to count them at.
pub(super) enum Shadow<'a> {
    /// Somebody who is unknown.
    Unknown(&'a Identifier),
    /// An account without a password.
    Empty(AccountId),
}

impl Recovery {
    /// Tries a password of any mode. Where it is hashed, that costs one hash however it ends, so
    /// that the time tells nothing.
    ///
    /// Once counted, a try is seen through: a caller who hangs up, or whose request takes too long,
    /// cannot leave a right password counted as a wrong one.
    pub(super) async fn try_password(
        &self,
        kind: &PasswordType,
        key: Key,
        password: &Password,
    ) -> Result<Tried, Fault> {
        let (this, rules, password) = (self.clone(), kind.spec.rules(), password.clone());
        self.see_through(async move {
            match rules.mode {
                Mode::Otp => this.try_code(rules, key, &password).await,
                Mode::Manual | Mode::Generated => this.evaluate(rules, key, &password).await,
            }
        })
        .await
    }

    /// Like [`Self::try_password`], for somebody who is not signed in: where there is no password, the
    /// try is counted like one at a name that nobody has, by as many statements (D-10, lesson L27).
    pub(super) async fn try_strangers_password(
        &self,
        kind: &PasswordType,
        key: Key,
        password: &Password,
    ) -> Result<Tried, Fault> {
        let rules = kind.spec.rules();
        if rules.mode == Mode::Otp {
            return self.try_password(kind, key, password).await;
        }
        let (this, password) = (self.clone(), password.clone());
        self.see_through(async move {
            let now = this.0.clock.now();
            let subject = this.shadow(&Shadow::Empty(key.account_id));
            let mut tx = this.0.db.begin().await?;
            let (stored, shadow) =
                store::password::lock_for_try(&mut tx, key, subject, now).await?;
            let Some(facts) = shadow else {
                return this
                    .evaluate_locked(tx, stored, rules, key, &password)
                    .await;
            };
            let after = facts.failed(now, &rules);
            store::shadow_password::count(&mut tx, key.tenant_id, subject, &after).await?;
            tx.commit().await?;
            if let Err(fault) = this.0.hasher.verify_nobody(&password).await {
                let mut tx = this.0.db.begin().await?;
                let tenant_id = key.tenant_id;
                let stored = store::shadow_password::lock(&mut tx, tenant_id, subject, now).await?;
                let facts = stored.withdrawn(&facts, &after);
                store::shadow_password::count(&mut tx, tenant_id, subject, &facts).await?;
                tx.commit().await?;
                return Err(fault);
            }
            let status = facts.status(now, &rules);
            Ok(Tried::Nothing { status })
        })
        .await
    }

    /// Counts a try at a password that is not there, so that nobody can tell: it blocks like one
    /// that is (contracts/cyclos.md, D-10). Returns how it stood before.
    pub(super) async fn try_nothing(
        &self,
        tenant_id: TenantId,
        rules: &Rules,
        subject: &Shadow<'_>,
    ) -> Result<Status, Fault> {
        let subject = self.shadow(subject);
        let now = self.0.clock.now();
        let mut tx = self.0.db.begin().await?;
        let facts = store::shadow_password::lock(&mut tx, tenant_id, subject, now).await?;
        let after = facts.failed(now, rules);
        store::shadow_password::count(&mut tx, tenant_id, subject, &after).await?;
        tx.commit().await?;
        Ok(facts.status(now, rules))
    }

    fn shadow(&self, subject: &Shadow<'_>) -> Digest {
        let subject = match subject {
            Shadow::Unknown(identifier) => format!("{:?} {}", identifier.kind, identifier.value),
            Shadow::Empty(account_id) => format!("account {account_id}"),
        };
        self.0.keys.digest(Use::Limit, subject.as_bytes())
    }

    /// Closes what is not there as wrong tries at something else would have closed a password.
    pub(super) async fn close_nothing(
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
        let subject = Shadow::Unknown(name);
        self.close_shadow(db, tenant_id, rules, &subject).await
    }

    /// Closes what is counted beside the passwords.
    pub(super) async fn close_shadow(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        rules: &Rules,
        subject: &Shadow<'_>,
    ) -> Result<(), Fault> {
        let subject = self.shadow(subject);
        let now = self.0.clock.now();
        let facts = store::shadow_password::lock(db, tenant_id, subject, now).await?;
        let closed = facts.closed(now, rules);
        Ok(store::shadow_password::count(db, tenant_id, subject, &closed).await?)
    }

    async fn evaluate(&self, rules: Rules, key: Key, password: &Password) -> Result<Tried, Fault> {
        let mut tx = self.0.db.begin().await?;
        let stored = store::password::lock(&mut tx, key).await?;
        self.evaluate_locked(tx, stored, rules, key, password).await
    }

    async fn evaluate_locked(
        &self,
        mut tx: Transaction<'_, Postgres>,
        stored: Stored,
        rules: Rules,
        key: Key,
        password: &Password,
    ) -> Result<Tried, Fault> {
        let now = self.0.clock.now();
        let Stored {
            hash,
            facts,
            changed_at,
            ..
        } = stored;
        let status = facts.status(now, &rules);
        let takes_tries = facts.takes_tries(now, &rules);
        let Some(hash) = hash.filter(|_| takes_tries) else {
            // The same statements as for an open one, writing what was there.
            store::password::count(&mut tx, key, &facts, None).await?;
            tx.commit().await?;
            self.0.hasher.verify_nobody(password).await?;
            return Ok(Tried::Closed { status });
        };
        let count = Count {
            before: facts,
            changed_at,
            counted: facts.failed(now, &rules),
            now,
        };
        let wrong = Tried::Wrong {
            from: status,
            status: count.counted.status(now, &rules),
        };
        let closed_at = wrong.closes().then_some(now);
        store::password::count(&mut tx, key, &count.counted, closed_at).await?;
        tx.commit().await?;

        match self.0.hasher.verify(password, &hash).await {
            Ok(true) => {}
            Ok(false) => return Ok(wrong),
            Err(fault) => {
                self.withdraw(key, &hash, &count).await?;
                return Err(fault);
            }
        }
        let tried = Rested { hash, count };
        match self.vindicate(key, password, tried).await? {
            Some((facts, hash)) => Ok(Tried::Right {
                status: facts.status(now, &rules),
                hash: Some(hash),
            }),
            None => Ok(wrong),
        }
    }

    /// Tries a one-time code. Looking is cheap, so it is counted and evaluated in one transaction;
    /// the right one is used up by it.
    async fn try_code(&self, rules: Rules, key: Key, typed: &Password) -> Result<Tried, Fault> {
        let now = self.0.clock.now();
        let mut tx = self.0.db.begin().await?;
        let stored = store::password::lock(&mut tx, key).await?;
        let status = stored.facts.status(now, &rules);
        let Some(digest) = stored.code.filter(|_| status == Status::Active) else {
            tx.commit().await?;
            return Ok(Tried::Closed { status });
        };
        let code = Code::presented(typed.expose());
        let tried = if code.is(digest, &binding(key), &self.0.keys) {
            let facts = stored.facts.used();
            let used = Stored {
                facts,
                ..Stored::default()
            };
            store::password::save(&mut tx, key, &used, now).await?;
            Tried::Right { status, hash: None }
        } else {
            let facts = stored.facts.failed(now, &rules);
            let wrong = Tried::Wrong {
                from: status,
                status: facts.status(now, &rules),
            };
            let closed_at = wrong.closes().then_some(now);
            store::password::count(&mut tx, key, &facts, closed_at).await?;
            wrong
        };
        tx.commit().await?;
        Ok(tried)
    }

    /// Takes back a try that was counted and never evaluated: nobody is locked out because we had
    /// no time for them.
    async fn withdraw(&self, key: Key, hash: &str, count: &Count) -> Result<(), Fault> {
        let mut tx = self.0.db.begin().await?;
        let stored = store::password::lock(&mut tx, key).await?;
        if stored.hash.as_deref() == Some(hash) {
            let facts = stored.facts.withdrawn(&count.before, &count.counted);
            let changed_at = count.undone(&stored);
            store::password::count(&mut tx, key, &facts, changed_at).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

/// Forgets what was counted against an account beside its passwords: tries at a password it does
/// not have, and at codes to recover one. Returns whether there was anything.
pub(crate) async fn forget_tries(
    db: &mut PgConnection,
    keys: &Keyring,
    tenant_id: TenantId,
    account_id: AccountId,
) -> sqlx::Result<bool> {
    let subjects = keys.digests(Use::Limit, format!("account {account_id}").as_bytes());
    let shadow = store::shadow_password::forget(db, tenant_id, &subjects).await?;
    let codes = store::throttle::forget(db, tenant_id, CODE_TRIES, &subjects).await?;
    Ok(shadow || codes)
}
