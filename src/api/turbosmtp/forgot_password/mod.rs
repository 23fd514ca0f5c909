//! `/forgot-password`: ask for a token, look at it, spend it.

pub(super) mod ask;
pub(super) mod check;
pub(super) mod update;
