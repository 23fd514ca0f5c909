//! What happened: lines of the audit trail, their place in the chain, and how long they are kept.

pub(in crate::recovery) mod entry;
pub(in crate::recovery) mod heads;
pub(in crate::recovery) mod retain;
pub(in crate::recovery) mod seal;
pub(in crate::recovery) mod signals;
