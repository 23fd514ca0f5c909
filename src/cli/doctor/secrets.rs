//! The keys that digests are made with.

use std::path::PathBuf;

use super::finding::{Finding, fail, ok, or_ok, warn};
use crate::cli::secrets as keys;
use crate::config::Config;

const CHECK: &str = "secret-keys";
const MEND: &str = "set secrets.keys (or secrets.keys_file, or REKEY_SECRET_KEY) to what \
                    `openssl rand -base64 32` prints; docs/operations.md tells how to replace a key";

/// Where a key is made when none is set.
pub(super) fn made(config: &Config) -> PathBuf {
    config.database.data_dir.join("secret.key")
}

pub(super) fn check(config: &Config) -> Vec<Finding> {
    let path = made(config);
    if config.secrets.keys.is_empty() && !path.exists() {
        let found = format!(
            "none is set; the first start makes one in {}",
            path.display()
        );
        return vec![warn(CHECK, found, MEND)];
    }
    let found = match keys::read_all(config) {
        Ok(found) => found,
        Err(error) => return vec![fail(CHECK, error.to_string(), MEND)],
    };
    let wrong = found.iter().enumerate().filter_map(|(place, key)| {
        let why = weakness(key)?;
        let found = format!("key {} of {} {why}", place + 1, found.len());
        Some(fail(CHECK, found, MEND))
    });
    or_ok(wrong.collect(), || {
        let from = if config.secrets.keys.is_empty() {
            format!("1 key, in {}: back it up", path.display())
        } else {
            format!("{} set", found.len())
        };
        ok(CHECK, from)
    })
}

/// Why somebody might guess a key. A random one meets any of these less than once in 10^12.
fn weakness(key: &[u8; 32]) -> Option<&'static str> {
    let step = key[1].wrapping_sub(key[0]);
    if key
        .windows(2)
        .all(|pair| pair[1].wrapping_sub(pair[0]) == step)
    {
        return Some("only counts: it is an example, not a secret");
    }
    if (1..=16).any(|period| key.windows(period + 1).all(|part| part[0] == part[period])) {
        return Some("repeats itself");
    }
    if key
        .iter()
        .all(|byte| byte.is_ascii_graphic() || *byte == b' ')
    {
        return Some("is text that somebody typed, not random bytes");
    }
    let mut distinct = *key;
    distinct.sort_unstable();
    let changes = distinct.windows(2).filter(|pair| pair[0] != pair[1]);
    (changes.count() < 16).then_some("has few different bytes")
}

#[cfg(test)]
mod tests {
    use rand::Rng as _;

    use super::*;

    #[test]
    fn example_keys_are_weak_and_random_ones_are_not() {
        let counting: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).unwrap());
        let repeating: [u8; 32] = std::array::from_fn(|at| [7, 200, 31, 5][at % 4]);
        let few: [u8; 32] = std::array::from_fn(|at| u8::try_from(at * at % 13).unwrap() * 19);
        let typed = *b"correct horse battery staple 123";
        for key in [[0; 32], counting, repeating, few, typed] {
            assert!(weakness(&key).is_some(), "{key:?}");
        }
        let mut rng = crate::recovery::Entropy::seeded(7).fork();
        for _ in 0..10_000 {
            let mut key = [0; 32];
            rng.fill_bytes(&mut key);
            assert_eq!(weakness(&key), None, "{key:?}");
        }
    }
}
