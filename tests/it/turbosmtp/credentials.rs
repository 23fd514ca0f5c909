//! The authorization block, and `POST /deauthorize`.

use sqlx::PgPool;

use super::{EMAIL, NEW, OLD, call, change};
use crate::harness::{Call, World};

/// The operations that have the block.
const BLOCKED: [(&str, &str); 3] = [
    ("POST", "deauthorize"),
    ("PUT", "change-password"),
    ("GET", "forgot-password"),
];

fn blocked() -> impl Iterator<Item = Call> {
    BLOCKED
        .into_iter()
        .map(|(method, operation)| call(method, operation))
}

/// Row 1: before anything else, the body's size included.
#[rekey_test::on_a_database]
async fn row_1_no_key_at_all(db: PgPool) {
    let world = World::new(db).await;
    let (key, secret) = world.pair("JohnDoe").await;
    for call in blocked() {
        let bare = |call: &Call| Call {
            path: call.path.clone(),
            ..crate::turbosmtp::call(call.method, "")
        };
        let halves = [
            bare(&call),
            bare(&call).header("authorization", ""),
            bare(&call).header("authorization", "  "),
            bare(&call).header("consumerkey", key.as_str()),
            bare(&call).header("consumersecret", secret.as_str()),
            bare(&call)
                .header("consumerkey", key.as_str())
                .header("consumersecret", ""),
            bare(&call).body("x".repeat(70_000)),
        ];
        for call in halves {
            world
                .send(call)
                .await
                .says(401, "missing_authorization_key");
        }
    }
    let both = call("GET", "forgot-password?token=x")
        .header("consumerkey", key)
        .header("consumersecret", secret);
    let reply = world.send(both).await;
    reply.says(401, "missing_authorization_key");
}

/// Rows 2, 4 and 7: unknown, prefixed, doubled; and `Authorization` decides over a good pair.
#[rekey_test::on_a_database]
async fn row_2_a_key_that_is_not_good(db: PgPool) {
    let world = World::new(db).await;
    let good = world.turbo_key(EMAIL, OLD).await;
    let (key, secret) = world.pair("JohnDoe").await;
    let bad = [
        "x".to_owned(),
        format!("Bearer {good}"),
        format!("bearer {good}"),
        good.to_uppercase(),
        good[1..].to_owned(),
        "é".to_owned(),
        key.clone(),
        secret.clone(),
        world.key.reveal().to_owned(),
    ];
    for value in bad.iter().filter(|value| **value != good) {
        for call in blocked() {
            let call = call
                .header("authorization", value.as_str())
                .header("consumerkey", key.as_str())
                .header("consumersecret", secret.as_str());
            world
                .send(call)
                .await
                .says(401, "invalid_authorization_key");
        }
    }
    for call in blocked() {
        let twice = call
            .header("authorization", good.as_str())
            .header("authorization", good.as_str());
        let reply = world.send(twice).await;
        reply.says(401, "invalid_authorization_key");
    }
    assert!(world.is_live(&good).await);
}

/// Row 2 for pairs: an unknown key, a wrong secret, halves of two pairs.
#[rekey_test::on_a_database]
async fn row_2_a_pair_that_is_not_good(db: PgPool) {
    let world = World::new(db).await;
    let (key, secret) = world.pair("JohnDoe").await;
    let (other, _) = world.pair("Ezra").await;
    for (key, secret) in [
        (key.as_str(), "x"),
        ("x", secret.as_str()),
        (&other, &secret),
        (&secret, &key),
    ] {
        for call in [call("POST", "deauthorize"), call("PUT", "change-password")] {
            let call = call
                .header("consumerkey", key)
                .header("consumersecret", secret);
            world
                .send(call)
                .await
                .says(401, "invalid_authorization_key");
        }
    }
}

/// Row 3: the credential is good, the account is out of use; and enabling it revives no key.
#[rekey_test::on_a_database]
async fn row_3_an_account_out_of_use(db: PgPool) {
    let world = World::new(db).await;
    let live = world.turbo_key(EMAIL, OLD).await;
    let ended = world.turbo_key(EMAIL, OLD).await;
    let (key, secret) = world.pair("JohnDoe").await;
    world
        .deauthorize(&ended)
        .await
        .says(200, "token_deauthorized");
    let pair = || {
        call("POST", "deauthorize")
            .header("consumerkey", key.as_str())
            .header("consumersecret", secret.as_str())
    };
    world
        .import(r#"{"login":"JohnDoe","status":"blocked"}"#)
        .await;
    assert_eq!(
        world.said_of(&live).await,
        (401, "account_is_inactive".to_owned())
    );
    world
        .import(r#"{"login":"JohnDoe","status":"active"}"#)
        .await;
    assert!(world.is_live(&live).await, "held back for a while only");

    world.disable("JohnDoe").await;
    for call in blocked() {
        let reply = world.send(call.header("authorization", live.as_str()));
        reply.await.says(401, "account_is_inactive");
    }
    world.send(pair()).await.says(401, "account_is_inactive");
    assert!(!world.is_live(&ended).await);

    world
        .import(r#"{"login":"JohnDoe","status":"active"}"#)
        .await;
    assert!(!world.is_live(&live).await);
    let reply = world.send(pair()).await;
    reply.says(401, "invalid_authorization_key");
}

/// deauthorize: the presented key ends, and only that one; afterwards it is not good.
#[rekey_test::on_a_database]
async fn deauthorize_ends_the_presented_key(db: PgPool) {
    let world = World::new(db).await;
    let (one, other) = (world.turbo_key(EMAIL, OLD).await, world.lasting_key().await);
    world
        .deauthorize(&one)
        .await
        .says(200, "token_deauthorized");
    let again = world.deauthorize(&one).await;
    again.says(401, "invalid_authorization_key");
    assert!(world.is_live(&other).await);
    let reply = world.deauthorize(&other).await;
    reply.says(200, "token_deauthorized");
    assert!(!world.is_live(&other).await);
}

/// Row 5: with a pair only, 200, and the pair stays; its header names match in any case.
#[rekey_test::on_a_database]
async fn row_5_a_pair_stays(db: PgPool) {
    let world = World::new(db).await;
    let (key, secret) = world.pair("JohnDoe").await;
    assert!(key.len() == 32 && secret.len() == 32);
    for names in [
        ("consumerKey", "consumerSecret"),
        ("CONSUMERKEY", "consumersecret"),
    ] {
        let call = call("POST", "deauthorize")
            .header(names.0, key.as_str())
            .header(names.1, secret.as_str())
            .header("authorization", "");
        world.send(call).await.says(200, "token_deauthorized");
    }
}

/// change-password row 1 and row 4: a pair alone may not; a good key beside it may.
#[rekey_test::on_a_database]
async fn a_pair_alone_may_not_change_a_password(db: PgPool) {
    let world = World::new(db).await;
    let (key, secret) = world.pair("JohnDoe").await;
    let call = || {
        call("PUT", "change-password")
            .header("consumerkey", key.as_str())
            .header("consumersecret", secret.as_str())
            .json(&change(OLD, NEW))
    };
    let refused = world.send(call()).await;
    refused.says(403, "not_allowed_for_apikey");
    let auth = world.turbo_key(EMAIL, OLD).await;
    world
        .send(call().header("authorization", auth))
        .await
        .is_success();
    world.post().await;
}
