//! Why a hash string is refused.

/// A hash string was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsupported {
    /// Not of a form that a scheme could be told from.
    #[error("is not a hash in PHC, modular crypt or Django form")]
    Malformed,
    /// Another scheme.
    #[error(
        "is of a scheme that is not supported; argon2id, argon2i, bcrypt, scrypt, PBKDF2, \
         SHA-256-crypt and SHA-512-crypt are"
    )]
    Scheme,
    /// A known scheme, and nothing it makes.
    #[error("is not a well-formed {0} hash")]
    Broken(&'static str),
    /// It asks for more memory or time than a stranger may cost us (the lesson of
    /// ory/kratos `hash/hash_limits.go`).
    #[error("asks for more than {0}")]
    TooCostly(&'static str),
    /// Salt or digest are missing, or too short to protect anything.
    #[error("lacks a salt of 8 bytes or a digest of 16")]
    Incomplete,
}
