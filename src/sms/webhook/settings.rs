//! Where the gateway is and how to speak to it.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use crate::roots::Unusable;

/// Where the gateway is and how to speak to it.
#[derive(Clone, Debug)]
pub struct WebhookSettings {
    /// Where texts are posted: an absolute http or https URL. A secret, since such URLs often carry
    /// what authorises the caller.
    pub url: SecretString,
    /// What requests are signed with; `None`: they are not.
    pub secret: Option<SecretString>,
    /// A PEM file of certificates to trust beside those of the system.
    pub extra_root: Option<PathBuf>,
    /// The longest that one text may take, from the first packet to the last.
    pub timeout: Duration,
}

/// The settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// Nothing can be posted there. What is wrong with it is not said, since that may quote it.
    #[error("the URL of the SMS webhook cannot be used")]
    Url,
    /// Nothing can be signed with it.
    #[error("the secret of the SMS webhook cannot be used")]
    Secret,
    /// The extra certificates cannot be read.
    #[error("cannot read the certificates of the SMS webhook in {path}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The extra certificates are none.
    #[error("finds no usable certificate for the SMS webhook in {path}")]
    NotCertificates {
        /// The file.
        path: PathBuf,
    },
    /// Without a root, every server is a stranger.
    #[error("finds no certificates on this system to know the SMS webhook by")]
    NoRoots,
    /// The library for encryption refuses to work.
    #[error("cannot encrypt for the SMS webhook")]
    Encryption(#[from] rustls::Error),
}

impl From<Unusable> for Unfit {
    fn from(unusable: Unusable) -> Self {
        match unusable {
            Unusable::Unreadable { path, source } => Self::Unreadable { path, source },
            Unusable::NotCertificates { path } => Self::NotCertificates { path },
            Unusable::NoRoots => Self::NoRoots,
        }
    }
}

impl WebhookSettings {
    /// Settings for a gateway with a public certificate that asks for no signature: 10 seconds.
    pub fn new(url: SecretString) -> Self {
        Self {
            url,
            secret: None,
            extra_root: None,
            timeout: Duration::from_secs(10),
        }
    }
}

impl From<hyper::http::uri::InvalidUri> for Unfit {
    fn from(_: hyper::http::uri::InvalidUri) -> Self {
        Self::Url
    }
}
