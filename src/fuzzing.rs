//! What reads the bytes of strangers, and what must hold whatever they are. Only tests and fuzzers
//! compile this: `fuzz/` holds a target and a corpus for each name.
//!
//! `make test` runs every property on the corpus and on neighbours of it; `make fuzz` lets a fuzzer
//! look for what nobody thought of.

/// A property: it panics where it does not hold.
pub type Property = fn(&[u8]);

/// Every property, by the name of its target.
pub const TARGETS: [(&str, Property); 8] = [
    ("identifiers", crate::domain::fuzzing::identifiers),
    ("hashes", crate::domain::fuzzing::hashes),
    ("secrets", crate::domain::fuzzing::secrets),
    ("fields", crate::api::fuzzing::fields),
    ("credentials", crate::api::fuzzing::credentials),
    ("forwarded", crate::api::fuzzing::forwarded),
    ("bodies", crate::api::fuzzing::bodies),
    ("forms", crate::api::fuzzing::forms),
];

/// Runs the property of a name.
///
/// # Panics
///
/// Where the property does not hold: so a fuzzer sees it.
pub fn run(name: &str, bytes: &[u8]) {
    let property = TARGETS.iter().find(|(known, _)| *known == name);
    assert!(property.is_some(), "no property is called {name}");
    if let Some((_, property)) = property {
        property(bytes);
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::time::{Duration, Instant};

    use rand::{RngExt as _, SeedableRng as _};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    /// How many neighbours of its corpus each property is tried on.
    const NEIGHBOURS: usize = 4_000;
    /// Far beyond what any input of this size costs, on any machine, with nothing optimised.
    const LONGEST: Duration = Duration::from_secs(5);

    fn folder(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fuzz")
            .join(name)
    }

    fn corpus(name: &str) -> Vec<Vec<u8>> {
        let entries = std::fs::read_dir(folder("corpus").join(name)).unwrap();
        let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
            .iter()
            .map(|file| std::fs::read(file).unwrap())
            .collect()
    }

    /// Something near a member of the corpus: pieces cut, doubled, swapped with another's, changed.
    fn neighbour(corpus: &[Vec<u8>], dice: &mut ChaCha8Rng) -> Vec<u8> {
        let mut bytes = corpus[dice.random_range(0..corpus.len())].clone();
        for _ in 0..dice.random_range(1..=6) {
            let at = dice.random_range(0..=bytes.len());
            let end = (at + dice.random_range(0..16)).min(bytes.len());
            match dice.random_range(0..6) {
                0 => drop(bytes.drain(at..end)),
                1 => bytes
                    .splice(at..at, bytes[at..end].to_vec().repeat(3))
                    .for_each(drop),
                2 => {
                    let other = &corpus[dice.random_range(0..corpus.len())];
                    let from = dice.random_range(0..=other.len());
                    bytes
                        .splice(at..end, other[from..].iter().copied())
                        .for_each(drop);
                }
                3 if at < bytes.len() => bytes[at] ^= 1 << dice.random_range(0..8),
                4 => bytes.insert(at, dice.random()),
                _ => {
                    let odd = [
                        "\0", "\u{fdfa}", "'", "=", "%00", "\u{ff20}", "\r\n", "\"", ",",
                    ];
                    let odd = odd[dice.random_range(0..odd.len())];
                    bytes.splice(at..at, odd.bytes()).for_each(drop);
                }
            }
            bytes.truncate(8 * 1024);
        }
        bytes
    }

    fn holds(name: &str) {
        let (_, property) = TARGETS.iter().find(|(known, _)| *known == name).unwrap();
        let corpus = corpus(name);
        assert!(!corpus.is_empty(), "{name} has a corpus");
        let mut dice = ChaCha8Rng::seed_from_u64(2026);
        let neighbours: Vec<_> = (0..NEIGHBOURS)
            .map(|_| neighbour(&corpus, &mut dice))
            .collect();
        for bytes in corpus.iter().chain(&neighbours) {
            let started = Instant::now();
            let outcome = std::panic::catch_unwind(|| property(bytes));
            let shown = bytes.escape_ascii();
            assert!(outcome.is_ok(), "{name} does not hold for b\"{shown}\"");
            assert!(
                started.elapsed() < LONGEST,
                "{name} takes long for b\"{shown}\""
            );
        }
    }

    #[test]
    fn identifiers() {
        holds("identifiers");
    }

    #[test]
    fn hashes() {
        holds("hashes");
    }

    #[test]
    fn secrets() {
        holds("secrets");
    }

    #[test]
    fn fields() {
        holds("fields");
    }

    #[test]
    fn credentials() {
        holds("credentials");
    }

    #[test]
    fn forwarded() {
        holds("forwarded");
    }

    #[test]
    fn bodies() {
        holds("bodies");
    }

    #[test]
    fn forms() {
        holds("forms");
    }

    /// A property without a target is never fuzzed, and one without a test is never tested.
    #[test]
    fn every_property_has_a_target_a_corpus_and_a_test() {
        let manifest = std::fs::read_to_string(folder("Cargo.toml")).unwrap();
        let this = include_str!("fuzzing.rs");
        for (name, _) in TARGETS {
            let file = folder("fuzz_targets").join(format!("{name}.rs"));
            let target = std::fs::read_to_string(file).unwrap();
            assert!(target.contains(&format!("run(\"{name}\"")), "{name}");
            assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
            assert!(this.contains(&format!("holds(\"{name}\")")), "{name}");
        }
        assert_eq!(manifest.matches("[[bin]]").count(), TARGETS.len());
    }
}
