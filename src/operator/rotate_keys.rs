//! Replacing the secret keys that digests are made with.

use serde::Serialize;

use super::Operator;
use crate::domain::Timestamp;
use crate::domain::digest::{Digest, Use};
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
                    store::keyring::dependents(&mut db, led_at + LEADS_FOR, now).await?
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
    /// alone is refused from then on.
    pub async fn forget_oldest_key(&self) -> Result<(), Fault> {
        let fingerprints = self.keys.digests(Use::Fingerprint, b"");
        let mut db = self.db.acquire().await?;
        if let [_, .., oldest] = fingerprints.as_slice() {
            store::keyring::forget(&mut db, *oldest).await?;
        }
        Ok(())
    }
}

fn short(fingerprint: Digest) -> String {
    hex::encode(&fingerprint.as_bytes()[..4])
}
