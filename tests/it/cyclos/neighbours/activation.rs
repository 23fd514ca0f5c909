//! `POST /clients/activate`: a code becomes the token of an access client.

use futures::future::join_all;
use serde_json::json;
use sqlx::PgPool;
use time::Duration;

use super::{SITE, activate};
use crate::cyclos::auth::{PIN, not, types};
use crate::cyclos::{OLD, USER, WRONG, call, with};
use crate::harness::{Reply, World};

fn token_of(reply: &Reply) -> String {
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["token"].as_str().unwrap().to_owned()
}

fn is_no_code(reply: &Reply) {
    reply.is(404, &json!({"entityType": "AccessClient", "key": ""}));
}

/// Eight digits, which with the account's password are traded for a token, once.
#[rekey_test::on_a_database]
async fn a_code_is_traded_once(db: PgPool) {
    let world = World::new(db).await;
    world.site().await;
    let code = world.activation(SITE).await;
    assert!(code.len() == 8 && code.bytes().all(|byte| byte.is_ascii_digit()));
    let reply = world.activate(&format!("%20{code}%20")).await;
    let token = token_of(&reply);
    assert_eq!(reply.json()["accessClient"]["name"], "Web site");
    assert_eq!(reply.json().as_object().unwrap().len(), 2);
    let auth = world.send(call("GET", "/auth").client(&token)).await.json();
    assert_eq!(auth["user"]["shortDisplay"], SITE);
    assert_eq!(auth["accessClient"], reply.json()["accessClient"]);
    is_no_code(&world.activate(&code).await);
    world.hand.turn(Duration::days(365));
    let auth = world.send(call("GET", "/auth").client(&token)).await;
    assert_eq!(auth.status, 200, "it does not age");
}

/// Two at the same instant get one token.
#[rekey_test::on_a_database]
async fn racing_activations_have_one_winner(db: PgPool) {
    let world = World::new(db).await;
    world.site().await;
    let session = world.session_of(SITE, OLD).await;
    let code = world.activation(SITE).await;
    let query = format!("code={code}");
    let calls = (0..4).map(|_| world.send(activate(&query).session(&session)));
    let replies = join_all(calls).await;
    let won = replies.iter().filter(|reply| reply.status == 200).count();
    assert_eq!(won, 1);
    for reply in replies.iter().filter(|reply| reply.status != 200) {
        is_no_code(reply);
    }
}

/// A code is its account's, its tenant's, and none without the password; a day old it is none at all.
#[rekey_test::on_a_database]
async fn a_code_is_bound_and_dies(db: PgPool) {
    let world = World::new(db).await;
    world.site().await;
    let code = world.activation(SITE).await;
    let query = format!("code={code}");
    world
        .send(activate(&query))
        .await
        .is_code(401, "missingAuthorization");
    world
        .send(activate(&query).basic(SITE, WRONG))
        .await
        .is_code(401, "login");
    is_no_code(&world.send(activate(&query).basic(USER, OLD)).await);
    // Nor is it a token, or the token a code.
    world
        .send(call("GET", "/auth").client(&code))
        .await
        .is_code(401, "invalidAccessClient");
    world.hand.turn(Duration::days(1) - Duration::SECOND);
    let other = world.activation(SITE).await;
    token_of(&world.activate(&code).await);
    world.hand.turn(Duration::days(1));
    is_no_code(&world.activate(&other).await);
}

/// As many wrong codes as the password takes tries; the last ends what waits, and no more are heard for an hour.
#[rekey_test::on_a_database]
async fn wrong_codes_are_counted_across_codes(db: PgPool) {
    let world = World::new(db).await;
    world.site().await;
    let code = world.activation(SITE).await;
    // A right one is not counted.
    for _ in 0..4 {
        is_no_code(&world.activate(&not(&code)).await);
    }
    token_of(&world.activate(&code).await);
    let code = world.activation(SITE).await;
    is_no_code(&world.activate(&not(&code)).await);
    let reply = world.activate(&code).await;
    assert_eq!(reply.status, 429, "{}", reply.body);
    assert_eq!(reply.header("retry-after"), Some("3600"));
    world.hand.turn(Duration::HOUR);
    is_no_code(&world.activate(&code).await);
    // An operator makes another, and lets them try at once.
    for _ in 0..4 {
        is_no_code(&world.activate(&not(&code)).await);
    }
    let code = world.activation(SITE).await;
    assert_eq!(world.activate(&code).await.status, 429);
    world
        .operator
        .unblock_account(&world.tenant, SITE, None)
        .await
        .unwrap();
    token_of(&world.activate(&code).await);
}

