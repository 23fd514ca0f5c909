//! Row 22: limits, driven by request data only.

use rekey::domain::limit::Rate;
use serde_json::json;
use sqlx::PgPool;
use time::Duration;

use super::{EMAIL, OLD, call, login};
use crate::harness::{Reply, World};

const THREE: Rate = Rate {
    times: 3,
    per: Duration::HOUR,
};

fn is_one_too_many(reply: &Reply) {
    reply.says(429, "too_many_requests");
    assert_eq!(reply.header("retry-after"), Some("3600"));
}

/// known, unknown and malformed addresses are counted alike, before anybody looks.
#[rekey_test::on_a_database]
async fn r_06_an_address_over_its_limit_known_or_not(db: PgPool) {
    let world = World::limited(db, |limits| limits.recovery_per_identifier = THREE).await;
    for email in [
        EMAIL,
        "nobody@domain.example",
        "disabled@domain.example",
        "not an address",
    ] {
        for _ in 0..3 {
            let status = world.ask(email).await.status.as_u16();
            assert!([200, 404].contains(&status), "{status}");
        }
        is_one_too_many(&world.ask(email).await);
        is_one_too_many(&world.ask(&email.to_uppercase()).await);
    }
    world.post().await;
    world.hand.turn(Duration::HOUR);
    world.ask(EMAIL).await.is_success();
    world.post().await;
}

/// The limits of address and tenant come before the body, whatever it is.
#[rekey_test::on_a_database]
async fn an_address_over_its_limit_before_the_body_is_read(db: PgPool) {
    let world = World::limited(db, |limits| limits.recovery_per_address = THREE).await;
    for _ in 0..3 {
        let reply = world.send(call("POST", "forgot-password").body("{")).await;
        reply.says(400, "empty_request_body");
    }
    let long = call("POST", "forgot-password").body("x".repeat(70_000));
    is_one_too_many(&world.send(long).await);
    is_one_too_many(&world.ask(EMAIL).await);
    let elsewhere = call("POST", "forgot-password")
        .json(&json!({"email": EMAIL}))
        .from("198.51.100.7:1");
    world.send(elsewhere).await.is_success();
    world.post().await;
}

/// Sign-ins are counted by their caller's address, good ones too.
#[rekey_test::on_a_database]
async fn sign_ins_are_limited_by_address(db: PgPool) {
    let world = World::limited(db, |limits| limits.login_per_address = THREE).await;
    world.turbo_key(EMAIL, OLD).await;
    for _ in 0..2 {
        let reply = world.authorize(&login("nobody@domain.example", OLD)).await;
        reply.says(403, "wrong_credentials_specified");
    }
    let hashes = world.hasher.computed();
    is_one_too_many(&world.authorize(&login(EMAIL, OLD)).await);
    is_one_too_many(&world.authorize(&login("nobody@domain.example", OLD)).await);
    assert_eq!(world.hasher.computed(), hashes, "a refusal costs no hash");
    let elsewhere = call("POST", "authorize")
        .json(&login(EMAIL, OLD))
        .from("198.51.100.7:1");
    assert_eq!(world.send(elsewhere).await.status, 200);
    world.hand.turn(Duration::HOUR);
    world.turbo_key(EMAIL, OLD).await;
}
