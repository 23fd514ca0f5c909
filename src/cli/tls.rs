//! TLS on the public listener, with a certificate that may be replaced while it serves.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval};
use tokio_rustls::TlsAcceptor;
use zeroize::Zeroizing;

use super::Failure;
use super::shutdown::Stop;

/// How often the files are looked at. SIGHUP has them looked at at once.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// What the files hold.
type Files = (Vec<u8>, Zeroizing<Vec<u8>>);

/// The certificate that callers are shown, and where it comes from.
pub(super) struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    shown: Arc<Shown>,
    provider: Arc<CryptoProvider>,
    /// What was last read, good or not: what did not change is not read into anything again.
    read: Files,
}

/// The certificate of new connections. Those that are open keep theirs.
#[derive(Debug)]
struct Shown(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(
            &self.0.read().unwrap_or_else(PoisonError::into_inner),
        ))
    }
}

impl Certificate {
    /// Reads the chain, leaf first, and its key, both PEM.
    pub(super) fn read(chain: &Path, key: &Path) -> Result<Self, Failure> {
        // Said by name: what the process as a whole prefers may change with any dependency.
        let provider = Arc::new(ring::default_provider());
        let read = files(chain, key)?;
        let shown = Shown(RwLock::new(Arc::new(parse(&read, &provider)?)));
        Ok(Self {
            chain: chain.to_owned(),
            key: key.to_owned(),
            shown: Arc::new(shown),
            provider,
            read,
        })
    }

    /// What opens connections with it: TLS 1.2 or 1.3, then HTTP/2 or HTTP/1.1 as the caller likes.
    pub(super) fn acceptor(&self) -> Result<TlsAcceptor, Failure> {
        let resolver = Arc::clone(&self.shown);
        let mut config = ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(resolver);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// Shows what the files hold whenever that has changed, until the server ends. Files that are no
    /// good change nothing: half of a pair may be written already.
    pub(super) async fn follow(mut self, stop: Stop) -> Result<(), Failure> {
        let mut hangup = signal(SignalKind::hangup())?;
        let mut look = interval(LOOK_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = look.tick() => {}
                _ = hangup.recv() => {}
                () = stop.closed() => return Ok(()),
            }
            match self.look() {
                Ok(false) => {}
                Ok(true) => tracing::info!("shows a new certificate"),
                Err(failure) => tracing::error!(
                    error = &*failure,
                    "kept the old certificate; the new one cannot be used"
                ),
            }
        }
    }

    fn look(&mut self) -> Result<bool, Failure> {
        let read = files(&self.chain, &self.key)?;
        if read == self.read {
            return Ok(false);
        }
        self.read = read;
        let fresh = Arc::new(parse(&self.read, &self.provider)?);
        *self.shown.0.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(true)
    }
}

fn files(chain: &Path, key: &Path) -> Result<Files, Failure> {
    let read = |setting: &str, path: &Path| {
        std::fs::read(path).map_err(|error| {
            format!(
                "{} (server.{setting}) cannot be read: {error}",
                path.display()
            )
        })
    };
    let key = Zeroizing::new(read("tls_key", key)?);
    Ok((read("tls_certificate", chain)?, key))
}

fn parse((chain, key): &Files, provider: &CryptoProvider) -> Result<CertifiedKey, Failure> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(chain)
        .collect::<Result<_, _>>()
        .map_err(|error| format!("server.tls_certificate is not PEM: {error}"))?;
    if chain.is_empty() {
        return Err("server.tls_certificate holds no certificate".into());
    }
    let key = PrivateKeyDer::from_pem_slice(key)
        .map_err(|error| format!("server.tls_key holds no private key: {error}"))?;
    CertifiedKey::from_der(chain, key, provider).map_err(|error| {
        format!("server.tls_certificate and server.tls_key do not fit: {error}").into()
    })
}
