//! Whom we take for the mail server.

use std::path::Path;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

use super::settings::Unfit;

/// The system's certificates and the operator's. Names and dates are always checked.
pub(super) fn config(extra_root: Option<&Path>) -> Result<ClientConfig, Unfit> {
    // Said by name: what the process as a whole prefers may change with any dependency.
    let provider = Arc::new(ring::default_provider());
    let mut roots = RootCertStore::empty();
    // A system has some that no longer parse, and does well without them.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let mut known = Vec::new();
    if let Some(path) = extra_root {
        known = read(path)?;
        for certificate in &known {
            let added = roots.add(certificate.clone());
            added.map_err(|_| not_certificates(path))?;
        }
    }
    let usual =
        WebPkiServerVerifier::builder_with_provider(roots.into(), Arc::clone(&provider)).build();
    let verifier = Verifier {
        usual: usual.map_err(|_| Unfit::NoRoots)?,
        known,
    };
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| Unfit::NoRoots)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

/// Checks as ever, and besides takes a certificate that the operator gave us for what it may be: the
/// server's own. One that signed itself and may sign others too (`CA:TRUE`, as `openssl req -x509` makes
/// them) is otherwise refused as a server's, whoever trusts it.
#[derive(Debug)]
struct Verifier {
    usual: Arc<WebPkiServerVerifier>,
    known: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.usual.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        // Dates are looked at before the chain is: whoever is refused for the chain alone is in date.
        let for_its_chain = matches!(
            verified,
            Err(Error::InvalidCertificate(
                CertificateError::UnknownIssuer | CertificateError::Other(_)
            ))
        );
        if for_its_chain && self.known.iter().any(|known| known == end_entity) {
            verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
            return Ok(ServerCertVerified::assertion());
        }
        verified
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }
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
