//! Recovery tokens: looking at one, spending one on a reset or an unlock, and what a report of "not me" does.

pub(in crate::recovery) mod check;
pub(in crate::recovery) mod disown;
pub(in crate::recovery) mod forgotten;
pub(in crate::recovery) mod grant;
pub(in crate::recovery) mod look;
pub(in crate::recovery) mod recover;
pub(in crate::recovery) mod reset;
pub(in crate::recovery) mod spend;
pub(in crate::recovery) mod unlock;
