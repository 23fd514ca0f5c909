//! Replacing the secret keys that digests are made with.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use super::Operator;
use super::audit::Action;
use crate::domain::Timestamp;
use crate::domain::digest::{Checked, Digest, Use};
use crate::recovery::{Fault, LEADS_FOR};
use crate::store;
pub use crate::store::keyring::Dependents;

/// How a secret key stands.
#[derive(Clone, Debug, Serialize)]
pub struct KeyStanding {
    /// The first digits of what it is known by, to tell it from others. They say nothing about it.
    pub fingerprint: String,
    /// When digests were last made with it, as far as is known.
    #[serde(rename = "ledAt", with = "time::serde::rfc3339::option")]
    pub led_at: Option<Timestamp>,
    /// Whether some server may be making digests with it now.
    pub leads: bool,
    /// What would stop working without it. Nothing depends on a key that never led.
    pub dependents: Dependents,
}

/// Why a key cannot be dropped, whatever depends on it.
#[derive(Debug, thiserror::Error)]
pub enum DropKeyError {
    /// Events that it signed wait for their place in the audit trail, and would never get it.
    #[error(
        "{0} events that it signed wait for their place in the audit trail; start a server with the \
         keys as they are, and drop it a few seconds later"
    )]
    Unsealed(i64),
    /// We could not do it.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for DropKeyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl Dependents {
    /// Whether nothing would.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl Operator {
    /// How each of our secret keys stands, newest first.
    pub async fn standing_of_keys(&self) -> Result<Vec<KeyStanding>, Fault> {
        let fingerprints = self.keys.digests(Use::Fingerprint, b"");
        let now = self.clock.now();
        let mut db = self.db.acquire().await?;
        let known = store::keyring::list(&mut db, &fingerprints).await?;
        let mut standing = Vec::new();
        for fingerprint in fingerprints {
            let led_at = known.iter().find(|(known, _)| *known == fingerprint);
            let led_at = led_at.and_then(|(_, led_at)| *led_at);
            let dependents = match led_at {
                Some(led_at) => {
                    let until = led_at + LEADS_FOR;
                    store::keyring::dependents(&mut db, fingerprint, until, now).await?
                }
                None => Dependents::default(),
            };
            standing.push(KeyStanding {
                fingerprint: short(fingerprint),
                led_at,
                leads: led_at.is_some_and(|led_at| led_at + LEADS_FOR > now),
                dependents,
            });
        }
        Ok(standing)
    }

    /// Forgets the oldest of our secret keys, which is about to be dropped: a server that has it
    /// alone is refused from then on. The ends of audit chains are signed anew, so that servers go on with
    /// them; what the key signed before can no longer be proven without it.
    pub async fn forget_oldest_key(&self) -> Result<(), DropKeyError> {
        let fingerprints = self.keys.digests(Use::Fingerprint, b"");
        let [_, .., oldest] = fingerprints.as_slice() else {
            return Ok(());
        };
        let mut tx = self.db.begin().await?;
        let chains = store::audit_chain::lock_all(&mut tx).await?;
        match store::audit_unsealed::count_signed_with(&mut tx, *oldest).await? {
            0 => {}
            events => {
                // In so many words: whoever seals next is not to find the chains locked.
                tx.rollback().await?;
                return Err(DropKeyError::Unsealed(events));
            }
        }
        let mut through = BTreeMap::new();
        for mut chain in chains {
            // One that is not whole stays as it is: evidence.
            if chain.mark.is_some() && chain.check(&self.keys) == Checked::Good {
                chain.sign(&self.keys);
                store::audit_chain::save(&mut tx, &chain).await?;
                through.insert(chain.tenant_id, chain.head.seq);
            }
        }
        store::keyring::forget(&mut tx, *oldest).await?;
        let now = self.clock.now();
        for tenant in store::tenant::list(&mut tx).await? {
            // Signed, so that retention may believe later that nobody can prove those events any more.
            let through = through.get(&tenant.tenant_id);
            let detail = json!({ "fingerprint": short(*oldest), "through": through });
            let action = Action::SecretKeyDropped;
            self.record(&mut tx, tenant.tenant_id, action, detail, now)
                .await?;
        }
        Ok(tx.commit().await?)
    }
}

/// The first digits of what a secret key is known by.
pub(super) fn short(fingerprint: Digest) -> String {
    hex::encode(&fingerprint.as_bytes()[..4])
}
