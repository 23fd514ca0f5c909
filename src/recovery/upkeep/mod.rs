//! What goes on in the background: workers, sealing, purging, looking at health.

pub(in crate::recovery) mod health;
pub(in crate::recovery) mod observe;
pub(in crate::recovery) mod purge;
pub(in crate::recovery) mod worker;
