//! Where what is counted is kept until Prometheus asks: the one recorder of the process.

use std::sync::Arc;
use std::time::Duration;

use metrics::{describe_gauge, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use metrics_process::Collector;
use tokio::time::interval;

use super::Failure;
use super::shutdown::Stop;
use crate::api::meter;
use crate::api::operator::Exposition;
use crate::recovery::{Recovery, describe_metrics};

/// Bounds for what takes milliseconds to seconds.
const SECONDS: [f64; 13] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0,
];
/// Bounds for how old a job is when it is done: at once, or after waits that double up to an hour,
/// for a day.
const AGES: [f64; 10] = [
    0.1, 1.0, 5.0, 30.0, 120.0, 600.0, 1_800.0, 3_600.0, 21_600.0, 86_400.0,
];
/// How often samples that nobody has asked for are summed up.
const TIDY_EVERY: Duration = Duration::from_secs(5);

/// What was counted.
#[derive(Clone)]
pub(super) struct Metrics {
    recorder: PrometheusHandle,
    process: Collector,
}

impl Metrics {
    /// Begins to count. Until then, and in commands that do not, what is counted is forgotten.
    pub(super) fn start() -> Result<Self, Failure> {
        let ages = Matcher::Full("rekey_job_age_seconds".to_owned());
        let recorder = PrometheusBuilder::new()
            .set_buckets(&SECONDS)?
            .set_buckets_for_metric(ages, &AGES)?
            .install_recorder()?;
        let process = Collector::default();
        process.describe();
        meter::describe();
        describe_metrics();
        describe_gauge!("rekey_build_info", "1, for the version that is running.");
        gauge!("rekey_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        Ok(Self { recorder, process })
    }

    /// What the operator listener shows.
    pub(super) fn exposition(&self) -> Exposition {
        let this = self.clone();
        Arc::new(move || {
            this.process.collect();
            this.recorder.render()
        })
    }

    /// Keeps everything up to date until told to stop. Samples are summed up even where nobody
    /// asks, so that they do not pile up.
    pub(super) fn keep(self, recovery: &Recovery, stop: &Stop) {
        let (recovery, until) = (recovery.clone(), stop.closing());
        tokio::spawn(async move { recovery.upkeep.observe(until).await });
        let stop = stop.clone();
        tokio::spawn(async move {
            let mut due = interval(TIDY_EVERY);
            loop {
                tokio::select! {
                    _ = due.tick() => self.recorder.run_upkeep(),
                    () = stop.closed() => return,
                }
            }
        });
    }
}
