//! Hash strings that were made elsewhere, and how much work they may ask of us.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Params};

/// A hash string that this server can check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phc(String);

/// A hash string was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsupported {
    /// Not of the form `$scheme$…`.
    #[error("is not a PHC string")]
    Malformed,
    /// Another scheme.
    #[error("is of a scheme that is not supported; argon2id and argon2i are")]
    Scheme,
    /// It asks for more memory or time than a stranger may cost us (the lesson of
    /// ory/kratos `hash/hash_limits.go`).
    #[error("asks for more than 256 MiB, 10 iterations or 16 lanes")]
    TooCostly,
    /// Salt or digest are missing or too short to protect anything.
    #[error("lacks a salt of 8 bytes or a digest of 16")]
    Incomplete,
}

/// The most memory a hash may ask for, in KiB.
const MAX_MEMORY_KIB: u32 = 256 * 1024;
/// The most passes a hash may ask for.
const MAX_ITERATIONS: u32 = 10;
/// The most lanes a hash may ask for.
const MAX_LANES: u32 = 16;

impl Phc {
    /// Accepts an argon2id or argon2i string with bounded costs.
    pub fn parse(text: &str) -> Result<Self, Unsupported> {
        if !text.starts_with('$') || text.len() > 512 {
            return Err(Unsupported::Malformed);
        }
        if !(text.starts_with("$argon2id$") || text.starts_with("$argon2i$")) {
            return Err(Unsupported::Scheme);
        }
        let hash = PasswordHash::new(text).map_err(|_| Unsupported::Malformed)?;
        Algorithm::new(hash.algorithm.as_str()).map_err(|_| Unsupported::Scheme)?;
        let params = Params::try_from(&hash).map_err(|_| Unsupported::TooCostly)?;
        if params.m_cost() > MAX_MEMORY_KIB
            || params.t_cost() > MAX_ITERATIONS
            || params.p_cost() > MAX_LANES
        {
            return Err(Unsupported::TooCostly);
        }
        let salted = hash.salt.is_some_and(|salt| salt.len() >= 8);
        let complete = hash
            .hash
            .is_some_and(|output| output.as_bytes().len() >= 16);
        if salted && complete {
            Ok(Self(text.to_owned()))
        } else {
            Err(Unsupported::Incomplete)
        }
    }

    /// The string itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
