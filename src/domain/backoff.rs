//! How long to wait before trying again.

use rand::RngExt as _;
use time::Duration;

/// The first wait.
const FIRST: Duration = Duration::seconds(2);
/// No wait is longer, jitter apart.
const LONGEST: Duration = Duration::HOUR;
/// When there is no point in trying any more.
pub const GIVE_UP_AFTER: Duration = Duration::DAY;

/// The wait after the `attempts`th failure: 2 s, then doubling up to an hour, with up to a quarter
/// more so that jobs that failed together do not return together (design.md, section 2).
pub fn after(attempts: u32, rng: &mut impl rand::Rng) -> Duration {
    let doublings = attempts.saturating_sub(1).min(16);
    let wait = (FIRST * 2_i32.pow(doublings)).min(LONGEST);
    wait + wait * rng.random_range(0.0..0.25)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    #[test]
    fn doubles_from_two_seconds_to_an_hour() {
        let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(1);
        for (attempts, least) in [(1, 2), (2, 4), (3, 8), (11, 2048), (12, 3600), (900, 3600)] {
            let wait = after(attempts, &mut rng).as_seconds_f64();
            let least = f64::from(least);
            assert!((least..least * 1.25).contains(&wait), "{attempts}: {wait}");
        }
    }
}
