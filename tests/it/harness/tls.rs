//! An authority and a certificate, made on the spot.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

pub(super) struct Identity {
    pub(super) ca_pem: String,
    pub(super) acceptor: TlsAcceptor,
}

impl Identity {
    pub(super) fn make(names: &[&str]) -> Self {
        let ca_key = KeyPair::generate().unwrap();
        let mut ca = CertificateParams::new(Vec::new()).unwrap();
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca_pem = ca.self_signed(&ca_key).unwrap().pem();
        let issuer = Issuer::new(ca, ca_key);

        let key = KeyPair::generate().unwrap();
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let leaf = CertificateParams::new(names).unwrap();
        let leaf = leaf.signed_by(&key, &issuer).unwrap();
        Self::of(ca_pem, leaf.der().clone(), &key)
    }

    /// One certificate that signed itself and may sign others too, as `openssl req -x509` makes them.
    pub(super) fn make_self_signed(names: &[&str]) -> Self {
        let key = KeyPair::generate().unwrap();
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let mut own = CertificateParams::new(names).unwrap();
        own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let own = own.self_signed(&key).unwrap();
        Self::of(own.pem(), own.der().clone(), &key)
    }

    fn of(ca_pem: String, certificate: CertificateDer<'static>, key: &KeyPair) -> Self {
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        Self {
            ca_pem,
            acceptor: TlsAcceptor::from(Arc::new(config)),
        }
    }
}
