//! What a hash costs here, by the threads that hash for people.

use std::time::{Duration, Instant};

use futures::future::try_join_all;

use crate::cli::Failure;
use crate::domain::password::Password;
use crate::recovery::{Capacity, Entropy, Hasher, Params};

/// What a hash costs, in one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cost {
    pub(super) memory_kib: u32,
    pub(super) iterations: u32,
}

/// What there is to compute with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Machine {
    /// How many hashes can be computed at once.
    pub(super) cores: usize,
    /// The most memory that one hash may take, in KiB: all of them together take a quarter.
    pub(super) memory_kib: u32,
}

/// The most memory that one hash is ever given, in KiB, however much there is.
const ENOUGH: u32 = 1024 * 1024;

impl Machine {
    pub(super) fn here() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let total = crate::cli::machine::memory_kib().unwrap_or(1024 * 1024);
        let share = total / 4 / u64::try_from(cores).unwrap_or(1);
        let memory_kib = u32::try_from(share).unwrap_or(ENOUGH).min(ENOUGH);
        Self { cores, memory_kib }
    }
}

/// The middle of three times that one hash takes by itself, once its memory is at hand.
pub(super) async fn one(cost: Cost) -> Result<Duration, Failure> {
    let hasher = hasher(cost, 1)?;
    let password = password();
    hasher.hash_patiently(&password).await?;
    let mut times = [Duration::ZERO; 3];
    for time in &mut times {
        let start = Instant::now();
        hasher.hash_patiently(&password).await?;
        *time = start.elapsed();
    }
    times.sort_unstable();
    Ok(times[1])
}

/// How many hashes a second are computed with one on each core.
pub(super) async fn throughput(cost: Cost, cores: usize) -> Result<f64, Failure> {
    let hasher = hasher(cost, cores)?;
    let password = password();
    let round = |hashes: usize| try_join_all((0..hashes).map(|_| hasher.hash_patiently(&password)));
    round(cores).await?;
    let number = cores * 4;
    let start = Instant::now();
    round(number).await?;
    let seconds = start.elapsed().as_secs_f64();
    let number = u32::try_from(number)?;
    Ok((f64::from(number) / seconds * 10.0).round() / 10.0)
}

fn hasher(cost: Cost, concurrency: usize) -> Result<Hasher, Failure> {
    let params = Params::new(cost.memory_kib, cost.iterations, 1, None)
        .map_err(|error| format!("argon2 refuses its parameters: {error}"))?;
    let capacity = Capacity {
        params,
        concurrency,
        queue: concurrency * 4,
    };
    Ok(Hasher::start(&capacity, Entropy::os())?)
}

/// Its length makes no difference to what a hash costs.
fn password() -> Password {
    Password::new("correct horse battery staple".to_owned())
}
