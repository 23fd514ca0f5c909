//! What a key lives through and what ends it (rows 17 and 23).

use sqlx::PgPool;
use time::Duration;

use super::{EMAIL, NEW, OLD, change, update};
use crate::harness::World;
use crate::sspr;

/// Row 23: two hours from the sign-in, however often it is used.
#[rekey_test::on_a_database]
async fn row_23_a_key_dies_after_two_hours(db: PgPool) {
    let world = World::new(db).await;
    let key = world.turbo_key(EMAIL, OLD).await;
    for _ in 0..7 {
        assert!(world.is_live(&key).await);
        world.hand.turn(Duration::minutes(17));
    }
    assert!(world.is_live(&key).await, "at 1 h 59");
    world.hand.turn(Duration::minutes(1));
    assert!(!world.is_live(&key).await, "at 2 h");
}

/// Rows 17 and 23: `no_expire` lives until it is ended, and a reset ends it, through either API.
/// (S-01, L16.)
#[rekey_test::on_a_database]
async fn row_17_a_reset_ends_every_key(db: PgPool) {
    let world = World::new(db).await;
    let (lasting, (pair, secret)) = (world.lasting_key().await, world.pair("JohnDoe").await);
    world.hand.turn(Duration::days(365));
    assert!(world.is_live(&lasting).await, "after a year");
    let short = world.turbo_key(EMAIL, OLD).await;
    let token = world.turbo_token().await;
    world.update(&update(&token, NEW)).await.is_success();
    world.post().await;
    assert!(!world.is_live(&lasting).await);
    assert!(!world.is_live(&short).await);
    let call = super::call("POST", "deauthorize")
        .header("consumerkey", pair)
        .header("consumersecret", secret);
    let kept = world.send(call).await;
    kept.says(200, "token_deauthorized");

    let key = world.turbo_key(EMAIL, NEW).await;
    let body = sspr::with_token("resetPassword", &world.reset_token().await);
    world.sspr("resetPassword", &body).await.is_done();
    world.post().await;
    assert!(!world.is_live(&key).await, "SSPR ends it too");
}

/// Row 17: a change ends the account's other keys and keeps the one that asked.
#[rekey_test::on_a_database]
async fn row_17_a_change_keeps_the_presented_key_only(db: PgPool) {
    let world = World::new(db).await;
    world
        .import(r#"{"login":"Ann","email":"ann@domain.example","passwords":{"login":{"value":"Forgotten-2026"}}}"#)
        .await;
    let (kept, other, lasting) = (
        world.turbo_key(EMAIL, OLD).await,
        world.turbo_key(EMAIL, OLD).await,
        world.lasting_key().await,
    );
    let anns = world.turbo_key("ann@domain.example", OLD).await;
    let token = world.turbo_token().await;
    world.change(&kept, &change(OLD, NEW)).await.is_success();
    let letters = world.post().await;
    assert_eq!(letters.len(), 1, "a notice");
    assert!(world.is_live(&kept).await);
    assert!(!world.is_live(&other).await);
    assert!(!world.is_live(&lasting).await);
    assert!(world.is_live(&anns).await, "nobody else's");
    let voided = world.check(&kept, &token).await;
    voided.says(403, "token_is_invalid");
    world.hand.turn(Duration::hours(2));
    assert!(!world.is_live(&kept).await, "a change lengthens nothing");
}

/// A key of one tenant is unknown in another.
#[rekey_test::on_a_database]
async fn a_key_is_good_in_its_own_tenant_only(db: PgPool) {
    let world = World::new(db).await;
    world.neighbour().await;
    let key = world.turbo_key(EMAIL, OLD).await;
    let call = crate::harness::Call::new("POST", "/api/v2/deauthorize")
        .header("host", "o.localhost")
        .header("authorization", key.as_str());
    let reply = world.send(call).await;
    reply.says(401, "invalid_authorization_key");
    assert!(world.is_live(&key).await);
}

/// Row 23: what is stored of keys and pairs is a digest, whatever table one looks into.
#[rekey_test::on_a_database]
async fn row_23_only_digests_are_stored(db: PgPool) {
    let world = World::new(db).await;
    let key = world.turbo_key(EMAIL, OLD).await;
    let (pair, secret) = world.pair("JohnDoe").await;
    let everything: Vec<String> = sqlx::query_scalar(
        "select t::text from api_key t union all select t::text from audit_event t \
         union all select t::text from job t union all select t::text from throttle t",
    )
    .fetch_all(&world.db)
    .await
    .unwrap();
    assert!(everything.len() > 4);
    let bytes = hex::encode(&key);
    for row in everything {
        for clear in [&key, &pair, &secret, &bytes] {
            assert!(!row.contains(clear.as_str()), "{row}");
        }
        assert!(!row.contains(OLD), "{row}");
    }
}
