//! Asking for a letter. Nothing is looked up: who asks learns nothing.

pub(in crate::recovery) mod forgotten;
pub(in crate::recovery) mod form;
pub(in crate::recovery) mod recorder;
pub(in crate::recovery) mod request;
