//! How a gateway knows that a text is from us, and from now.

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

use super::Unfit;
use crate::domain::Timestamp;

/// Signs what is posted.
pub(super) struct Signer(Hmac<Sha256>);

impl Signer {
    pub(super) fn new(secret: &SecretString) -> Result<Self, Unfit> {
        let secret = secret.expose_secret().as_bytes();
        if secret.is_empty() {
            return Err(Unfit::Secret);
        }
        let mac = Hmac::new_from_slice(secret).map_err(|_| Unfit::Secret)?;
        Ok(Self(mac))
    }

    /// `t=<unix seconds>,v1=<HMAC-SHA256 of "<t>.<body>", in hexadecimal>`. The moment is signed
    /// too, so that an old request cannot be passed off as a new one.
    pub(super) fn sign(&self, at: Timestamp, body: &[u8]) -> String {
        let t = at.unix_timestamp();
        let mac = self.0.clone();
        let mac = mac.chain_update(format!("{t}.")).chain_update(body);
        format!("t={t},v1={}", hex::encode(mac.finalize().into_bytes()))
    }
}
