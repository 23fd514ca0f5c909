//! What is counted of the service's work, and the one place of this layer that knows how.
//!
//! Labels come from closed sets: words of ours, known when the program is compiled. They are
//! `&'static str` throughout, so nothing that somebody typed can become one
//! (docs/decisions/0040-who-counts.md).

mod carriers;
mod pool;
mod words;

use std::time::{Duration, Instant};

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

use crate::domain::Timestamp;
use crate::domain::limit::Scope;
use crate::store::job::{Backlog, Oldest};

pub(in crate::recovery) use self::carriers::{MeteredMailer, MeteredTexter};
pub(in crate::recovery) use self::pool::Pool;
pub use self::pool::PoolState;
pub(in crate::recovery) use self::words::{LIMIT, PASSWORD, TOKEN, fault};

/// What becomes of a letter or a text.
const FATES: [&str; 3] = ["sent", "deferred", "refused"];

/// What is counted: its name and what it means.
const COUNTERS: [(&str, &str); 6] = [
    (
        "rekey_verbs_total",
        "What was done or refused, in the words of the audit trail.",
    ),
    (
        "rekey_hashes_refused_total",
        "Hashes refused because too many were waiting.",
    ),
    (
        "rekey_jobs_total",
        "Attempts at jobs, by what became of them.",
    ),
    (
        "rekey_letters_total",
        "Letters offered to whoever carries them, by what became of them.",
    ),
    (
        "rekey_texts_total",
        "Text messages offered to the gateway, by what became of them.",
    ),
    (
        "rekey_limits_hit_total",
        "Events refused because a limit was reached.",
    ),
];

const GAUGES: [(&str, &str); 14] = [
    (
        "rekey_ready",
        "1 when the server could do its work when it last looked, else 0.",
    ),
    (
        "rekey_database_up",
        "1 when the database answered when the server last looked, else 0.",
    ),
    (
        "rekey_database_connections",
        "Open connections to the database, by whether they are in use.",
    ),
    (
        "rekey_database_connections_limit",
        "The most connections to the database at once.",
    ),
    (
        "rekey_database_waiting",
        "Callers that wait for a connection to the database.",
    ),
    ("rekey_hash_queue_depth", "Hashes that wait for a thread."),
    (
        "rekey_hash_queue_limit",
        "The most hashes that may wait; one more is refused.",
    ),
    (
        "rekey_jobs_waiting",
        "Jobs that are not done, those put off included.",
    ),
    ("rekey_jobs_due", "Jobs that could be done now."),
    (
        "rekey_jobs_dead",
        "Jobs that were given up and wait for a person.",
    ),
    (
        "rekey_jobs_waiting_limit",
        "More waiting jobs than this, and the server is not ready.",
    ),
    (
        "rekey_jobs_oldest_waiting_seconds",
        "How long ago the oldest job that is not done was promised.",
    ),
    (
        "rekey_jobs_oldest_due_seconds",
        "How long the longest due job has been due.",
    ),
    (
        "rekey_looked_timestamp_seconds",
        "When the server last looked at the database for these gauges, since 1970.",
    ),
];

const HISTOGRAMS: [(&str, &str); 7] = [
    (
        "rekey_database_acquire_seconds",
        "How long work waited for a connection, or for a transaction to begin.",
    ),
    (
        "rekey_hash_wait_seconds",
        "How long hashes waited for a thread.",
    ),
    (
        "rekey_hash_compute_seconds",
        "How long hashes took to compute.",
    ),
    ("rekey_job_seconds", "How long attempts at jobs took."),
    (
        "rekey_job_age_seconds",
        "How old jobs were when they were done.",
    ),
    (
        "rekey_letter_seconds",
        "How long it took to offer a letter, and to be told what becomes of it.",
    ),
    (
        "rekey_text_seconds",
        "How long it took to offer a text message, and to be told what becomes of it.",
    ),
];

/// Says what everything means, and shows what has not happened yet as zero, so that a first time
/// is seen as a rise. To be called once, after a recorder was installed.
pub fn describe() {
    for (name, meaning) in COUNTERS {
        describe_counter!(name, meaning);
    }
    for (name, meaning) in GAUGES {
        describe_gauge!(name, meaning);
    }
    for (name, meaning) in HISTOGRAMS {
        describe_histogram!(name, meaning);
    }
    for (name, _) in HISTOGRAMS
        .into_iter()
        .filter(|(name, _)| !name.starts_with("rekey_job_"))
    {
        // The handle alone is enough to be shown; those of jobs have a kind.
        drop(histogram!(name));
    }
    counter!("rekey_hashes_refused_total").absolute(0);
    for scope in Scope::LIMITED {
        counter!("rekey_limits_hit_total", "scope" => scope.as_str()).absolute(0);
    }
    // The one verb that somebody must hear of at once.
    counter!("rekey_verbs_total", "verb" => "account.disowned", "outcome" => "done").absolute(0);
    for fate in FATES {
        counter!("rekey_letters_total", "outcome" => fate, "reason" => "").absolute(0);
        counter!("rekey_texts_total", "outcome" => fate).absolute(0);
    }
}

/// Counts what became of a verb: `outcome` is `done`, or why not.
pub(in crate::recovery) fn verb(verb: &'static str, outcome: &'static str) {
    counter!("rekey_verbs_total", "verb" => verb, "outcome" => outcome).increment(1);
}

