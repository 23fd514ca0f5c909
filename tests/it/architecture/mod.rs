//! The rules of the house, as a test: who may know whom, and how long a file may be. What may be is data, in
//! `layers.rs` and `rooms.rs`. Who knows whom is read from Rust as it is parsed, whatever it looks like.

mod circles;
mod downwards;
mod examples;
mod layers;
mod reading;
mod rooms;
mod size;
mod walls;

use std::sync::LazyLock;

use self::reading::{Facts, Source};

/// The program, read once.
fn tree() -> &'static Facts {
    static TREE: LazyLock<Facts> = LazyLock::new(|| Facts::of(Source::all("src")));
    &TREE
}
