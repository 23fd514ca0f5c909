//! What is promised to be sent: jobs, their rows, and the bell that wakes whoever does them.

pub(in crate::recovery) mod facts;
