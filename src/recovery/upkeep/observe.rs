//! Looking at the service now and then, for the gauges: a scrape asks the database nothing, so that
//! it cannot hurt, however often it comes.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use crate::recovery::{Recovery, meter};

/// How often to look.
const LOOK_EVERY: Duration = Duration::from_secs(5);

impl Recovery {
    /// Keeps the gauges up to date until `stop` turns true. A database that does not answer shows
    /// in them; what else they tell is then as it was last seen.
    pub async fn observe(&self, mut stop: watch::Receiver<bool>) {
        let mut due = interval(LOOK_EVERY);
        due.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = due.tick() => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            let health = tokio::select! {
                health = self.health() => health,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            meter::health(&health, self.0.db.state(), self.0.clock.now());
        }
    }
}
