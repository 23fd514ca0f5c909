//! The price of a password on this machine.

use std::time::{Duration, Instant};

use super::finding::{Finding, fail, ok, warn};
use crate::cli::{machine, setup};
use crate::config::Config;
use crate::domain::password::Password;
use crate::recovery::Entropy;

const CHECK: &str = "hashing";
/// A sign-in that takes longer feels broken, and a few of them at once are an outage.
const SLOW: Duration = Duration::from_secs(1);

pub(super) async fn check(config: &Config) -> Vec<Finding> {
    let hashing = &config.hashing;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let cores = u64::try_from(cores).unwrap_or(1);
    let at_once = match u64::from(hashing.concurrency) {
        0 => cores,
        set => set,
    };
    let memory = u64::from(hashing.memory_kib) * at_once;
    let mebibytes = memory / 1024;
    // Before one is computed: that might take all there is.
    if machine::memory_kib().is_some_and(|total| memory > total / 2) {
        let found =
            format!("{at_once} hashes at once take {mebibytes} MiB, more than half of the memory");
        let mend = "set hashing.memory_kib to what `rekey calibrate` prints, or lower \
                    hashing.concurrency";
        return vec![fail(CHECK, found, mend)];
    }
    let time = match one(config).await {
        Ok(time) => time,
        Err(error) => {
            let mend = "set [hashing] to what `rekey calibrate` prints";
            return vec![fail(CHECK, error.to_string(), mend)];
        }
    };
    let millis = time.as_millis();
    if time > SLOW {
        let found = format!("one hash takes {millis} ms here");
        let mend = "set hashing.memory_kib and hashing.iterations to what `rekey calibrate` prints";
        return vec![warn(CHECK, found, mend)];
    }
    if at_once > cores * 2 {
        let found =
            format!("{at_once} hashes at once on {cores} cores: each takes the longer for it");
        return vec![warn(
            CHECK,
            found,
            "set hashing.concurrency to 0: one for each core",
        )];
    }
    let found = format!("one hash takes {millis} ms; {at_once} at once take {mebibytes} MiB");
    vec![ok(CHECK, found)]
}

/// How long one hash takes once its memory is at hand.
async fn one(config: &Config) -> Result<Duration, crate::cli::Failure> {
    let hasher = setup::hasher(config, &Entropy::os())?;
    let password = Password::new("correct horse battery staple".to_owned());
    hasher.hash_patiently(&password).await?;
    let start = Instant::now();
    hasher.hash_patiently(&password).await?;
    Ok(start.elapsed())
}
