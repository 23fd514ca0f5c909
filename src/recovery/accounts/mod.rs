//! Finding an account.

pub(in crate::recovery) mod users;
