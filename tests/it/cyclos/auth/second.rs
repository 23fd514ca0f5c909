//! 8.2: the second password of a session, typed.

use serde_json::json;
use sqlx::PgPool;
use time::Duration;

use super::{PIN, types};
use crate::cyclos::{OLD, USER, WRONG, call, with};
use crate::harness::World;

const RIGHT: &str = "47110815";

async fn world(db: PgPool, more: &str) -> World {
    let pin = format!("{PIN}{more}");
    let world = World::with(db, with(&types(&[&pin], "secondary = \"pin\""))).await;
    world.give_pin().await;
    world
}

/// Rows 1 and 3: wrong, then right, then nothing to be given any more.
#[rekey_test::on_a_database]
async fn rows_1_3_wrong_then_right_then_none_asked_for(db: PgPool) {
    let world = world(db, "").await;
    let token = world.johns_session().await;
    let wrong = world.second(&token, "0000").await;
    wrong.is_of_type(&world, "invalidPassword", "pin");
    let access = world.second(&token, OLD).await;
    access.is_of_type(&world, "invalidPassword", "pin");
    world.second(&token, RIGHT).await.is_empty(204);
    let again = world.second(&token, RIGHT).await;
    again.is_code(403, "illegalAction");
    assert_eq!(
        world.auth(&token).await.json()["pendingSecondaryPassword"],
        false
    );
    assert_eq!(
        world
            .count("select count(*) from password where failures > 0")
            .await,
        0
    );
    // Another session waits for its own.
    let other = world.johns_session().await;
    assert_eq!(
        world.auth(&other).await.json()["pendingSecondaryPassword"],
        true
    );
}

/// Row 2 and D-40: the try that closes it says so, and ends the session; signing in anew gives no
/// further tries.
#[rekey_test::on_a_database]
async fn row_2_too_many_wrong_ones_end_the_session(db: PgPool) {
    let world = world(db, "").await;
    let (token, other) = (world.johns_session().await, world.johns_session().await);
    for _ in 0..4 {
        let wrong = world.second(&token, "0000").await;
        wrong.is_of_type(&world, "invalidPassword", "pin");
    }
    let last = world.second(&token, "0000").await;
    last.is_of_type(&world, "temporarilyBlocked", "pin");
    assert!(!world.is_signed_in(&token).await);
    let shut = world.second(&other, RIGHT).await;
    shut.is_of_type(&world, "temporarilyBlocked", "pin");
    let body = json!({"code": "login", "missingSecondaryPassword": world.kind("pin", "manual")});
    world.sign_in(USER, OLD).await.is(401, &body);
    world.hand.turn(Duration::minutes(15));
    let token = world.johns_session().await;
    world.second(&token, RIGHT).await.is_empty(204);
}

/// Row 2 with the permanent policy, and where the type is disabled by wrong tries.
#[rekey_test::on_a_database]
async fn row_2_blocked_for_ever(db: PgPool) {
    let world = world(db, "max_tries = 1\nblock = \"forever\"\n").await;
    let token = world.johns_session().await;
    let last = world.second(&token, "0000").await;
    last.is_of_type(&world, "indefinitelyBlocked", "pin");
    assert!(!world.is_signed_in(&token).await);
}

/// Row 3: no second password is configured.
#[rekey_test::on_a_database]
async fn row_3_none_is_configured(db: PgPool) {
    let world = World::new(db).await;
    let token = world.johns_session().await;
    world
        .second(&token, RIGHT)
        .await
        .is_code(403, "illegalAction");
    let input = call("GET", "/auth/session/secondary-password").session(&token);
    world.send(input).await.is_code(403, "illegalAction");
}

/// Row 4 and D-16: empty is missing; JSON strings and raw text are taken alike.
#[rekey_test::on_a_database]
async fn row_4_d_16_what_a_body_says(db: PgPool) {
    let world = world(db, "").await;
    let token = world.johns_session().await;
    let post = || call("POST", "/auth/session/secondary-password").session(&token);
    let json = "application/json";
    for (kind, empty) in [(json, "\"\""), (json, ""), ("text/plain", "")] {
        let reply = world
            .send(post().header("content-type", kind).body(empty))
            .await;
        let body = json!({"code": "validation", "generalErrors": ["The password is required"]});
        reply.is(422, &body);
    }
    let reply = world
        .send(
            post()
                .header("content-type", "text/plain")
                .body(&[0xff, 0xfe][..]),
        )
        .await;
    let body = json!({"code": "validation", "generalErrors": ["The password is not text"]});
    reply.is(422, &body);
    let long = post().header("content-type", json).body("x".repeat(70_000));
    let reply = world.send(long).await;
    assert_eq!(reply.status, 413);
    assert_eq!(
        world
            .count("select count(*) from password where failures > 0")
            .await,
        0
    );

    let long = r"\u0034\u0037\u0031\u0031\u0030\u0038\u0031\u0035";
    for (kind, body) in [
        (json, format!("\"{RIGHT}\"")),
        (json, format!("\"{long}\"")),
        (json, format!(" \"{RIGHT}\" ")),
        ("application/json;charset=UTF-8", format!("\"{RIGHT}\"")),
        ("text/plain", RIGHT.to_owned()),
        ("text/plain; charset=utf-8", RIGHT.to_owned()),
        (json, RIGHT.to_owned()),
        ("", RIGHT.to_owned()),
    ] {
        let token = world.johns_session().await;
        let post = call("POST", "/auth/session/secondary-password").session(&token);
        let reply = world
            .send(post.header("content-type", kind).body(body.as_str()))
            .await;
        assert_eq!(reply.said(), (204, ""), "{kind} {body}");
    }
    // Raw text that looks quoted is what it is.
    let token = world.johns_session().await;
    let post = call("POST", "/auth/session/secondary-password").session(&token);
    let quoted = post
        .header("content-type", "text/plain")
        .body(format!("\"{RIGHT}\""));
    world
        .send(quoted)
        .await
        .is_of_type(&world, "invalidPassword", "pin");
}

