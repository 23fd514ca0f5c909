//! How much work a hash may ask for, and how little is too little.
//!
//! The upper bounds keep one computation below 128 MiB and about a second on one core. The lower
//! ones are those of the OWASP Password Storage Cheat Sheet.

use super::prf::Prf;
use super::recipe::Recipe;
use super::unsupported::Unsupported;

/// Iterations of argon2 and the least memory with them, in KiB. More iterations than the last row
/// need no less memory.
pub const ARGON2_FLOOR: [(u32, u32); 5] = [
    (1, 47_104),
    (2, 19_456),
    (3, 12_288),
    (4, 9_216),
    (5, 7_168),
];

/// Passes of scrypt and the least logarithm of its rounds with them, in blocks of 8.
const SCRYPT_FLOOR: [(u32, u8); 5] = [(1, 17), (2, 16), (3, 15), (5, 14), (10, 13)];
/// The least cost of bcrypt.
const BCRYPT_FLOOR: u32 = 10;

/// The most memory of argon2, in KiB, passes over it, and lanes.
const ARGON2_MOST: (u32, u32, u32) = (128 * 1024, 10, 16);
/// The highest cost of bcrypt. The lowest is its own.
const BCRYPT_COSTS: std::ops::RangeInclusive<u32> = 4..=14;
/// The most memory of scrypt, in 128 bytes, and the most it may fill in all.
const SCRYPT_MOST: (u64, u64) = (1 << 20, 1 << 21);
/// The most iterations of PBKDF2, for all blocks of a digest together.
const PBKDF2_MOST: u64 = 2_000_000;
/// The rounds of SHA-crypt. The fewest are its own.
const SHA_CRYPT_ROUNDS: std::ops::RangeInclusive<u32> = 1_000..=1_000_000;

/// Refuses what costs too much or protects nothing.
pub(super) fn check(recipe: &Recipe, length: usize) -> Result<(), Unsupported> {
    let (salt, is_sound, is_bounded, bound) = match recipe {
        Recipe::Argon2 {
            memory_kib,
            iterations,
            parallelism,
            salt,
            ..
        } => (
            salt.len(),
            *iterations >= 1
                && *parallelism >= 1
                && u64::from(*memory_kib) >= 8 * u64::from(*parallelism),
            *memory_kib <= ARGON2_MOST.0
                && *iterations <= ARGON2_MOST.1
                && *parallelism <= ARGON2_MOST.2,
            "argon2 may: 128 MiB, 10 iterations, 16 lanes",
        ),
        Recipe::Bcrypt { cost, salt, .. } => (
            salt.len(),
            cost >= BCRYPT_COSTS.start(),
            cost <= BCRYPT_COSTS.end(),
            "bcrypt may: a cost of 14",
        ),
        Recipe::Scrypt { log_n, r, p, salt } => {
            let once = 1_u64
                .checked_shl((*log_n).into())
                .and_then(|n| n.checked_mul((*r).into()));
            let all = once.and_then(|once| once.checked_mul((*p).into()));
            (
                salt.len(),
                *log_n >= 1 && *p >= 1 && u64::from(*log_n) < 16 * u64::from(*r),
                once.is_some_and(|once| once <= SCRYPT_MOST.0)
                    && all.is_some_and(|all| all <= SCRYPT_MOST.1),
                "scrypt may: N times r of 2^20, and 2^21 times p",
            )
        }
        Recipe::Pbkdf2 {
            prf,
            iterations,
            salt,
        } => {
            let blocks = length.div_ceil(prf.length()) as u64;
            (
                salt.len(),
                *iterations >= 1,
                u64::from(*iterations) * blocks <= PBKDF2_MOST,
                "PBKDF2 may: 2000000 iterations, counted for each block of the digest",
            )
        }
        Recipe::ShaCrypt { rounds, salt, .. } => (
            salt.len(),
            rounds >= SHA_CRYPT_ROUNDS.start() && salt.len() <= 16,
            rounds <= SHA_CRYPT_ROUNDS.end(),
            "SHA-crypt may: 1000000 rounds",
        ),
    };
    if !is_bounded {
        return Err(Unsupported::TooCostly(bound));
    }
    if !is_sound {
        return Err(Unsupported::Broken(recipe.name()));
    }
    if !(8..=64).contains(&salt) || !(16..=64).contains(&length) {
        return Err(Unsupported::Incomplete);
    }
    Ok(())
}

impl Recipe {
    /// Whether passwords would be guessed too fast by whoever stole its digests. SHA-crypt takes no
    /// memory, and no published floor of rounds makes up for that.
    pub fn is_weak(&self) -> bool {
        match self {
            Self::Argon2 {
                memory_kib,
                iterations,
                ..
            } => !ARGON2_FLOOR
                .iter()
                .any(|(times, least)| iterations >= times && memory_kib >= least),
            Self::Bcrypt { cost, .. } => *cost < BCRYPT_FLOOR,
            Self::Scrypt { log_n, r, p, .. } => !SCRYPT_FLOOR
                .iter()
                .any(|(times, least)| p >= times && log_n >= least && *r >= 8),
            // An attacker computes no more blocks than the first.
            Self::Pbkdf2 {
                prf, iterations, ..
            } => *iterations < pbkdf2_floor(*prf),
            Self::ShaCrypt { .. } => true,
        }
    }
}

fn pbkdf2_floor(prf: Prf) -> u32 {
    match prf {
        Prf::Sha1 => 1_300_000,
        Prf::Sha256 => 600_000,
        Prf::Sha512 => 210_000,
    }
}
