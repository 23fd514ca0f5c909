//! Wrong values that somebody, or rather something, sends again: a phone or a mail program that still has the
//! former password would lock its owner out. While a new password is young, a wrong value that was typed a moment
//! ago is not counted again (docs/decisions/0078).
//!
//! Whoever guesses gains nothing by it: each value is counted before it is evaluated for the first time.

use time::Duration;

use super::Timestamp;
use super::digest::{Digest, Keyring, Use};
use super::password::Password;
use super::status::{Block, Facts, Rules};

/// For how long after a password took the place of another its repeated wrong values count once.
const YOUNG: Duration = Duration::days(7);
/// How many wrong values are remembered.
const REMEMBERED: usize = 3;
/// For how long one is remembered after it was typed last. What is over is looked for every ten minutes, so
/// that nothing of it is kept for more than an hour.
const KEPT: Duration = Duration::minutes(50);
/// How often a name that nobody has passes for one whose password is young.
const DECOYS_EVERY: Duration = Duration::days(364);

/// What a typed value is recognised by: 16 bits of a keyed digest. Many values share them, so that they tell
/// nobody what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct Mark(i16);

/// The last wrong values of a password, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recent(Vec<(Mark, Timestamp)>);

/// An attempt that is to be counted: what was typed, and whether repeating it counts once.
#[derive(Clone, Copy, Debug)]
pub struct Typed {
    /// What it is recognised by.
    pub mark: Mark,
    /// Whether the password is young.
    pub is_young: bool,
}

impl Mark {
    /// What a value that was typed for a subject is recognised by.
    pub fn of(password: &Password, subject: Digest, keys: &Keyring) -> Self {
        let normalised = password.normalised();
        let mut bytes = zeroize::Zeroizing::new(subject.as_bytes().to_vec());
        bytes.extend_from_slice(normalised.expose().as_bytes());
        let digest = keys.digest(Use::Repeat, &bytes);
        let [first, second, ..] = *digest.as_bytes();
        Self(i16::from_be_bytes([first, second]))
    }
}

impl Recent {
    /// What is remembered of each value, and when it was typed, as rows keep them.
    pub fn from_columns(marks: Option<Vec<Mark>>, times: Option<Vec<Timestamp>>) -> Self {
        let (marks, times) = (marks.unwrap_or_default(), times.unwrap_or_default());
        Self(marks.into_iter().zip(times).collect())
    }

    /// The columns: the marks, when each was typed, and when they are to be forgotten.
    pub fn columns(&self) -> (Option<Vec<Mark>>, Option<Vec<Timestamp>>, Option<Timestamp>) {
        let Some(until) = self.0.iter().map(|(_, at)| *at + KEPT).min() else {
            return (None, None, None);
        };
        let (marks, times): (Vec<_>, Vec<_>) = self.0.iter().copied().unzip();
        (Some(marks), Some(times), Some(until))
    }

    fn has(&self, mark: Mark, now: Timestamp) -> bool {
        self.0
            .iter()
            .any(|(other, at)| *other == mark && now - *at < KEPT)
    }

    /// With a value that is typed now as the last one.
    fn with(&self, mark: Mark, now: Timestamp) -> Self {
        let lives = |(other, at): &&(Mark, Timestamp)| *other != mark && now - *at < KEPT;
        let mut recent: Vec<_> = self.0.iter().filter(lives).copied().collect();
        recent.push((mark, now));
        let surplus = recent.len().saturating_sub(REMEMBERED);
        recent.drain(..surplus);
        Self(recent)
    }

    /// Without a value, as if it had never been typed.
    #[must_use]
    fn without(&self, mark: Mark) -> Self {
        let others = self.0.iter().filter(|(other, _)| *other != mark);
        Self(others.copied().collect())
    }
}

/// How one more attempt is counted before it is evaluated: as wrong, unless the value is one of the last wrong
/// ones of a young password. What takes no attempts stays as it is.
pub fn counted(
    facts: &Facts,
    recent: &Recent,
    typed: Option<Typed>,
    now: Timestamp,
    rules: &Rules,
) -> (Facts, Recent) {
    let Some(typed) = typed.filter(|_| facts.takes_attempts(now, rules)) else {
        return (facts.failed(now, rules), recent.clone());
    };
    if !typed.is_young {
        return (facts.failed(now, rules), Recent::default());
    }
    let facts = if recent.has(typed.mark, now) {
        *facts
    } else {
        facts.failed(now, rules)
    };
    (facts, recent.with(typed.mark, now))
}

/// The facts and the values that are remembered of them without an attempt that was counted and then never
/// evaluated. `found` is what is there now, `count` what the count found and left, and `typed` what the value is
/// recognised by and what was remembered with it.
///
/// A value that is remembered stays counted, unless the count closed the password: somebody else may have
/// evaluated it meanwhile because it was counted here. Who sends it again is not counted twice.
pub fn released(
    (facts, recent): (&Facts, &Recent),
    (before, counted): (&Facts, &Facts),
    (mark, left): (Option<Mark>, &Recent),
) -> (Facts, Recent) {
    let has_closed = counted.block != Block::No && counted.block != before.block
        || counted.disabled_at != before.disabled_at;
    match mark.filter(|mark| left.0.iter().any(|(other, _)| other == mark)) {
        // It was not counted, or stays so.
        Some(_) if before == counted || !has_closed => (*facts, recent.clone()),
        Some(mark) => (facts.released(before, counted), recent.without(mark)),
        None => (facts.released(before, counted), recent.clone()),
    }
}

/// Whether the value of a password took the place of another not long ago.
pub fn is_young(renewed_at: Option<Timestamp>, now: Timestamp) -> bool {
    renewed_at.is_some_and(|renewed_at| now - renewed_at < YOUNG)
}

