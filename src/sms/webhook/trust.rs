//! Whom we take for the gateway.

use std::path::Path;
use std::sync::Arc;

use hyper::Uri;
use hyper::http::uri::Scheme;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

use super::Unfit;
use crate::roots::Roots;

/// The system's certificates and the operator's. Names and dates are always checked.
pub(super) fn config(url: &Uri, extra_root: Option<&Path>) -> Result<ClientConfig, Unfit> {
    let roots = match url.scheme() {
        Some(scheme) if *scheme == Scheme::HTTPS => Roots::read(extra_root)?.store,
        Some(scheme) if *scheme == Scheme::HTTP => RootCertStore::empty(),
        Some(_) | None => return Err(Unfit::Url),
    };
    // Said by name: what the process as a whole prefers may change with any dependency.
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}
