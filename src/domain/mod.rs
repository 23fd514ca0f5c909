//! The nouns of account recovery and the rules they obey.
//!
//! Nothing here reads a clock, draws randomness or waits: both arrive as arguments.

pub mod account;
pub mod alteration;
pub mod audit;
pub mod authority;
pub mod backoff;
pub mod blocklist;
pub mod code;
pub mod colour;
pub mod context;
pub mod dialling;
pub mod digest;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
pub mod hash;
pub mod id;
pub mod identifier;
pub mod key;
pub mod language;
pub mod limit;
pub mod link;
pub mod logo;
pub mod medium;
pub mod password;
pub mod password_type;
pub mod policy;
pub mod repeat;
pub mod session;
pub mod status;
pub mod strength;
pub mod subject;
pub mod tenant;
pub mod token;
pub mod unseen;
pub mod user;

/// A moment in UTC, to the microsecond: what Postgres keeps.
pub type Timestamp = time::OffsetDateTime;