/// Whether a name that nobody has passes for one whose password is young: one week in fifty-two, at a time of
/// its own that only whoever has the keys could tell. Else a value that counts once would show that there is
/// somebody.
pub fn passes_for_young(subject: Digest, now: Timestamp) -> bool {
    let [a, b, c, d, ..] = *subject.as_bytes();
    let phase = i64::from(u32::from_be_bytes([a, b, c, d]));
    let every = DECOYS_EVERY.whole_seconds();
    (now.unix_timestamp() + phase).rem_euclid(every) < YOUNG.whole_seconds()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::{RngExt as _, SeedableRng as _};
    use rand_chacha::ChaCha8Rng;
    use zeroize::Zeroizing;

    use super::*;
    use crate::domain::status::{BlockPolicy, Mode, Standing};

    const TRIES: u32 = 5;

    fn rules() -> Rules {
        Rules {
            mode: Mode::Manual,
            access: true,
            validity: None,
            max_tries: TRIES,
            block: BlockPolicy::Forever,
            block_max: Duration::HOUR,
            admin_authorization: false,
        }
    }

    fn marks() -> impl Fn(u32) -> Mark {
        let keys = Keyring::new(vec![Zeroizing::new([7; 32])]).unwrap();
        let subject = keys.digest(Use::Limit, b"somebody");
        move |value| Mark::of(&Password::new(format!("guess {value}")), subject, &keys)
    }

    fn start() -> (Timestamp, Facts) {
        let now = Timestamp::UNIX_EPOCH + Duration::days(20_000);
        let facts = Facts {
            standing: Standing::Set,
            set_at: Some(now),
            ..Facts::default()
        };
        (now, facts)
    }

    #[test]
    fn a_repeated_value_counts_once_and_any_other_counts() {
        let (mark, (now, facts)) = (marks(), start());
        let count = |facts: &Facts, recent: &Recent, value, is_young, at| {
            let typed = Typed {
                mark: mark(value),
                is_young,
            };
            counted(facts, recent, Some(typed), at, &rules())
        };
        let (mut facts, mut recent) = (facts, Recent::default());
        for _ in 0..100 {
            (facts, recent) = count(&facts, &recent, 0, true, now);
        }
        assert_eq!(facts.failures, 1);
        for value in [1, 2, 0, 1, 2] {
            (facts, recent) = count(&facts, &recent, value, true, now);
        }
        assert_eq!(facts.failures, 3, "three are remembered");
        (facts, recent) = count(&facts, &recent, 3, true, now);
        let (fifth, _) = count(&facts, &recent, 0, true, now);
        assert_eq!((facts.failures, fifth.failures), (4, 5), "and not a fourth");
        let late = now + KEPT;
        assert_eq!(
            count(&facts, &recent, 3, true, late).0.failures,
            5,
            "nor for longer"
        );
        let (old, kept) = count(&facts, &recent, 3, false, now);
        assert_eq!(
            (old.failures, kept),
            (5, Recent::default()),
            "nor at all other times"
        );
    }

    #[test]
    fn a_password_is_young_for_seven_days() {
        let (now, _) = start();
        assert!(is_young(
            Some(now),
            now + Duration::days(7) - Duration::SECOND
        ));
        assert!(!is_young(Some(now), now + Duration::days(7)));
        assert!(!is_young(None, now));
    }

    #[test]
    fn nobody_passes_for_young_one_week_in_fifty_two() {
        let keys = Keyring::new(vec![Zeroizing::new([7; 32])]).unwrap();
        let (now, _) = start();
        for name in 0..50_u32 {
            let subject = keys.digest(Use::Limit, &name.to_be_bytes());
            let days = (0..364).filter(|day| passes_for_young(subject, now + Duration::days(*day)));
            assert_eq!(days.count(), 7);
        }
    }

    /// However repeats are mixed with new guesses, no more guesses are evaluated before a block than without them,
    /// but for those whose 16 bits are those of a value that was typed just before.
    #[test]
    fn over_100_000_tries_guessing_gains_nothing() {
        let mark = marks();
        let mut rng = ChaCha8Rng::seed_from_u64(17);
        let (mut tries, mut next, mut gained) = (0_u32, 0_u32, 0_u32);
        while tries < 100_000 {
            let (mut now, mut facts) = start();
            let mut recent = Recent::default();
            let (mut evaluated, mut free) = (HashSet::new(), 0_u32);
            let mut last: Vec<u32> = Vec::new();
            let patience = rng.random_range(1..200);
            for _ in 0..patience {
                if !facts.takes_attempts(now, &rules()) {
                    break;
                }
                // A new guess, or one of the last few again: also of those that are forgotten.
                let again = !last.is_empty() && rng.random_range(0..10) < 8;
                let value = if again {
                    last[rng.random_range(last.len().saturating_sub(5)..last.len())]
                } else {
                    next += 1;
                    next
                };
                tries += 1;
                let typed = Typed {
                    mark: mark(value),
                    is_young: true,
                };
                let before = facts.failures;
                (facts, recent) = counted(&facts, &recent, Some(typed), now, &rules());
                if evaluated.insert(value) {
                    last.push(value);
                    free += u32::from(facts.failures == before);
                }
                now += Duration::seconds(rng.random_range(0..900));
            }
            let distinct = u32::try_from(evaluated.len()).unwrap();
            assert!(
                distinct <= TRIES + free,
                "{distinct} guesses before a block"
            );
            gained += free;
        }
        // Each guess meets three marks at most: 3 in 65 536 of them.
        let most = 4 + 3 * next.div_ceil(65_536 / 4);
        assert!(gained <= most, "{gained} of {next} guesses cost nothing");
    }
}
