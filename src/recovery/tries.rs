//! Trying a password against a stored one, and counting.
//!
//! A try is counted as wrong *before* it is evaluated, in a transaction of its own, and taken back
//! if it was right. So tries at the same instant cannot exceed the limit (L-05, lesson L10): each
//! has its place in the count before it learns anything. No transaction is open while a hash is
//! computed.

use super::{Fault, Recovery};
use crate::domain::password::Password;
use crate::domain::password_type::PasswordType;
use crate::domain::status::{Facts, Rules, Status};
use crate::store;
use crate::store::password::{Key, Stored};

/// How a try ended.
pub(super) enum Tried {
    /// The password is right. What it may be used for depends on its status.
    Right {
        /// How it stands, the try taken back.
        status: Status,
        /// Which value it was, for whoever acts on it later.
        hash: String,
    },
    /// The password is wrong.
    Wrong,
    /// Nothing was tried: it is blocked, disabled, or not there.
    Closed,
}

impl Recovery {
    /// Tries a password. Costs one hash however it ends, so that the time tells nothing.
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
        let tried = tokio::spawn(async move { this.see_through(rules, key, &password).await });
        tried.await.map_err(Fault::broken)?
    }

    async fn see_through(
        &self,
        rules: Rules,
        key: Key,
        password: &Password,
    ) -> Result<Tried, Fault> {
        let now = self.0.clock.now();
        let mut tx = self.0.db.begin().await?;
        let Stored { hash, facts } = store::password::lock(&mut tx, key).await?;
        let status = facts.status(now, &rules);
        let is_closed = status.is_blocked() || status == Status::Disabled;
        let Some(hash) = hash.filter(|_| !is_closed) else {
            // The same statements as for an open one, writing what was there.
            store::password::count(&mut tx, key, &facts).await?;
            tx.commit().await?;
            self.0.hasher.verify_nobody(password).await?;
            return Ok(Tried::Closed);
        };
        let counted = facts.failed(now, &rules);
        store::password::count(&mut tx, key, &counted).await?;
        tx.commit().await?;

        match self.0.hasher.verify(password, &hash).await {
            Ok(true) => {}
            Ok(false) => return Ok(Tried::Wrong),
            Err(fault) => {
                self.withdraw(key, &hash, &counted).await?;
                return Err(fault);
            }
        }
        let mut tx = self.0.db.begin().await?;
        let stored = store::password::lock(&mut tx, key).await?;
        // A value that was replaced meanwhile is not the one that was tried.
        if stored.hash.as_deref() != Some(hash.as_str()) {
            return Ok(Tried::Wrong);
        }
        let facts: Facts = stored.facts.vindicated(now);
        store::password::count(&mut tx, key, &facts).await?;
        tx.commit().await?;
        Ok(Tried::Right {
            status: facts.status(now, &rules),
            hash,
        })
    }

    /// Takes back a try that was counted and never evaluated: nobody is locked out because we had
    /// no time for them.
    async fn withdraw(&self, key: Key, hash: &str, counted: &Facts) -> Result<(), Fault> {
        let mut tx = self.0.db.begin().await?;
        let stored = store::password::lock(&mut tx, key).await?;
        if stored.hash.as_deref() == Some(hash) {
            let facts = stored.facts.withdrawn(counted);
            store::password::count(&mut tx, key, &facts).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
