//! Signed requests: contracts/sspr.md, section 6 and D12.
//!
//! Headers are ignored unless the key was made to require a signature.

use axum::http::HeaderMap;
use axum::http::request::Parts;
use hmac::{Hmac, KeyInit};
use sha2::{Digest as _, Sha256, Sha512_256};
use time::format_description::well_known::Iso8601;
use time::{Duration, OffsetDateTime};

use super::{Error, PublicUrl, key};
use crate::api::host;
use crate::domain::Timestamp;
use crate::domain::key::SigningSecret;

/// How far a caller's clock may be from ours.
const SKEW: Duration = Duration::minutes(5);

/// What is signed, but for the URL.
struct Signed<'a> {
    method: &'a str,
    body: &'a [u8],
    key: &'a str,
    date: &'a str,
}

/// Why a signature was refused, for whoever reads the log. The caller learns no more than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    /// A header is not there, or not text.
    Absent(&'static str),
    /// The date is no date.
    Date,
    /// The date is too far from ours.
    Skew,
    /// The signature fits no secret of the key: it was made with another, or not of what was sent.
    Secret,
    /// The secret is right, and what it was made for is not what arrived.
    Request,
}

impl Refusal {
    /// Says what to look at, and nothing of what was signed.
    fn reason(self) -> &'static str {
        match self {
            Self::Absent("ezmax-date") => "there is no Ezmax-Date",
            Self::Absent("ezmax-fingerprint") => "there is no Ezmax-Fingerprint",
            Self::Absent("ezmax-signature") => "there is no Ezmax-Signature",
            Self::Absent(_) => "there is no key",
            Self::Date => "Ezmax-Date is no date of ISO 8601",
            Self::Skew => "Ezmax-Date is more than 5 minutes from the server's time",
            Self::Secret => {
                "Ezmax-Signature was made with no signing secret of this key, or with another \
                 key, date or fingerprint than were sent"
            }
            Self::Request => {
                "Ezmax-Fingerprint is of another method, URL or body than arrived: the caller must \
                 sign for server.public_url or for the Host that arrives here, and no proxy may \
                 change the path or the body"
            }
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Skew => Self::ClockSkew,
            Refusal::Absent(_) | Refusal::Date | Refusal::Secret | Refusal::Request => Self::Key,
        }
    }
}

/// Checks a signature by any of `secrets`. Without secrets, none is asked for. The log says why one was
/// refused, or nobody who sets a proxy up could find out.
pub(super) fn check(
    parts: &Parts,
    body: &[u8],
    secrets: &[SigningSecret],
    now: Timestamp,
) -> Result<(), Error> {
    if secrets.is_empty() {
        return Ok(());
    }
    evaluate(parts, body, secrets, now).map_err(|refusal| {
        tracing::info!(reason = refusal.reason(), "refused a signature");
        refusal.into()
    })
}

fn evaluate(
    parts: &Parts,
    body: &[u8],
    secrets: &[SigningSecret],
    now: Timestamp,
) -> Result<(), Refusal> {
    let headers = &parts.headers;
    let date = text(headers, "ezmax-date")?;
    let fingerprint = text(headers, "ezmax-fingerprint")?;
    let signature = text(headers, "ezmax-signature")?;
    let signed_at = OffsetDateTime::parse(date, &Iso8601::DEFAULT).map_err(|_| Refusal::Date)?;
    if (now - signed_at).abs() > SKEW {
        return Err(Refusal::Skew);
    }
    let presented = text(headers, "authorization")?;
    // Some clients sign the key, others the whole header, prefix and all: eZmax's for PHP with
    // `setApiKeyPrefix`.
    let mut keys = vec![key::bare(presented)];
    if keys[0] != presented {
        keys.push(presented);
    }
    // The secret first: it is cheap, and whoever lacks it buys no digest of the body.
    let mut signed = keys.iter().map(|key| Signed {
        method: parts.method.as_str(),
        body,
        key,
        date,
    });
    let signed = signed.find(|signed| {
        let mut secrets = secrets.iter();
        secrets.any(|secret| signed.is_signed_by(secret, fingerprint, signature))
    });
    let signed = signed.ok_or(Refusal::Secret)?;
    let fits = |url: &String| signed.fingerprint(url) == fingerprint;
    urls(parts)
        .iter()
        .any(fits)
        .then_some(())
        .ok_or(Refusal::Request)
}

