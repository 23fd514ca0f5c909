//! Account recovery over HTTP.
//!
//! ```text
//! api/<family>  decode the wire, call one verb, encode the answer
//! recovery      verbs: what people do; owns the clock and the entropy
//! operator      what operators do
//! domain        nouns and rules: pure, synchronous, no I/O
//! store         rows: every SQL statement of the crate
//! mail          letters and how they leave the building
//! sms           text messages and how they do
//! roots         whom we trust when we call others by TLS
//! words         every sentence that people read, in every language
//! config        what operators write
//! postgres      the private database
//! fuzzing       properties of all that reads the bytes of strangers; in tests and fuzzers only
//! cli           commands: puts all of the above together
//! ```

pub mod api;
pub mod cli;
pub mod config;
pub mod domain;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod mail;
pub mod operator;
pub mod postgres;
pub mod recovery;
pub(crate) mod roots;
pub mod sms;
pub mod store;
pub mod words;
