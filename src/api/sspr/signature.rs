//! Signed requests: contracts/sspr.md, section 6 and D12.
//!
//! Headers are ignored unless the key was made to require a signature.

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use hmac::{Hmac, KeyInit};
use sha2::{Digest as _, Sha256, Sha512_256};
use time::format_description::well_known::Iso8601;
use time::{Duration, OffsetDateTime};

use super::{Error, PublicUrl, key};
use crate::domain::Timestamp;
use crate::domain::key::SigningSecret;

/// How far a caller's clock may be from ours.
const SKEW: Duration = Duration::minutes(5);

/// What is signed.
struct Signed<'a> {
    method: &'a str,
    body: &'a [u8],
    key: &'a str,
    date: &'a str,
}

/// Checks a signature by any of `secrets`. Without secrets, none is asked for.
pub(super) fn check(
    parts: &Parts,
    body: &[u8],
    secrets: &[SigningSecret],
    now: Timestamp,
) -> Result<(), Error> {
    if secrets.is_empty() {
        return Ok(());
    }
    let headers = &parts.headers;
    let date = text(headers, "ezmax-date")?;
    let fingerprint = text(headers, "ezmax-fingerprint")?;
    let signature = text(headers, "ezmax-signature")?;
    let signed_at = OffsetDateTime::parse(date, &Iso8601::DEFAULT).map_err(|_| Error::Key)?;
    if (now - signed_at).abs() > SKEW {
        return Err(Error::ClockSkew);
    }
    let presented = text(headers, header::AUTHORIZATION.as_str())?;
    let key = key::bare(presented);
    let signed = Signed {
        method: parts.method.as_str(),
        body,
        key,
        date,
    };
    let told = urls(parts)
        .iter()
        .any(|url| signed.fingerprint(url) == fingerprint);
    if told
        && secrets
            .iter()
            .any(|secret| signed.is_signed_by(secret, fingerprint, signature))
    {
        Ok(())
    } else {
        Err(Error::Key)
    }
}

/// The URLs a caller may have signed: where we say we are, and where it says it called us. The
/// second is the caller's word, but a word under its own signature.
fn urls(parts: &Parts) -> Vec<String> {
    let path = parts
        .extensions
        .get::<axum::extract::OriginalUri>()
        .map_or(&parts.uri, |uri| &uri.0);
    let path = path.path_and_query().map_or("/", |path| path.as_str());
    let public = parts.extensions.get::<PublicUrl>().map_or("", |url| &url.0);
    let mut bases = vec![public.to_owned()];
    let scheme = public
        .split_once("://")
        .map_or("http", |(scheme, _)| scheme);
    if let Some(host) = parts
        .headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
    {
        bases.push(format!("{scheme}://{}", host.to_ascii_lowercase()));
    }
    bases.iter().map(|base| format!("{base}{path}")).collect()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, Error> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .ok_or(Error::Key)
}

impl Signed<'_> {
    fn fingerprint(&self, url: &str) -> String {
        let digest = Sha256::new()
            .chain_update(self.method)
            .chain_update("\n")
            .chain_update(url)
            .chain_update("\n")
            .chain_update(self.body)
            .chain_update("\n")
            .chain_update(self.key)
            .chain_update("\n")
            .chain_update(self.date)
            .finalize();
        format!("v1={}", hex::encode(digest))
    }

    /// SHA-256, or the SHA-512/256 of clients up to 1.0.38.
    fn is_signed_by(&self, secret: &SigningSecret, fingerprint: &str, signature: &str) -> bool {
        let Some(Ok(mac)) = signature.strip_prefix("v1=").map(hex::decode) else {
            return false;
        };
        let parts = [
            fingerprint.as_bytes(),
            self.key.as_bytes(),
            self.date.as_bytes(),
        ];
        let secret = secret.reveal().as_bytes();
        matches::<Hmac<Sha256>>(secret, parts, &mac)
            || matches::<Hmac<Sha512_256>>(secret, parts, &mac)
    }
}

/// Compares in constant time.
fn matches<M: KeyInit + hmac::Mac>(secret: &[u8], parts: [&[u8]; 3], mac: &[u8]) -> bool {
    let Ok(computed) = <M as KeyInit>::new_from_slice(secret) else {
        return false;
    };
    let computed = parts.into_iter().fold(computed, hmac::Mac::chain_update);
    computed.verify_slice(mac).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vector of section 6.
    #[test]
    fn agrees_with_the_published_vector() {
        let body = br#"{"pksCustomerCode": "demo","fkiLanguageID": "2","eUserTypeSSPR": "Native","sEmailAddress": "example@domain.com"}"#;
        let signed = Signed {
            method: "POST",
            body,
            key: "ThisIsMyAuthorizationKey",
            date: "2000-12-31T23:59:59Z",
        };
        let url = "https://prod.api.global.ezmax.com/1/module/sspr/sendUsernames";
        let fingerprint = signed.fingerprint(url);
        assert_eq!(
            fingerprint,
            "v1=6dbdbc26437f1216f9cd0068a4fc35c272a062b1f638c7557d497ebbf3702ded"
        );
        let secret = SigningSecret::from_text("ThisIsTheSecretAssociatedToTheAuthorizationKey");
        for mac in [
            "v1=71e05f01eaab704ec76a078a9a5c49abe9d5a490786e43b86156d281acda7cba",
            "v1=62219af85fb56038bdd24666a775a88e05bfcd44ff59ac5d3f25d39e4d63b9ac",
        ] {
            assert!(signed.is_signed_by(&secret, &fingerprint, mac), "{mac}");
        }
        let forged = "v1=71e05f01eaab704ec76a078a9a5c49abe9d5a490786e43b86156d281acda7cbb";
        assert!(!signed.is_signed_by(&secret, &fingerprint, forged));
    }
}
