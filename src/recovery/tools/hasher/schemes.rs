//! What each scheme makes of a password.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use sha2::{Digest as _, Sha256, Sha512};
use zeroize::Zeroizing;

use crate::domain::hash::{self, Input, Lanes, Prf, Recipe};

/// The longest password that bcrypt takes, in bytes: of a longer one it would see the beginning.
const BCRYPT_INPUT: usize = 72;
/// The longest password that SHA-crypt is given, in bytes: it reads the password in every round.
const SHA_CRYPT_INPUT: usize = 128;

/// What a scheme made.
pub(in crate::recovery) struct Made {
    pub(in crate::recovery) digest: Zeroizing<Vec<u8>>,
    /// Whether all of the password went in. Else no digest is the right one.
    pub(in crate::recovery) is_whole: bool,
}

/// Computes a digest of `length` bytes. It takes its time also where the scheme cannot take the
/// password as it is.
pub(in crate::recovery) fn compute(
    recipe: &Recipe,
    length: usize,
    password: &[u8],
    memory: &mut Vec<Block>,
) -> Result<Made, Error> {
    let mut digest = Zeroizing::new(vec![0; length]);
    let mut is_whole = true;
    match recipe {
        Recipe::Argon2 {
            lanes,
            version,
            memory_kib,
            iterations,
            parallelism,
            salt,
        } => {
            let params = Params::new(*memory_kib, *iterations, *parallelism, None)
                .map_err(|_| Error::Refused("argon2"))?;
            let algorithm = match lanes {
                Lanes::I => Algorithm::Argon2i,
                Lanes::Id => Algorithm::Argon2id,
            };
            let version = match version {
                hash::Version::V16 => Version::V0x10,
                hash::Version::V19 => Version::V0x13,
            };
            let blocks = params.block_count();
            if memory.len() < blocks {
                // What was in it before is of no use to anybody.
                *memory = Vec::new();
                memory.reserve_exact(blocks);
                // Before it is used. Where there are none, small pages do.
                let _ = rekey_compute::prefer_huge_pages(memory);
                memory.resize(blocks, Block::default());
            }
            Argon2::new(algorithm, version, params)
                .hash_password_into_with_memory(password, salt, &mut digest, &mut memory[..blocks])
                .map_err(|_| Error::Refused("argon2"))?;
        }
        Recipe::Bcrypt { input, cost, salt } => {
            let hex = match input {
                Input::Password => None,
                Input::Sha256Hex => Some(Zeroizing::new(hex::encode(Sha256::digest(password)))),
            };
            let input = hex.as_ref().map_or(password, |hex| hex.as_bytes());
            is_whole = input.len() <= BCRYPT_INPUT;
            // The terminating zero goes in where there is room for it.
            let mut key = Zeroizing::new([0; BCRYPT_INPUT]);
            let used = input.len().min(BCRYPT_INPUT);
            key[..used].copy_from_slice(&input[..used]);
            let key = &key[..(used + 1).min(BCRYPT_INPUT)];
            if *cost >= 32 {
                return Err(Error::Refused("bcrypt"));
            }
            let whole = Zeroizing::new(bcrypt::bcrypt(*cost, *salt, key));
            copy(&mut digest, &whole[..]);
        }
        Recipe::Scrypt { log_n, r, p, salt } => {
            let params = scrypt::Params::new(*log_n, *r, *p);
            let params = params.map_err(|_| Error::Refused("scrypt"))?;
            scrypt::scrypt(password, salt, &params, &mut digest)
                .map_err(|_| Error::Refused("scrypt"))?;
        }
        Recipe::Pbkdf2 {
            prf,
            iterations,
            salt,
        } => {
            let compute = match prf {
                Prf::Sha1 => pbkdf2::pbkdf2_hmac::<sha1::Sha1>,
                Prf::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>,
                Prf::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>,
            };
            compute(password, salt, *iterations, &mut digest);
        }
        Recipe::ShaCrypt { prf, rounds, salt } => {
            let params = sha_crypt::Params::new(*rounds);
            let params = params.map_err(|_| Error::Refused("SHA-crypt"))?;
            is_whole = password.len() <= SHA_CRYPT_INPUT;
            let password = &password[..password.len().min(SHA_CRYPT_INPUT)];
            match prf {
                Prf::Sha512 => {
                    let whole = sha_crypt::sha512_crypt(password, salt.as_bytes(), params);
                    copy(&mut digest, &Zeroizing::new(whole)[..]);
                }
                Prf::Sha1 | Prf::Sha256 => {
                    let whole = sha_crypt::sha256_crypt(password, salt.as_bytes(), params);
                    copy(&mut digest, &Zeroizing::new(whole)[..]);
                }
            }
        }
    }
    Ok(Made { digest, is_whole })
}

/// A recipe of ours.
pub(in crate::recovery) fn ours(params: &Params, salt: &[u8]) -> Recipe {
    Recipe::Argon2 {
        lanes: Lanes::Id,
        version: hash::Version::V19,
        memory_kib: params.m_cost(),
        iterations: params.t_cost(),
        parallelism: params.p_cost(),
        salt: salt.to_vec(),
    }
}

/// Copies as much as there is room for.
fn copy(to: &mut [u8], from: &[u8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}

/// Why a digest could not be computed.
#[derive(Debug, thiserror::Error)]
pub(in crate::recovery) enum Error {
    #[error("{0} refused its parameters")]
    Refused(&'static str),
    #[error("a stored hash cannot be read: it {0}")]
    Unreadable(#[from] hash::Unsupported),
}
