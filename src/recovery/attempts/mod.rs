//! Trying a password: counted before it is evaluated, and cleared if it was right.

pub(in crate::recovery) mod count;
pub(in crate::recovery) mod shadow;
pub(in crate::recovery) mod tries;
pub(in crate::recovery) mod upgrade;
