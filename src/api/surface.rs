//! What the wire is told when it is put together.

use super::origin::TrustedProxies;

/// What the wire needs to know besides [`Recovery`](crate::recovery::Recovery).
#[derive(Clone, Debug, Default)]
pub struct Surface {
    /// Whose word on a caller's address is taken.
    pub trusted_proxies: TrustedProxies,
    /// The exact origins of browser front ends (contracts/cyclos.md, D-45).
    pub cors_origins: Vec<String>,
    /// Where callers reach us, without a trailing slash; what signed requests are signed for.
    pub public_url: String,
    /// Whether this process speaks TLS itself.
    pub is_tls: bool,
}
