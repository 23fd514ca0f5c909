//! Whom we trust when we call others by TLS: whom the system trusts, and whom the operator adds.

use std::io;
use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// Certificates to know others by.
pub(crate) struct Roots {
    /// Those of the system and of the operator.
    pub(crate) store: RootCertStore,
    /// Those of the operator alone.
    pub(crate) added: Vec<CertificateDer<'static>>,
}

/// There are none, or not those that the operator named.
#[derive(Debug)]
pub(crate) enum Unusable {
    /// The operator's file cannot be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It holds no certificate, or one that cannot be used.
    NotCertificates {
        /// The file.
        path: PathBuf,
    },
    /// Without a root, every server is a stranger.
    NoRoots,
}

impl Roots {
    /// Reads the system's certificates, and a PEM file of more.
    pub(crate) fn read(more: Option<&Path>) -> Result<Self, Unusable> {
        let mut store = RootCertStore::empty();
        // A system has some that no longer parse, and does well without them.
        store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let mut added = Vec::new();
        if let Some(path) = more {
            let not_certificates = || Unusable::NotCertificates {
                path: path.to_owned(),
            };
            let pem = std::fs::read(path).map_err(|source| Unusable::Unreadable {
                path: path.to_owned(),
                source,
            })?;
            let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
            added = read.ok().unwrap_or_default();
            if added.is_empty() {
                return Err(not_certificates());
            }
            for certificate in &added {
                let taken = store.add(certificate.clone());
                taken.map_err(|_| not_certificates())?;
            }
        }
        if store.is_empty() {
            return Err(Unusable::NoRoots);
        }
        Ok(Self { store, added })
    }
}
