//! `rekey calibrate`

mod measure;
mod search;

use std::time::Duration;

use clap::Args;
use serde_json::json;

use self::measure::{Cost, Machine, throughput};
use self::search::FLOOR;
use super::Failure;
use super::output::Output;

/// Finds what a password hash may cost on this machine.
#[derive(Args)]
pub(super) struct Calibrate {
    /// How long one hash may take
    #[arg(long, value_name = "DURATION", default_value = "50ms", value_parser = duration)]
    target: Duration,
}

impl Calibrate {
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        let machine = Machine::here();
        let (cost, time) = search::search(self.target, machine).await?;
        let per_second = throughput(cost, machine.cores).await?;
        let is_floor = cost == FLOOR;
        let milliseconds = millis(time);
        let mebibytes = u64::from(cost.memory_kib) * u64::try_from(machine.cores)? / 1024;
        let value = json!({
            "memoryKib": cost.memory_kib,
            "iterations": cost.iterations,
            "parallelism": 1,
            "milliseconds": milliseconds,
            "signInsPerSecond": per_second,
            "cores": machine.cores,
            "memoryMib": mebibytes,
            "targetMilliseconds": millis(self.target),
            "isFloor": is_floor,
        });
        let floor = if is_floor && time > self.target {
            "\n# This is the OWASP floor: slower than asked, and nothing cheaper is safe."
        } else {
            ""
        };
        let Cost {
            memory_kib,
            iterations,
        } = cost;
        let cores = machine.cores;
        let text = format!(
            "# One hash takes {milliseconds:.1} ms on one core. {cores} at once, one for each core, make\n\
             # {per_second:.0} sign-ins a second and use {mebibytes} MiB.{floor}\n\
             [hashing]\nmemory_kib = {memory_kib}\niterations = {iterations}\nparallelism = 1"
        );
        output.answer(&value, text);
        Ok(())
    }
}

fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}

fn duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text)
        .ok()
        .filter(|target| (Duration::from_millis(1)..=Duration::from_secs(10)).contains(target))
        .ok_or_else(|| "write a duration from 1ms to 10s, like 50ms".to_owned())
}