/// Trap of 10: what is not ASCII comes as `\u` escapes.
#[rekey_test::on_a_database]
async fn escapes_are_what_was_typed(db: PgPool) {
    let world = world(db, "").await;
    world
        .import(r#"{"login":"JohnDoe","passwords":{"pin":{"value":"clé😀"}}}"#)
        .await;
    let token = world.johns_session().await;
    let post = call("POST", "/auth/session/secondary-password").session(&token);
    let call = post
        .header("content-type", "application/json")
        .body(r#""cl\u00e9\ud83d\ude00""#);
    world.send(call).await.is_empty(204);
}

/// Row 5 and D-41: a stateless password gets nowhere near the second one.
#[rekey_test::on_a_database]
async fn row_5_d_41_basic_and_clients(db: PgPool) {
    let world = world(db, "").await;
    let client = world.access_client(USER).await;
    for method in ["GET", "POST"] {
        let call = || call(method, "/auth/session/secondary-password").body(format!("\"{RIGHT}\""));
        world
            .send(call().client(&client))
            .await
            .is_code(403, "illegalAction");
        world
            .send(call().basic(USER, OLD))
            .await
            .is_code(403, "illegalAction");
        world
            .send(call())
            .await
            .is_code(401, "missingAuthorization");
    }
    let auth = world
        .send(call("GET", "/auth").basic(USER, OLD))
        .await
        .json();
    assert_eq!(auth["pendingSecondaryPassword"], false, "no session waits");
    // Clients are exempt, and so is the session that one opens.
    let opened = world
        .send(call("POST", "/auth/session").client(&client))
        .await
        .json();
    assert_eq!(opened["pendingSecondaryPassword"], false);
}

/// An expired second password is asked for, and must then be changed before anything else.
#[rekey_test::on_a_database]
async fn an_expired_second_password(db: PgPool) {
    let world = world(db, "validity = \"1d\"\n").await;
    world.hand.turn(Duration::DAY);
    let auth = world.sign_in(USER, OLD).await.json();
    assert_eq!(auth["pendingSecondaryPassword"], true);
    assert_eq!(auth["expiredSecondaryPassword"], true);
    let token = auth["sessionToken"].as_str().unwrap().to_owned();
    let input = call("GET", "/auth/session/secondary-password").session(&token);
    assert_eq!(world.send(input).await.json()["hasActivePassword"], false);
    world
        .second(&token, "0000")
        .await
        .is_of_type(&world, "invalidPassword", "pin");
    world.second(&token, RIGHT).await.is_empty(204);
    let auth = world.auth(&token).await.json();
    assert_eq!(auth["pendingSecondaryPassword"], false);
    assert_eq!(auth["expiredSecondaryPassword"], true);
    let other = call("DELETE", "/auth/access-client").session(&token);
    world
        .send(other)
        .await
        .is_of_type(&world, "expiredPassword", "pin");
}

/// L-05: fifty wrong ones at once are evaluated no oftener than allowed, from many sessions.
#[rekey_test::on_a_database]
async fn l_05_parallel_second_passwords(db: PgPool) {
    let world = world(db, "").await;
    let mut tokens = Vec::new();
    for _ in 0..10 {
        tokens.push(world.johns_session().await);
    }
    let calls = (0..50).map(|number| world.second(&tokens[number % 10], WRONG));
    let replies = futures::future::join_all(calls).await;
    let evaluated = replies
        .iter()
        .filter(|reply| reply.body.contains("invalidPassword"))
        .count();
    assert!(evaluated <= 5, "{evaluated}");
    let failures = "select max(failures)::bigint from password";
    assert_eq!(world.count(failures).await, 5);
    let body = json!({"code": "login", "missingSecondaryPassword": world.kind("pin", "manual")});
    world.sign_in(USER, OLD).await.is(401, &body);
}
