//! What a thread that computes for milliseconds at a time asks of Linux, so that it is fast and in
//! nobody's way. Requests, not conditions: where one is refused, everything works as before.
//!
//! No crate has safe functions for these calls. They are here, apart from the rest, because the rest
//! forbids `unsafe` (docs/decisions/0064).

#[cfg(target_os = "linux")]
mod linux;

#[cfg(target_os = "linux")]
pub use linux::{prefer_huge_pages, stand_back};

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use std::io;
    use std::time::Duration;

    /// Nothing: the call would be about the whole process.
    pub fn stand_back(_nice: i32, _slice: Duration) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Nothing.
    pub fn prefer_huge_pages<T>(_memory: &mut Vec<T>) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(not(target_os = "linux"))]
pub use elsewhere::{prefer_huge_pages, stand_back};