/// The URLs a caller may have signed: of the host where we say we are, and of the one that it says it
/// called, each with and without TLS. Behind a proxy that ends TLS nothing tells for sure what was
/// called (D12). The host and the scheme are the caller's word, but a word under its own signature.
fn urls(parts: &Parts) -> Vec<String> {
    let path = parts
        .extensions
        .get::<axum::extract::OriginalUri>()
        .map_or(&parts.uri, |uri| &uri.0);
    let path = path.path_and_query().map_or("/", |path| path.as_str());
    let public = parts.extensions.get::<PublicUrl>().map_or("", |url| &url.0);
    let (scheme, place) = public.split_once("://").unwrap_or(("http", public));
    let called = host::authority(parts).map(|host| host.as_str().to_ascii_lowercase());
    let mut places = vec![place];
    places.extend(called.as_deref().filter(|called| *called != place));
    let other = if scheme == "https" { "http" } else { "https" };
    let schemes = [scheme, other];
    let urls = schemes.iter().flat_map(|scheme| {
        let of = move |place: &&str| format!("{scheme}://{place}{path}");
        places.iter().map(of)
    });
    urls.collect()
}

fn text<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<&'a str, Refusal> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .ok_or(Refusal::Absent(name))
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

    /// K1: what the log says is the cause, and nothing of what was signed.
    #[test]
    fn a_refusal_has_its_reason_and_no_words_of_the_request() {
        let now = time::macros::datetime!(2026-01-01 12:00 UTC);
        let secret = SigningSecret::from_text("a secret that is shared by two");
        let other = SigningSecret::from_text("a secret that is another's");
        let refused = |change: fn(&mut Parts), url: &str, secret: &SigningSecret| {
            let (date, body) = ("2026-01-01T12:00:00Z", b"{}");
            let signed = Signed {
                method: "POST",
                body,
                key: "the-key",
                date,
            };
            let fingerprint = signed.fingerprint(url);
            let told = [fingerprint.as_str(), "the-key", date].concat();
            let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.reveal().as_bytes());
            let mac = hmac::Mac::chain_update(mac.unwrap(), told);
            let mac = hex::encode(hmac::Mac::finalize(mac).into_bytes());
            let request = axum::http::Request::post("/x?q=1")
                .header("host", "inner:3000")
                .header("authorization", "the-key")
                .header("ezmax-date", date)
                .header("ezmax-fingerprint", fingerprint)
                .header("ezmax-signature", format!("v1={mac}"));
            let mut parts = request.body(()).unwrap().into_parts().0;
            change(&mut parts);
            let secrets = [SigningSecret::from_text("a secret that is shared by two")];
            let outcome = evaluate(&parts, body, &secrets, now).err();
            for private in ["the-key", "inner", "q=1", "v1=", "secret that"] {
                let reason = outcome.map_or("", Refusal::reason);
                assert!(!reason.contains(private), "{reason}");
            }
            outcome
        };
        let (as_it_is, url): (fn(&mut Parts), _) = (|_| {}, "https://inner:3000/x?q=1");
        assert_eq!(refused(as_it_is, url, &secret), None);
        assert_eq!(refused(as_it_is, url, &other), Some(Refusal::Secret));
        let elsewhere = "https://elsewhere.example/x?q=1";
        assert_eq!(
            refused(as_it_is, elsewhere, &secret),
            Some(Refusal::Request)
        );
        let undated = refused(
            |parts| drop(parts.headers.remove("ezmax-date")),
            url,
            &secret,
        );
        assert_eq!(undated, Some(Refusal::Absent("ezmax-date")));
        let late: fn(&mut Parts) = |parts| {
            let date = axum::http::HeaderValue::from_static("2026-01-01T12:05:01Z");
            parts.headers.insert("ezmax-date", date);
        };
        assert_eq!(refused(late, url, &secret), Some(Refusal::Skew));
        let nonsense: fn(&mut Parts) = |parts| {
            let date = axum::http::HeaderValue::from_static("today");
            parts.headers.insert("ezmax-date", date);
        };
        assert_eq!(refused(nonsense, url, &secret), Some(Refusal::Date));
    }
}