/// A prefix is the client's half: the token alone is none.
#[rekey_test::on_a_database]
async fn a_prefix_is_part_of_the_token(db: PgPool) {
    let world = World::new(db).await;
    world.site().await;
    let code = world.activation(SITE).await;
    for wrong in ["a%20b", "%C3%A9", &"x".repeat(101), "%00"] {
        let call = activate(&format!("code={code}&prefix={wrong}")).basic(SITE, OLD);
        world.send(call).await.is_invalid(&["prefix"]);
    }
    let call = activate(&format!("code={code}&prefix=shop-1.")).basic(SITE, OLD);
    let token = token_of(&world.send(call).await);
    assert!(!token.contains("shop"));
    let auth = async |token: &str| {
        world
            .send(super::super::call("GET", "/auth").client(token))
            .await
    };
    auth(&token).await.is_code(401, "invalidAccessClient");
    assert_eq!(auth(&format!("shop-1.{token}")).await.status, 200);
}

/// Without a code it says so; a password that must be changed, and one that is half of the proof, fetch nothing.
#[rekey_test::on_a_database]
async fn who_may_not_do_anything_yet_fetches_nothing(db: PgPool) {
    let more = types(&[PIN], "secondary = \"pin\"\n");
    let world = World::with(db, with(&more)).await;
    world.site().await;
    world
        .import(r#"{"login":"website","passwords":{"pin":{"value":"47110815"}}}"#)
        .await;
    let code = world.activation(SITE).await;
    world.activate(&code).await.is_code(403, "permissionDenied");
    let session = world.session_of(SITE, OLD).await;
    world
        .send(activate(&format!("code={code}")).session(&session))
        .await
        .is_code(403, "permissionDenied");
    world.second(&session, "47110815").await.is_empty(204);
    for query in ["", "code=", "code=%20"] {
        world
            .send(activate(query).session(&session))
            .await
            .is(422, &json!({"code": "missingParameter", "name": "code"}));
    }
    token_of(
        &world
            .send(activate(&format!("code={code}")).session(&session))
            .await,
    );
}

/// What ends keys ends those that wait for a code: revoking, disabling, and a database that was restored.
#[rekey_test::on_a_database]
async fn a_client_that_waits_ends_like_any_other(db: PgPool) {
    let world = World::new(db).await;
    world.site().await;
    let (operator, tenant) = (&world.operator, &world.tenant);
    let made = operator
        .create_activation(tenant, SITE, None)
        .await
        .unwrap();
    operator.revoke_key(tenant, made.key_id).await.unwrap();
    is_no_code(&world.activate(made.code.reveal()).await);
    let code = world.activation(SITE).await;
    operator.disable_account(tenant, SITE).await.unwrap();
    operator.enable_account(tenant, SITE).await.unwrap();
    is_no_code(&world.activate(&code).await);
    let code = world.activation(SITE).await;
    let settled = operator.settle_restored().await.unwrap();
    assert_eq!(settled.keys, 1);
    is_no_code(&world.activate(&code).await);
}

/// Neither code nor token rests anywhere; the trail tells of both by the key's id.
#[rekey_test::on_a_database]
async fn only_digests_of_codes_are_stored(db: PgPool) {
    let world = World::new(db).await;
    world.site().await;
    let code = world.activation(SITE).await;
    is_no_code(&world.activate(&not(&code)).await);
    let token = token_of(&world.activate(&code).await);
    let rows: Vec<String> = sqlx::query_scalar(
        "select t::text from api_key t union all select t::text from audit_event t",
    )
    .fetch_all(&world.db)
    .await
    .unwrap();
    for secret in [&code, &token] {
        for row in &rows {
            assert!(
                !row.contains(secret.as_str()) && !row.contains(&hex::encode(secret)),
                "{row}"
            );
        }
    }
    let outcomes: Vec<String> = sqlx::query_scalar(
        "select outcome from audit_event where action = 'client.activated' order by outcome",
    )
    .fetch_all(&world.db)
    .await
    .unwrap();
    assert_eq!(outcomes, ["done", "wrong code"]);
}
