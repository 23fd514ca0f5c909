//! The tasks that do jobs while the server runs.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::Upkeep;
use crate::recovery::audit::Resting;
use crate::recovery::tools::Fault;

/// How often a worker looks for work that nobody rang for: retries, and jobs of other replicas.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often events get their place in the audit chain.
const SEAL_EVERY: Duration = Duration::from_secs(1);
/// How long sealing rests after the database could not be asked what to seal.
const SEAL_AGAIN: Duration = Duration::from_mins(1);
/// How long looking for work may take. A database that went without a word would answer never.
const LOOK: Duration = Duration::from_secs(10);
/// How often what has ended is forgotten.
const PURGE_EVERY: Duration = Duration::from_mins(10);
/// How often earlier passwords are gone through for those that no policy asks for any more.
const TRIM_EVERY: Duration = Duration::from_hours(24);
/// How long a letter under way may take to finish once the server is told to stop.
const LAST_LETTER: Duration = Duration::from_secs(5);

impl Upkeep {
    /// Does jobs, `at_once` at a time, until `stop` turns true. Letters under way then get a few
    /// seconds; what is not done by then is given back.
    pub async fn work(self: &Arc<Self>, at_once: usize, stop: watch::Receiver<bool>) {
        let mut tasks = JoinSet::new();
        for _ in 0..at_once {
            let (this, stop) = (Arc::clone(self), stop.clone());
            tasks.spawn(async move { this.work_alone(stop).await });
        }
        let sealing = stop.clone();
        let (this, stop) = (Arc::clone(self), stop);
        tasks.spawn(async move { this.purge_now_and_then(stop).await });
        let (this, stop) = (Arc::clone(self), sealing);
        tasks.spawn(async move { this.seal_now_and_then(stop).await });
        while tasks.join_next().await.is_some() {}
    }

    async fn work_alone(&self, mut stop: watch::Receiver<bool>) {
        let mut look = interval(LOOK_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !*stop.borrow() {
            match self.run_until_stopped(&mut stop).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(fault) => {
                    let fault: &dyn std::error::Error = &fault;
                    tracing::error!(error = fault, "a worker could not do its work");
                }
            }
            tokio::select! {
                _ = look.tick() => {}
                () = self.outbox.rung() => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Does one due job. Told to stop meanwhile, it finishes quickly or gives the job back.
    async fn run_until_stopped(&self, stop: &mut watch::Receiver<bool>) -> Result<bool, Fault> {
        let Some(leased) = timeout(LOOK, self.delivery.lease_job()).await?? else {
            return Ok(false);
        };
        let lease = leased.lease;
        let work = self.delivery.settle(leased);
        tokio::pin!(work);
        tokio::select! {
            done = &mut work => return done.map(|()| true),
            _ = stop.wait_for(|stop| *stop) => {}
        }
        match timeout(LAST_LETTER, &mut work).await {
            Ok(done) => done.map(|()| true),
            Err(_) => self.delivery.give_back(lease).await.map(|()| true),
        }
    }

    async fn purge_now_and_then(&self, mut stop: watch::Receiver<bool>) {
        let mut due = interval(PURGE_EVERY);
        let mut trim = interval(TRIM_EVERY);
        loop {
            let trims = tokio::select! {
                _ = due.tick() => false,
                _ = trim.tick() => true,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            let done = if trims {
                self.trim_history().await
            } else {
                self.purge().await
            };
            if let Err(fault) = done {
                let fault: &dyn std::error::Error = &fault;
                tracing::error!(error = fault, "could not forget what has ended");
            }
            if let Err(fault) = self.audit.retain().await {
                let fault: &dyn std::error::Error = &fault;
                tracing::error!(error = fault, "could not forget old audit events");
            }
        }
    }

    /// Seals until told to stop. Who stops the process seals once more when everything else has ended.
    async fn seal_now_and_then(&self, mut stop: watch::Receiver<bool>) {
        let mut due = interval(SEAL_EVERY);
        due.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut resting = Resting::default();
        while !*stop.borrow() {
            tokio::select! {
                _ = due.tick() => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            let round = self.audit.seal_but(&mut resting);
            tokio::pin!(round);
            let sealed = tokio::select! {
                sealed = &mut round => Some(sealed),
                _ = stop.wait_for(|stop| *stop) => None,
            };
            let sealed = match sealed {
                Some(sealed) => sealed,
                // Not broken off at once: what it has locked is to be free for the last seals.
                None => timeout(LAST_LETTER, round)
                    .await
                    .unwrap_or_else(|late| Err(late.into())),
            };
            let faults = match sealed {
                Ok(round) => round.faults,
                Err(fault) => {
                    due.reset_after(SEAL_AGAIN);
                    vec![fault]
                }
            };
            for fault in faults {
                let fault: &dyn std::error::Error = &fault;
                tracing::error!(error = fault, "could not seal the audit trail");
            }
        }
    }
}
