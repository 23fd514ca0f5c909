//! Account recovery over HTTP.
//!
//! ```text
//! api/<family>  decode the wire, call one verb, encode the answer
//! recovery      verbs: what people do; owns the clock and the entropy
//! operator      what operators do
//! domain        nouns and rules: pure, synchronous, no I/O
//! store         rows: every SQL statement of the crate
//! mail          letters and how they leave the building
//! ```

pub mod api;
pub mod domain;
pub mod mail;
pub mod recovery;
pub mod store;
