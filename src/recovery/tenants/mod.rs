//! Whose request it is: the tenant by host or code, and the application by its key.

pub(in crate::recovery) mod caller;
pub(in crate::recovery) mod renewal;
