//! Counting what may not happen too often.

pub(in crate::recovery) mod throttle;
