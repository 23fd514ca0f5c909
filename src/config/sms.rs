//! `[sms]`: how text messages leave.

use secrecy::SecretString;

use super::reader::{Read, Reader};
use super::web;

/// `[sms]`
#[derive(Clone, Debug)]
pub struct Sms {
    /// Where text messages are posted; `None`: there are none. A secret, since such URLs often
    /// carry what authorises the caller.
    pub webhook_url: Option<SecretString>,
}

impl Sms {
    pub(super) fn read(reader: &mut Reader) -> Read<Self> {
        let webhook_url = reader.optional("sms.webhook_url", |text| match web::absolute(text) {
            Some(url) => Ok(SecretString::from(url.as_str())),
            None => Err("write an absolute http or https URL without user".into()),
        })?;
        Ok(Self { webhook_url })
    }
}
