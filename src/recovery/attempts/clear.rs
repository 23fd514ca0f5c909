//! Right passwords, and hashes that are not what a new one would be.
//!
//! A hash of another scheme, or of lower costs than are configured by now, is replaced when its
//! password was typed: that is the one moment at which it is known (P-09). The value stays what it
//! was; so do its age, its history, and whatever its owner is signed in with.

use serde_json::json;

use super::Attempts;
use super::outcome::{CONTENDED, ROUNDS};
use super::reserve::Reservation;
use crate::domain::hash::Hash;
use crate::domain::password::Password;
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::tools::Fault;
use crate::store;
use crate::store::password::Key;
use crate::store::password_try::Value;

impl Attempts {
    /// Takes a try back whose password was right, and replaces its hash if that is outdated.
    /// Returns what is stored now, or nothing if another value took its place meanwhile.
    pub(in crate::recovery) async fn clear(
        &self,
        count: &Reservation,
        password: &Password,
    ) -> Result<Option<Value>, Fault> {
        let fresh = self.fresh(password, &count.left.hash).await?;
        let mut found = count.left.clone();
        let mut tried = found.hash.clone();
        for _ in 0..ROUNDS {
            let mut to = count.cleared(&found);
            let fresh = fresh.as_ref();
            if let Some(fresh) = fresh.filter(|_| self.tools.hasher.is_outdated(&tried)) {
                to.hash.clone_from(fresh);
            }
            if self.store_cleared(count.key, &found, &to).await? {
                return Ok(Some(to));
            }
            let stored = {
                let mut db = self.tools.db.acquire().await?;
                store::password::find(&mut db, count.key).await?
            };
            match Value::of(stored) {
                Some(value) if value.hash == tried => found = value,
                // The same value, hashed anew by a sign-in at the same moment? That happens once; whatever
                // comes after it is another value.
                Some(value)
                    if count.is_at(&found)
                        && count.may_be_at(&value)
                        && self.tools.hasher.verify(password, &value.hash).await? =>
                {
                    tried.clone_from(&value.hash);
                    found = value;
                }
                Some(_) | None => return Ok(None),
            }
        }
        Err(CONTENDED)
    }

    /// Puts a password that was tried back, and writes it down if its hash is another now.
    async fn store_cleared(&self, key: Key, from: &Value, to: &Value) -> Result<bool, Fault> {
        if from.hash == to.hash {
            let mut db = self.tools.db.acquire().await?;
            return Ok(store::password_try::swap(&mut db, key, from, to).await?);
        }
        let mut tx = self.tools.db.begin().await?;
        if !store::password_try::swap(&mut tx, key, from, to).await? {
            tx.rollback().await?;
            return Ok(false);
        }
        let scheme = Hash::parse(&from.hash).map_or("unknown", |hash| hash.scheme());
        let entry = Entry::new(AuditAction::PasswordRehashed, "done", None)
            .of(key.account_id)
            .with(json!({ "from": scheme, "passwordType": key.password_type_id }));
        self.audit.record(&mut tx, key.tenant_id, entry).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// A new hash for a password whose stored one is outdated. Where hashing has no room for it,
    /// the next sign-in will do.
    async fn fresh(&self, password: &Password, hash: &str) -> Result<Option<String>, Fault> {
        if !self.tools.hasher.is_outdated(hash) {
            return Ok(None);
        }
        match self.tools.hasher.hash(password).await {
            Ok(fresh) => Ok(Some(fresh)),
            Err(Fault::Busy { .. }) => Ok(None),
            Err(fault) => Err(fault),
        }
    }
}
