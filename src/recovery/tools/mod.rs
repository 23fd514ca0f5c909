//! What every room works with: the clock and the dice, the database, hashing, what is counted for the gauges, locks
//! by key, batching, and running to completion.

pub(in crate::recovery) mod allowance;
pub(in crate::recovery) mod batches;
pub(in crate::recovery) mod clock;
pub(in crate::recovery) mod entropy;
pub(in crate::recovery) mod fault;
pub(in crate::recovery) mod hasher;
pub(in crate::recovery) mod lookups;
pub(in crate::recovery) mod meter;
pub(in crate::recovery) mod origin;
pub(in crate::recovery) mod seen_through;
pub(in crate::recovery) mod turnstile;
