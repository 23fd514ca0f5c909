//! Whom we take for the mail server.

use std::path::Path;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};

use super::settings::Unfit;
use crate::roots::Roots;

/// The system's certificates and the operator's. Names and dates are always checked.
pub(super) fn config(extra_root: Option<&Path>) -> Result<ClientConfig, Unfit> {
    // Said by name: what the process as a whole prefers may change with any dependency.
    let provider = Arc::new(ring::default_provider());
    let Roots { store, added } = Roots::read(extra_root)?;
    let usual =
        WebPkiServerVerifier::builder_with_provider(store.into(), Arc::clone(&provider)).build();
    let verifier = Verifier {
        usual: usual.map_err(|_| Unfit::NoRoots)?,
        known: added,
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
