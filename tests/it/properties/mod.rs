//! The pure rules, tried with everything.

mod status;
