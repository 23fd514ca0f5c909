//! `[hashing]`: the price of a password.

use super::reader::{Read, Reader};
use super::typed::either;
use crate::domain::hash::ARGON2_FLOOR;

/// `[hashing]`: argon2id, never cheaper than OWASP's floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hashing {
    /// The memory of one hash, in KiB.
    pub memory_kib: u32,
    /// How often it is filled.
    pub iterations: u32,
    /// In how many lanes.
    pub parallelism: u32,
    /// How many hashes are computed at once; 0: one per core.
    pub concurrency: u32,
    /// How many more may wait.
    pub queue: u32,
}

const MEMORY_MAX: u32 = 4 * 1024 * 1024;

impl Hashing {
    pub(super) fn read(reader: &mut Reader) -> Read<Self> {
        let memory_kib = reader.number("hashing.memory_kib", &(8..=MEMORY_MAX));
        let iterations = reader.number("hashing.iterations", &(1..=100));
        let parallelism = reader.number("hashing.parallelism", &(1..=64));
        let concurrency = reader.number("hashing.concurrency", &(0..=1024));
        let queue = reader.number("hashing.queue", &(1..=100_000));
        if let (Ok(memory), Ok(iterations)) = (memory_kib, iterations)
            && !ARGON2_FLOOR
                .iter()
                .any(|(times, least)| iterations >= *times && memory >= *least)
        {
            refuse(reader, memory, iterations);
        }
        Ok(Self {
            memory_kib: memory_kib?,
            iterations: iterations?,
            parallelism: parallelism?,
            concurrency: concurrency?,
            queue: queue?,
        })
    }
}

fn refuse(reader: &mut Reader, memory: u32, iterations: u32) {
    let rows = ARGON2_FLOOR.map(|(times, least)| format!("{least} with iterations = {times}"));
    let rows = rows.each_ref().map(String::as_str);
    let rest = format!(
        "is below the floor with memory_kib = {memory} and iterations = {iterations}; \
         write memory_kib of at least {}",
        either(&rows)
    );
    reader.refuse(&["hashing.memory_kib", "hashing.iterations"], rest);
}
