//! Proving who somebody is by a name and a password.

pub(in crate::recovery) mod accept;
pub(in crate::recovery) mod key;
pub(in crate::recovery) mod prove;
