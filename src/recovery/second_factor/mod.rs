//! Proofs beside the access password: one-time codes, second passwords, confirmations.

pub(in crate::recovery) mod codes;
pub(in crate::recovery) mod confirm;
