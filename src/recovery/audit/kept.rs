//! How long what is recorded is kept.

use time::Duration;

/// How long what is recorded is kept: the `[retention]` of the server file.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Network addresses.
    pub addresses: Duration,
    /// Whole events.
    pub audit: Duration,
}
