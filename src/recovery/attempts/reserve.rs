//! Reserving an attempt: it is counted before it is evaluated, and released if it never is.
//!
//! A new count is computed of what was read, without a lock, and swapped in if all is still as it was
//! read (docs/decisions/0061). A swap that fails lost against another that succeeded, and reads again.

use sqlx::PgConnection;

use super::Attempts;
use super::decoy::DecoyReservation;
use super::outcome::{CONTENDED, Outcome, ROUNDS};
use crate::domain::Timestamp;
use crate::domain::digest::Digest;
use crate::domain::password::Password;
use crate::domain::repeat::{self, Mark, Recent, Typed};
use crate::domain::status::{Facts, Rules, Status};
use crate::domain::subject::Subject;
use crate::recovery::tools::Fault;
use crate::store;
use crate::store::password::Key;
use crate::store::password_try::Value;

/// Where an attempt is counted.
pub(in crate::recovery) enum Reserved {
    /// At a value.
    Value(Box<Reservation>),
    /// By a decoy, where there is no value, like one at a name that nobody has.
    Decoy(DecoyReservation),
    /// Nowhere: nothing may be evaluated now.
    None {
        /// How it stands.
        status: Status,
    },
}

/// An attempt at a value that is counted as wrong, and not evaluated yet.
pub(in crate::recovery) struct Reservation {
    pub(in crate::recovery) key: Key,
    pub(in crate::recovery) rules: Rules,
    now: Timestamp,
    before: Value,
    /// What the value is recognised by that was typed, where it may be repeated.
    mark: Option<Mark>,
    /// How the count left it.
    pub(in crate::recovery) left: Value,
}

/// A stranger's attempt: where it is counted if there is no value, and what its value is recognised by.
#[derive(Clone, Copy)]
pub(in crate::recovery) struct Stranger {
    pub(in crate::recovery) subject: Digest,
    pub(in crate::recovery) mark: Mark,
}

impl Reservation {
    fn of(key: Key, rules: Rules, before: Value, mark: Option<Mark>, now: Timestamp) -> Self {
        let mut left = before.clone();
        let typed = mark.map(|mark| Typed {
            mark,
            is_young: repeat::is_young(before.renewed_at, now),
        });
        (left.facts, left.recent) =
            repeat::counted(&before.facts, &before.recent, typed, now, &rules);
        if before.facts.status(now, &rules) != left.facts.status(now, &rules) {
            left.changed_at = now;
        }
        Self {
            key,
            rules,
            now,
            before,
            mark,
            left,
        }
    }

    /// What it comes to if the password is wrong.
    pub(in crate::recovery) fn wrong(&self) -> Outcome {
        Outcome::Wrong {
            from: self.before.facts.status(self.now, &self.rules),
            status: self.left.facts.status(self.now, &self.rules),
        }
    }

    /// How a value that was found in the place of this count is left if the password is right.
    pub(in crate::recovery) fn cleared(&self, found: &Value) -> Value {
        let facts = found.facts.cleared(&self.before.facts, &self.left.facts);
        self.undone(found, facts, Recent::default())
    }

    fn released(&self, found: &Value) -> Value {
        let (before, left) = ((&self.before.facts, &self.left.facts), &self.left.recent);
        let (facts, recent) =
            repeat::released((&found.facts, &found.recent), before, (self.mark, left));
        self.undone(found, facts, recent)
    }

    /// With the moment of the transition before the one that this count was, if it was the last.
    fn undone(&self, found: &Value, facts: Facts, recent: Recent) -> Value {
        let is_last = found.changed_at == self.left.changed_at;
        Value {
            hash: found.hash.clone(),
            facts,
            changed_at: if is_last {
                self.before.changed_at
            } else {
                found.changed_at
            },
            renewed_at: found.renewed_at,
            recent,
        }
    }

    /// Whether a value is the one that the attempt was at.
    pub(in crate::recovery) fn is_at(&self, value: &Value) -> bool {
        value.hash == self.left.hash
    }

    /// Whether a value of another hash may be the one that the attempt was at: set at the same time.
    pub(in crate::recovery) fn may_be_at(&self, value: &Value) -> bool {
        value.facts.set_at == self.before.facts.set_at
    }
}

impl Attempts {
    /// A stranger's attempt at the access password of somebody, or of nobody.
    pub(in crate::recovery) fn stranger(
        &self,
        subject: Subject<'_>,
        password: &Password,
    ) -> Stranger {
        let keys = &self.tools.keys;
        let subject = subject.digest(keys);
        let mark = Mark::of(password, subject, keys);
        Stranger { subject, mark }
    }

    /// Counts an attempt at a password, before it is evaluated. Somebody who is signed in is no stranger: each of
    /// their wrong attempts counts, and none where there is no value.
    pub(in crate::recovery) async fn reserve(
        &self,
        db: &mut PgConnection,
        rules: Rules,
        key: Key,
        stranger: Option<Stranger>,
    ) -> Result<Reserved, Fault> {
        let now = self.tools.clock.now();
        for _ in 0..ROUNDS {
            let (stored, counted) = match stranger {
                Some(Stranger { subject, .. }) => {
                    store::password_try::find(db, key, subject).await?
                }
                None => (store::password::find(db, key).await?, None),
            };
            let status = stored.facts.status(now, &rules);
            let Some(value) = Value::of(stored) else {
                let Some(stranger) = stranger else {
                    return Ok(Reserved::None { status });
                };
                let reservation = self.count_decoy(db, key.tenant_id, rules, stranger, counted);
                if let Some(reservation) = reservation.await? {
                    return Ok(Reserved::Decoy(reservation));
                }
                continue;
            };
            let takes_attempts = value.facts.takes_attempts(now, &rules);
            // The same statement for a closed one, putting what was there.
            let mark = stranger.map(|stranger| stranger.mark);
            let reservation = Reservation::of(key, rules, value, mark, now);
            if store::password_try::swap(db, key, &reservation.before, &reservation.left).await? {
                return Ok(if takes_attempts {
                    Reserved::Value(Box::new(reservation))
                } else {
                    Reserved::None { status }
                });
            }
        }
        Err(CONTENDED)
    }

    /// Releases an attempt that was counted and never evaluated: nobody is locked out because we had
    /// no time for them.
    pub(in crate::recovery) async fn release(
        &self,
        reservation: &Reservation,
    ) -> Result<(), Fault> {
        let mut db = self.tools.db.acquire().await?;
        let mut found = reservation.left.clone();
        for _ in 0..ROUNDS {
            let to = reservation.released(&found);
            if store::password_try::swap(&mut db, reservation.key, &found, &to).await? {
                return Ok(());
            }
            let stored = store::password::find(&mut db, reservation.key).await?;
            match Value::of(stored).filter(|value| reservation.is_at(value)) {
                Some(value) => found = value,
                // Another value has taken its place, and knows of no attempts.
                None => return Ok(()),
            }
        }
        Err(CONTENDED)
    }
}
