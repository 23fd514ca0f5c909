//! Putting a new password in the place of the old one: whether it is good enough, and what it ends.

pub(in crate::recovery) mod consequences;
pub(in crate::recovery) mod flaws;
pub(in crate::recovery) mod judge;
