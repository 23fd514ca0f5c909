//! Right passwords, and hashes that are not what a new one would be.
//!
//! A hash of another scheme, or of lower costs than are configured by now, is replaced when its
//! password was typed: that is the one moment at which it is known (P-09). The value stays what it
//! was; so do its age, its history, and whatever its owner is signed in with.

use serde_json::json;

use super::audit::{Action as Audited, Entry};
use super::tries::Count;
use super::{Fault, Recovery};
use crate::domain::hash::Hash;
use crate::domain::password::Password;
use crate::domain::status::Facts;
use crate::store;
use crate::store::password::Key;

/// A hash as it was read, and what its try did to the count, before anything was computed.
pub(super) struct Rested {
    pub(super) hash: String,
    pub(super) count: Count,
}

impl Recovery {
    /// Takes a try back whose password was right, and replaces its hash if that is outdated.
    /// Returns how the password stands and the hash that is stored now, or nothing if another
    /// value took its place meanwhile.
    pub(super) async fn vindicate(
        &self,
        key: Key,
        password: &Password,
        mut rested: Rested,
    ) -> Result<Option<(Facts, String)>, Fault> {
        let fresh = self.fresh(password, &rested.hash).await?;
        let mut tx = self.0.db.begin().await?;
        let mut stored = store::password::lock(&mut tx, key).await?;
        if stored.hash.as_ref() != Some(&rested.hash) {
            tx.rollback().await?;
            // The same value, hashed anew by a sign-in at the same moment?
            let Some(hash) = stored
                .hash
                .filter(|_| stored.facts.set_at == rested.count.before.set_at)
            else {
                return Ok(None);
            };
            if !self.0.hasher.verify(password, &hash).await? {
                return Ok(None);
            }
            rested.hash = hash;
            tx = self.0.db.begin().await?;
            stored = store::password::lock(&mut tx, key).await?;
            // That happens once; whatever came after it is another value.
            if stored.hash.as_ref() != Some(&rested.hash) {
                return Ok(None);
            }
        }
        let Count {
            before, counted, ..
        } = &rested.count;
        let facts = stored.facts.vindicated(before, counted);
        let changed_at = rested.count.undone(&stored);
        store::password::count(&mut tx, key, &facts, changed_at).await?;
        let hash = match fresh.filter(|_| self.0.hasher.is_outdated(&rested.hash)) {
            Some(fresh) => {
                store::password::rehash(&mut tx, key, &fresh).await?;
                let scheme = Hash::parse(&rested.hash).map_or("unknown", |hash| hash.scheme());
                let entry = Entry::new(Audited::PasswordRehashed, "done", None)
                    .of(key.account_id)
                    .with(json!({ "from": scheme, "passwordType": key.password_type_id }));
                self.record(&mut tx, key.tenant_id, entry).await?;
                fresh
            }
            None => rested.hash,
        };
        tx.commit().await?;
        Ok(Some((facts, hash)))
    }

    /// A new hash for a password whose stored one is outdated. Where hashing has no room for it,
    /// the next sign-in will do.
    async fn fresh(&self, password: &Password, hash: &str) -> Result<Option<String>, Fault> {
        if !self.0.hasher.is_outdated(hash) {
            return Ok(None);
        }
        match self.0.hasher.hash(password).await {
            Ok(fresh) => Ok(Some(fresh)),
            Err(Fault::Busy { .. }) => Ok(None),
            Err(fault) => Err(fault),
        }
    }
}