/// Why a verb did not do as asked.
pub(in crate::recovery) trait Refusal {
    /// In one of a few words; `None` where the audit trail has been told, and it was counted there.
    fn word(&self) -> Option<&'static str>;
}

/// Counts why a verb did not do as asked, if it did not. What it did is counted where it is
/// written into the audit trail.
pub(in crate::recovery) fn refusal<T, E: Refusal>(
    name: &'static str,
    result: Result<T, E>,
) -> Result<T, E> {
    if let Some(word) = result.as_ref().err().and_then(Refusal::word) {
        verb(name, word);
    }
    result
}

/// Counts an event beyond a limit.
pub(in crate::recovery) fn limit_hit(scope: Scope) {
    counter!("rekey_limits_hit_total", "scope" => scope.as_str()).increment(1);
}

/// Tells how many hashes may wait.
pub(in crate::recovery) fn hash_queue_limit(limit: usize) {
    gauge!("rekey_hash_queue_limit").set(number(limit));
    gauge!("rekey_hash_queue_depth").increment(0.0);
}

/// A hash began to wait.
pub(in crate::recovery) fn hash_queued() {
    gauge!("rekey_hash_queue_depth").increment(1.0);
}

/// A hash found the queue full.
pub(in crate::recovery) fn hash_refused() {
    counter!("rekey_hashes_refused_total").increment(1);
}

/// A thread took a hash that had waited.
pub(in crate::recovery) fn hash_taken(waited: Duration) {
    gauge!("rekey_hash_queue_depth").decrement(1.0);
    histogram!("rekey_hash_wait_seconds").record(waited);
}

/// A thread computed a hash.
pub(in crate::recovery) fn hash_computed(took: Duration) {
    histogram!("rekey_hash_compute_seconds").record(took);
}

/// How an attempt at a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::recovery) enum Ended {
    /// The job is done.
    Done,
    /// There will be another attempt.
    Postponed,
    /// There will be none.
    Dead,
}

/// An attempt at a job, under way.
pub(in crate::recovery) struct Attempt {
    kind: &'static str,
    created_at: Timestamp,
    since: Instant,
}

impl Attempt {
    /// An attempt that begins now, at a job that was promised at `created_at`.
    pub(in crate::recovery) fn at(kind: &'static str, created_at: Timestamp) -> Self {
        let since = Instant::now();
        Self {
            kind,
            created_at,
            since,
        }
    }

    /// Counts the attempt.
    pub(in crate::recovery) fn ended(self, ended: Ended, now: Timestamp) {
        let Self { kind, .. } = self;
        let outcome = match ended {
            Ended::Done => "done",
            Ended::Postponed => "postponed",
            Ended::Dead => "dead",
        };
        counter!("rekey_jobs_total", "kind" => kind, "outcome" => outcome).increment(1);
        histogram!("rekey_job_seconds", "kind" => kind).record(self.since.elapsed());
        if ended == Ended::Done {
            let age = seconds(now - self.created_at);
            histogram!("rekey_job_age_seconds", "kind" => kind).record(age);
        }
    }
}

/// What is seen of the service when somebody looks.
pub(in crate::recovery) struct Seen {
    pub(in crate::recovery) is_ready: bool,
    pub(in crate::recovery) is_database_up: bool,
    pub(in crate::recovery) pool: PoolState,
    /// What waits to be sent; `None`: nobody could tell.
    pub(in crate::recovery) jobs: Option<(Backlog, Oldest)>,
    /// More waiting jobs than this, and the service is not ready.
    pub(in crate::recovery) most_waiting: i64,
}

/// Shows what was seen.
pub(in crate::recovery) fn seen(seen: &Seen, now: Timestamp) {
    let pool = seen.pool;
    gauge!("rekey_ready").set(f64::from(u8::from(seen.is_ready)));
    gauge!("rekey_database_up").set(f64::from(u8::from(seen.is_database_up)));
    gauge!("rekey_database_connections", "state" => "idle").set(pool.idle);
    gauge!("rekey_database_connections", "state" => "busy")
        .set(pool.open.saturating_sub(pool.idle));
    gauge!("rekey_database_connections_limit").set(pool.max);
    gauge!("rekey_database_waiting").set(pool.waiting);
    let Some((backlog, oldest)) = &seen.jobs else {
        return;
    };
    gauge!("rekey_looked_timestamp_seconds").set(seconds(now - Timestamp::UNIX_EPOCH));
    gauge!("rekey_jobs_waiting").set(count(backlog.waiting));
    gauge!("rekey_jobs_due").set(count(backlog.due));
    gauge!("rekey_jobs_dead").set(count(backlog.dead));
    gauge!("rekey_jobs_waiting_limit").set(count(seen.most_waiting));
    let since = |moment: Option<Timestamp>| moment.map_or(0.0, |moment| seconds(now - moment));
    gauge!("rekey_jobs_oldest_waiting_seconds").set(since(oldest.waiting_since));
    gauge!("rekey_jobs_oldest_due_seconds").set(since(oldest.due_since));
}

fn seconds(duration: time::Duration) -> f64 {
    duration.as_seconds_f64().max(0.0)
}

/// Gauges are floating-point numbers; beyond four thousand million, "very many" will do.
fn count(number: i64) -> f64 {
    f64::from(u32::try_from(number.max(0)).unwrap_or(u32::MAX))
}

fn number(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
