//! Staying signed in: sessions, keys and access clients, and who acts by them.

pub(in crate::recovery) mod actor;
pub(in crate::recovery) mod clients;
pub(in crate::recovery) mod keys;
pub(in crate::recovery) mod open;
pub(in crate::recovery) mod restriction;
