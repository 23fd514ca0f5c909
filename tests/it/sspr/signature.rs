//! Section 6 and D12: signed requests. The vector of section 6 is a unit test beside the code.

use hmac::{Hmac, KeyInit as _, Mac as _};
use rekey::domain::key::{KeySecret, Kind};
use rekey::operator::CreateKey;
use sha2::{Digest as _, Sha256, Sha512_256};
use sqlx::PgPool;

use super::{minimal, path};
use crate::harness::world::Setting;
use crate::harness::{Call, World};

/// The moment a world begins, as clients write it.
const NOW: &str = "2026-01-01T12:00:00Z";

struct Signer {
    key: String,
    secret: String,
}

impl Signer {
    async fn new(world: &World) -> Self {
        let asked = CreateKey {
            kind: Kind::Sspr,
            name: None,
            must_sign: true,
        };
        let made = world
            .operator
            .create_key(&world.tenant, &asked)
            .await
            .unwrap();
        let secret = made.signing_secret.unwrap().reveal().to_owned();
        let key: KeySecret = made.secret;
        Self {
            key: key.reveal().to_owned(),
            secret,
        }
    }

    fn sign(&self, url: &str, body: &str, date: &str, is_old: bool) -> (String, String) {
        let told = ["POST", url, body, &self.key, date].join("\n");
        let fingerprint = format!("v1={}", hex::encode(Sha256::digest(told)));
        let signed = format!("{fingerprint}{}{date}", self.key);
        let mac = if is_old {
            let mac = Hmac::<Sha512_256>::new_from_slice(self.secret.as_bytes()).unwrap();
            hex::encode(mac.chain_update(signed).finalize().into_bytes())
        } else {
            let mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).unwrap();
            hex::encode(mac.chain_update(signed).finalize().into_bytes())
        };
        (fingerprint, format!("v1={mac}"))
    }

    /// Signs as eZmax's client for PHP does where it is given a prefix: the header's whole value.
    fn prefixed(&self, prefix: &str, url: &str) -> Call {
        let whole = Self {
            key: format!("{prefix} {}", self.key),
            secret: self.secret.clone(),
        };
        whole.call(url, NOW, false)
    }

    fn call(&self, url: &str, date: &str, is_old: bool) -> Call {
        let body = minimal("sendUsernames").to_string();
        let (fingerprint, signature) = self.sign(url, &body, date, is_old);
        Call::new("POST", path("sendUsernames"))
            .header("authorization", &self.key)
            .header("content-type", "application/json")
            .header("ezmax-date", date)
            .header("ezmax-fingerprint", fingerprint)
            .header("ezmax-signature", signature)
            .body(body)
    }
}

fn url() -> String {
    format!("http://rekey.localhost{}", path("sendUsernames"))
}

/// Both algorithms, and a date in another zone.
#[rekey_test::on_a_database]
async fn d12_a_good_signature_is_taken(db: PgPool) {
    let world = World::new(db).await;
    let signer = Signer::new(&world).await;
    for is_old in [true, false] {
        world.send(signer.call(&url(), NOW, is_old)).await.is_done();
        world
            .send(signer.call(&url(), "2026-01-01T07:02:00-05:00", is_old))
            .await
            .is_done();
    }
    let bearer = signer.call(&url(), NOW, false);
    let headers = bearer.headers.iter().map(|(name, value)| match *name {
        "authorization" => (*name, format!("Bearer {value}")),
        _ => (*name, value.clone()),
    });
    let bearer = Call {
        headers: headers.collect(),
        ..Call::new("POST", path("sendUsernames"))
    }
    .body(minimal("sendUsernames").to_string());
    world.send(bearer).await.is_done();
}

/// Behind a proxy a caller may have signed the host it called.
#[rekey_test::on_a_database]
async fn d12_the_host_that_was_called_may_be_signed(db: PgPool) {
    let world = World::new(db).await;
    let signer = Signer::new(&world).await;
    let url = format!("http://recovery.example:8080{}", path("sendUsernames"));
    let call = signer.call(&url, NOW, false);
    let status = world.send(signer.call(&url, NOW, false)).await.status;
    assert_eq!(status, 403, "another host than the one that was called");
    world
        .send(call.header("host", "Recovery.example:8080"))
        .await
        .is_done();
}

/// D12: more than five minutes away is 400, in either direction.
#[rekey_test::on_a_database]
async fn d12_a_clock_may_be_five_minutes_off(db: PgPool) {
    let world = World::new(db).await;
    let signer = Signer::new(&world).await;
    for date in ["2026-01-01T11:55:00Z", "2026-01-01T12:05:00Z"] {
        world.send(signer.call(&url(), date, false)).await.is_done();
    }
    for date in [
        "2026-01-01T11:54:59Z",
        "2026-01-01T12:05:01Z",
        "2000-12-31T23:59:59Z",
    ] {
        let reply = world.send(signer.call(&url(), date, false)).await;
        let message = "Ezmax-Date is more than 5 minutes from the server's time";
        reply.is_refused(400, "BADREQUEST_CLOCKSKEW", message);
    }
}

