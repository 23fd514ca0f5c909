//! `[sms]`: how text messages leave.

use std::path::PathBuf;

use secrecy::SecretString;

use super::names;
use super::reader::{Advice, Read, Reader};
use super::web;

/// `[sms]`
#[derive(Clone, Debug)]
pub struct Sms {
    /// Where text messages are posted; `None`: there are none. A secret, since such URLs often
    /// carry what authorises the caller.
    pub webhook_url: Option<SecretString>,
    /// What requests there are signed with; `None`: they are not.
    pub webhook_secret: Option<SecretString>,
    /// A PEM file with one more root that may have signed the webhook's certificate.
    pub webhook_ca: Option<PathBuf>,
}

/// The shortest secret, in characters.
const SECRET_MIN: usize = 16;

impl Sms {
    pub(super) fn read(reader: &mut Reader) -> Read<Self> {
        let webhook_url = reader.optional("sms.webhook_url", |text| match web::absolute(text) {
            Some(url) => Ok(SecretString::from(url.as_str())),
            None => Err("write an absolute http or https URL without user".into()),
        });
        let webhook_secret = reader.optional("sms.webhook_secret", secret);
        let webhook_ca = reader.optional("sms.webhook_ca", names::path);
        Ok(Self {
            webhook_url: webhook_url?,
            webhook_secret: webhook_secret?,
            webhook_ca: webhook_ca?.map(PathBuf::from),
        })
    }

    /// Whether texts are posted and nothing tells the gateway that they are ours.
    pub fn is_unsigned(&self) -> bool {
        self.webhook_url.is_some() && self.webhook_secret.is_none()
    }
}

fn secret(text: &str) -> Result<SecretString, Advice> {
    // Nobody sees such a difference when the two sides are compared.
    if text.trim() != text {
        return Err("write it without white space around it".into());
    }
    if text.chars().count() < SECRET_MIN {
        let advice = "write at least 16 characters, as \"openssl rand -hex 32\" prints them";
        return Err(advice.into());
    }
    Ok(SecretString::from(text))
}
