//! The bodies of the contract (contracts/cyclos.md, 5 and 6). What is absent is left out, never
//! `null`.

pub(super) mod auth;
pub(super) mod error;
pub(super) mod input;
pub(super) mod neighbours;
pub(super) mod passwords;
pub(super) mod policy;
pub(super) mod recovery;
pub(super) mod reference;