/// D12: anything else wrong with the signature is 403; without one, too.
#[rekey_test::on_a_database]
async fn d12_a_bad_or_missing_signature_is_refused(db: PgPool) {
    let world = World::new(db).await;
    let signer = Signer::new(&world).await;
    for header in ["ezmax-date", "ezmax-fingerprint", "ezmax-signature"] {
        for wrong in [None, Some("v1=00"), Some("nonsense"), Some("")] {
            let mut call = signer.call(&url(), NOW, false);
            call.headers.retain(|(name, _)| *name != header);
            if let Some(wrong) = wrong {
                call = call.header(header, wrong);
            }
            let reply = world.send(call).await;
            reply.is_refused(403, "FORBIDDEN", "API key missing or not accepted");
        }
    }
    let other_body = minimal("sendUsernames")
        .to_string()
        .replace("example@", "evil@");
    let tampered = signer.call(&url(), NOW, false).body(other_body);
    world
        .send(tampered)
        .await
        .is_refused(403, "FORBIDDEN", "API key missing or not accepted");
}

/// D12: a key that need not sign may send whatever headers it likes.
#[rekey_test::on_a_database]
async fn d12_headers_are_ignored_unless_the_key_must_sign(db: PgPool) {
    let world = World::new(db).await;
    let call = world
        .sspr_call("sendUsernames", &minimal("sendUsernames"))
        .header("ezmax-date", "1999-01-01T00:00:00Z")
        .header("ezmax-fingerprint", "v1=00")
        .header("ezmax-signature", "v1=00");
    world.send(call).await.is_done();
}

/// K1: a proxy that ends TLS hands a call on as `http`, under a host of its own. What the caller signed
/// was one of two hosts with one of two schemes, and nothing else.
#[rekey_test::on_a_database]
async fn k1_either_scheme_of_either_host_may_be_signed(db: PgPool) {
    for public in ["https://recover.example", "http://recover.localhost:8080"] {
        let world = World::with(
            db.clone(),
            Setting {
                public_url: public.to_owned(),
                ..Setting::default()
            },
        )
        .await;
        let signer = Signer::new(&world).await;
        let (_, host) = public.split_once("://").unwrap();
        let send = async |base: &str, path: &str, called: &str| {
            let call = signer.call(&format!("{base}{path}"), NOW, false);
            world.send(call.header("host", called)).await
        };
        let here = path("sendUsernames");
        for scheme in ["https", "http"] {
            for place in [host, "inner:3000"] {
                let base = format!("{scheme}://{place}");
                send(&base, &here, "Inner:3000").await.is_done();
            }
            for place in [
                "evil.example",
                "inner",
                "inner:3001",
                "inner:3000@evil.example",
                "recover.example.evil.example",
            ] {
                let base = format!("{scheme}://{place}");
                let reply = send(&base, &here, "inner:3000").await;
                reply.is_refused(403, "FORBIDDEN", "API key missing or not accepted");
            }
        }
        for base in ["ftp://inner:3000", "HTTPS://inner:3000", "inner:3000", ""] {
            assert_eq!(send(base, &here, "inner:3000").await.status, 403, "{base}");
        }
        let there = path("validateToken");
        let other = send("http://inner:3000", &there, "inner:3000").await;
        assert_eq!(other.status, 403, "another path");
        // What a proxy says was called is not asked.
        let call = signer.call(&format!("https://said.example{here}"), NOW, false);
        let call = call
            .header("x-forwarded-host", "said.example")
            .header("forwarded", "host=said.example;proto=https");
        assert_eq!(world.send(call).await.status, 403);
    }
}

/// K2: a client may sign its key, or the whole of the header that it sends it in.
#[rekey_test::on_a_database]
async fn k2_what_was_presented_may_be_signed(db: PgPool) {
    let world = World::new(db).await;
    let signer = Signer::new(&world).await;
    for prefix in ["Bearer", "bearer", "BEARER"] {
        world.send(signer.prefixed(prefix, &url())).await.is_done();
    }
    // One thing is signed throughout: not the key here and the header there.
    let mut mixed = signer.prefixed("Bearer", &url());
    let bare = signer.call(&url(), NOW, false);
    let of = |call: &Call, name: &str| {
        let mut headers = call.headers.iter();
        headers
            .find(|(header, _)| *header == name)
            .unwrap()
            .1
            .clone()
    };
    let fingerprint = of(&bare, "ezmax-fingerprint");
    for (name, value) in &mut mixed.headers {
        if *name == "ezmax-fingerprint" {
            value.clone_from(&fingerprint);
        }
    }
    assert_eq!(world.send(mixed).await.status, 403);
    // Another prefix is no part of a key that we know, signed or not.
    let reply = world.send(signer.prefixed("Basic", &url())).await;
    reply.is_refused(403, "FORBIDDEN", "API key missing or not accepted");
    let stranger = Signer {
        key: signer.key.clone(),
        secret: "another secret, of nobody".to_owned(),
    };
    assert_eq!(
        world.send(stranger.prefixed("Bearer", &url())).await.status,
        403
    );
}
