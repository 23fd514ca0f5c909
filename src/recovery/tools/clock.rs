//! The one place that knows what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use time::Duration;

use crate::domain::Timestamp;

/// Tells the time, to the microsecond: what Postgres keeps, so that a moment survives its row.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

/// Moves a stopped clock.
#[derive(Clone)]
pub struct ManualClock(Arc<AtomicI64>);

impl Clock {
    /// The machine's clock.
    #[expect(clippy::disallowed_methods, reason = "the one place that may")]
    pub fn system() -> Self {
        Self(Arc::new(|| {
            let now = Timestamp::now_utc();
            now - Duration::nanoseconds(i64::from(now.nanosecond() % 1_000))
        }))
    }

    /// A clock that stands still until it is moved.
    pub fn stopped_at(start: Timestamp) -> (Self, ManualClock) {
        let micros = start.unix_timestamp_nanos() / 1_000;
        let hand = ManualClock(Arc::new(AtomicI64::new(
            i64::try_from(micros).unwrap_or_default(),
        )));
        let face = hand.clone();
        (Self(Arc::new(move || face.read())), hand)
    }

    /// The moment.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl ManualClock {
    /// Moves the clock, backwards too.
    pub fn turn(&self, by: Duration) {
        let micros = i64::try_from(by.whole_microseconds()).unwrap_or_default();
        self.0.fetch_add(micros, Ordering::SeqCst);
    }

    fn read(&self) -> Timestamp {
        let nanos = i128::from(self.0.load(Ordering::SeqCst)) * 1_000;
        Timestamp::from_unix_timestamp_nanos(nanos).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}
