//! Whom we take for the gateway.

use std::path::Path;
use std::sync::Arc;

use hyper::Uri;
use hyper::http::uri::Scheme;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use super::Unfit;

/// The system's certificates and the operator's. Names and dates are always checked.
pub(super) fn config(url: &Uri, extra_root: Option<&Path>) -> Result<ClientConfig, Unfit> {
    let roots = match url.scheme() {
        Some(scheme) if *scheme == Scheme::HTTPS => roots(extra_root)?,
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

fn roots(extra_root: Option<&Path>) -> Result<RootCertStore, Unfit> {
    let mut roots = RootCertStore::empty();
    // A system has some that no longer parse, and does well without them.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = extra_root {
        for certificate in read(path)? {
            let added = roots.add(certificate);
            added.map_err(|_| not_certificates(path))?;
        }
    }
    if roots.is_empty() {
        return Err(Unfit::NoRoots);
    }
    Ok(roots)
}

fn read(path: &Path) -> Result<Vec<CertificateDer<'static>>, Unfit> {
    let pem = std::fs::read(path).map_err(|source| Unfit::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    read.ok()
        .filter(|certificates| !certificates.is_empty())
        .ok_or_else(|| not_certificates(path))
}

fn not_certificates(path: &Path) -> Unfit {
    Unfit::NotCertificates {
        path: path.to_owned(),
    }
}
