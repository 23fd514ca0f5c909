//! Looking at the service now and then, for the gauges: a scrape asks the database nothing, so that
//! it cannot hurt, however often it comes.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use super::Upkeep;
use super::health::{Health, Unwell};
use crate::recovery::tools::meter::{self, Seen};

/// How often what was noticed is written down.
const WRITE_EVERY: Duration = Duration::from_mins(1);
/// How often to look.
const LOOK_EVERY: Duration = Duration::from_secs(5);

impl Upkeep {
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
            let seen = Seen {
                is_ready: health.as_ref().is_ok_and(Health::is_ready),
                is_database_up: !matches!(health, Err(Unwell::Fault(_))),
                pool: self.tools.db.state(),
                jobs: health.ok().map(|health| (health.mail, health.oldest)),
                most_waiting: Health::MOST_WAITING,
            };
            meter::seen(&seen, self.tools.clock.now());
        }
    }

    /// Writes down what is noticed, now and then, until `stop` turns true, and once more then.
    pub async fn write_signals_now_and_then(&self, mut stop: watch::Receiver<bool>) {
        let mut due = interval(WRITE_EVERY);
        let mut is_last = false;
        while !is_last {
            tokio::select! {
                _ = due.tick() => {}
                _ = stop.wait_for(|stop| *stop) => is_last = true,
            }
            if let Err(fault) = self.audit.write_signals().await {
                let fault: &dyn std::error::Error = &fault;
                tracing::error!(error = fault, "could not write down what was refused");
            }
        }
    }
}
