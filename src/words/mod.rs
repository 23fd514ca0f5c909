//! The words that people read, in every language: sentences by name, from the files of `locales/`.
//!
//! A sentence is one message of Fluent and holds no markup; templates put the markup around it. A
//! language is its files and one line in [`crate::domain::language`]; a test fails where one of them
//! lacks a message of another.

mod catalogue;
pub mod phrases;
pub mod plain;
mod template;

pub use self::catalogue::{Args, Unsaid, say};
pub use self::template::teach;
