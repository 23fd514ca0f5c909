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
    /// Clears an attempt whose password was right, and replaces its hash if that is outdated.
    /// Returns what is stored now, or nothing if another value took its place meanwhile.
    pub(in crate::recovery) async fn clear(
        &self,
        reservation: &Reservation,
        password: &Password,
    ) -> Result<Option<Value>, Fault> {
        let fresh = self.fresh(password, &reservation.left.hash).await?;
        let mut found = reservation.left.clone();
        let mut verified = found.hash.clone();
        for _ in 0..ROUNDS {
            let mut to = reservation.cleared(&found);
            let fresh = fresh.as_ref();
            if let Some(fresh) = fresh.filter(|_| self.tools.hasher.is_outdated(&verified)) {
                to.hash.clone_from(fresh);
            }
            if self.store_cleared(reservation.key, &found, &to).await? {
                return Ok(Some(to));
            }
            let stored = {
                let mut db = self.tools.db.acquire().await?;
                store::password::find(&mut db, reservation.key).await?
            };
            match Value::of(stored) {
                Some(value) if value.hash == verified => found = value,
                // The same value, hashed anew by a sign-in at the same moment? That happens once; whatever
                // comes after it is another value.
                Some(value)
                    if reservation.is_at(&found)
                        && reservation.may_be_at(&value)
                        && self.tools.hasher.verify(password, &value.hash).await? =>
                {
                    verified.clone_from(&value.hash);
                    found = value;
                }
                Some(_) | None => return Ok(None),
            }
        }
        Err(CONTENDED)
    }

    /// Stores a password as it is once its attempt is cleared, and writes it down if its hash is another
    /// now.
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
