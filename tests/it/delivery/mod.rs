//! Doing what was promised, while what carries letters is in trouble.

mod doubt;
mod shared;
mod trouble;
