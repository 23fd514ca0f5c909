//! The dearest hash that is quick enough.

use std::time::Duration;

use super::measure::{self, Cost, Machine};
use crate::cli::Failure;

/// Nothing cheaper is found (OWASP Password Storage Cheat Sheet, Argon2id).
pub(super) const FLOOR: Cost = Cost {
    memory_kib: 19_456,
    iterations: 2,
};

/// Memory is given in such steps, in KiB.
const STEP: u32 = 1024;
/// As many iterations as the configuration takes.
const MOST_ITERATIONS: u32 = 100;
/// How often an estimate is corrected by what it turned out to take.
const CORRECTIONS: u32 = 5;
/// What is aimed at, as a part of the target: times vary from one hash to the next.
const MARGIN: f64 = 0.95;
/// How much longer than a try the target may be for the try to be good.
const CLOSE: f64 = 1.1;

/// Looks for the dearest cost within `target`. Memory comes first, since it is what those who guess
/// with graphics cards have least of; iterations follow where the machine has no more to give.
pub(super) async fn search(
    target: Duration,
    machine: Machine,
) -> Result<(Cost, Duration), Failure> {
    let mut best = (FLOOR, measure::one(FLOOR).await?);
    let mut tried = best;
    for _ in 0..CORRECTIONS {
        let (cost, time) = tried;
        let ratio = target.as_secs_f64() / time.as_secs_f64();
        if (1.0..CLOSE).contains(&ratio) {
            break;
        }
        let next = scaled(cost, ratio * MARGIN, machine);
        if next == cost || next == best.0 {
            break;
        }
        tried = (next, measure::one(next).await?);
        if tried.1 <= target && work(next) > work(best.0) {
            best = tried;
        }
    }
    Ok(best)
}

/// A cost that takes `factor` times as long, as far as the machine and the floor allow.
fn scaled(cost: Cost, factor: f64, machine: Machine) -> Cost {
    let wanted = work(cost) * factor;
    let most = machine.memory_kib.max(FLOOR.memory_kib);
    let memory_kib = steps(wanted / f64::from(FLOOR.iterations)).clamp(FLOOR.memory_kib, most);
    let iterations = whole(wanted / f64::from(memory_kib), MOST_ITERATIONS);
    Cost {
        memory_kib,
        iterations: iterations.max(FLOOR.iterations),
    }
}

/// What a cost amounts to: time is nearly proportional to it.
fn work(cost: Cost) -> f64 {
    f64::from(cost.memory_kib) * f64::from(cost.iterations)
}

/// Memory in whole steps, rounded down.
fn steps(memory_kib: f64) -> u32 {
    whole(memory_kib / f64::from(STEP), u32::MAX / STEP) * STEP
}

/// The largest whole number that is not above `value`, nor above `most`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to what fits"
)]
fn whole(value: f64, most: u32) -> u32 {
    value.clamp(0.0, f64::from(most)).floor() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const MACHINE: Machine = Machine {
        cores: 2,
        memory_kib: 65_536,
    };

    #[test]
    fn memory_grows_before_iterations_and_nothing_falls_below_the_floor() {
        let half = scaled(FLOOR, 0.5, MACHINE);
        assert_eq!(half, FLOOR);
        let double = scaled(FLOOR, 2.0, MACHINE);
        assert_eq!((double.memory_kib, double.iterations), (38_912, 2));
        let tenfold = scaled(FLOOR, 10.0, MACHINE);
        assert_eq!((tenfold.memory_kib, tenfold.iterations), (65_536, 5));
        let small = Machine {
            cores: 1,
            memory_kib: 1,
        };
        let squeezed = scaled(FLOOR, 2.0, small);
        assert_eq!((squeezed.memory_kib, squeezed.iterations), (19_456, 4));
    }
}
