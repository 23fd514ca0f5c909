//! What every room of the core works with.

mod loader;
