//! `POST` and `GET /forgot-password`.

use serde_json::{Value, json};
use sqlx::PgPool;
use time::Duration;

use super::{EMAIL, NEW, OLD, UNREADABLE, call, update, with};
use crate::harness::World;

/// Every byte percent-encoded, which no client does and any may.
fn escaped(text: &str) -> String {
    let pairs = hex::encode_upper(text).into_bytes();
    let pairs = pairs.chunks(2).map(|pair| str::from_utf8(pair).unwrap());
    pairs.flat_map(|pair| ["%", pair]).collect()
}

/// POST rows 1 and 2: the five kinds of its field. (R-07, L4.)
#[rekey_test::on_a_database]
async fn post_rows_1_and_2_five_kinds(db: PgPool) {
    let world = World::new(db).await;
    for body in UNREADABLE.into_iter().chain(["{}", " { } "]) {
        let reply = world.send(call("POST", "forgot-password").body(body)).await;
        reply.says(400, "empty_request_body");
    }
    for body in [
        json!({"email": ""}),
        json!({"email": null}),
        json!({"email": 7}),
        json!({"email": [EMAIL]}),
        json!({"mail": EMAIL}),
    ] {
        let reply = world.send(call("POST", "forgot-password").body(body.to_string()));
        reply.await.says(400, "missing_required_parameter");
    }
    assert!(world.post().await.is_empty());
}

/// POST rows 3 and 4, rows 1 and 14: only the address of an active account is known.
#[rekey_test::on_a_database]
async fn post_rows_3_and_4_known_and_unknown(db: PgPool) {
    let world = World::new(db).await;
    world.neighbour().await;
    for email in [
        "nobody@domain.example",
        "disabled@domain.example",
        "pending@domain.example",
        "neighbour@domain.example",
        "JohnDoe",
        "not an address",
        " ",
        "a@b@c",
        "example\u{ff20}domain.com",
        "example domain.com",
    ] {
        world.ask(email).await.says(404, "email_not_found");
    }
    assert!(world.post().await.is_empty());
    for email in [EMAIL, "blocked@domain.example", "nopassword@domain.example"] {
        world.ask(email).await.is_success();
        let letters = world.post().await;
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].to.as_str(), email);
    }
}

/// GET rows 0 to 3 in their order.
#[rekey_test::on_a_database]
async fn get_rows_0_to_3_in_their_order(db: PgPool) {
    let world = World::new(db).await;
    let token = world.turbo_token().await;
    let get = |path: String| call("GET", &path);
    let reply = world.send(get(format!("forgot-password?token={token}")));
    reply.await.says(401, "missing_authorization_key");
    // Row 3 of the decisions: anybody's key will do.
    world
        .import(r#"{"login":"Ann","email":"ann@domain.example","passwords":{"login":{"value":"Forgotten-2026"}}}"#)
        .await;
    let key = world.turbo_key("ann@domain.example", OLD).await;
    let with_key =
        |query: &str| get(format!("forgot-password{query}")).header("authorization", key.as_str());
    for query in [
        "",
        "?",
        "?token=",
        "?token",
        "?Token=x",
        "?x=y",
        "?token=&token=x",
    ] {
        let reply = world.send(with_key(query)).await;
        reply.says(400, "forgot_password_token_is_missing");
    }
    let escaped = escaped(&token);
    for query in [
        "?token=x".to_owned(),
        "?token=%20".to_owned(),
        "?token=a/b%2Bc".to_owned(),
        "?token=%FF%00".to_owned(),
        format!("?token={token}0"),
        format!("?token=%20{token}"),
        format!("?token={}", escaped.replace('%', "%25")),
    ] {
        let reply = world.send(with_key(&query)).await;
        reply.says(403, "token_is_invalid");
    }
    for query in [
        format!("?token={token}"),
        format!("?x=y&token={escaped}"),
        format!("?token={token}"),
    ] {
        world.send(with_key(&query)).await.is_success();
    }
    let head = call("HEAD", &format!("forgot-password?token={token}"));
    let reply = world.send(head.header("authorization", key.as_str())).await;
    assert_eq!(reply.said(), (200, ""));
    world.update(&update(&token, NEW)).await.is_success();
    world.post().await;
    world
        .check(&key, &token)
        .await
        .says(403, "token_is_invalid");
}

/// GET row 2: expired, superseded, of the other purpose, of an account out of use.
#[rekey_test::on_a_database]
async fn get_row_2_what_ends_a_token(db: PgPool) {
    let world = World::new(db).await;
    world
        .import(r#"{"login":"Ann","email":"ann@domain.example","passwords":{"login":{"value":"Forgotten-2026"}}}"#)
        .await;
    let key = world.turbo_key("ann@domain.example", OLD).await;
    let dead = |token: String| {
        let (world, key) = (&world, &key);
        async move { world.check(key, &token).await.says(403, "token_is_invalid") }
    };
    dead(world.unlock_token().await).await;
    let first = world.turbo_token().await;
    let second = world.turbo_token().await;
    dead(first).await;
    world.check(&key, &second).await.is_success();
    world.hand.turn(Duration::HOUR - Duration::SECOND);
    world.check(&key, &second).await.is_success();
    world.hand.turn(Duration::SECOND);
    dead(second).await;
    let third = world.turbo_token().await;
    world.disable("JohnDoe").await;
    dead(third).await;
}

/// Row 2 of the decisions: the tenant may take checks from anybody.
#[rekey_test::on_a_database]
async fn row_2_a_tenant_may_take_anonymous_checks(db: PgPool) {
    let more = "[turbosmtp]\ntoken_check_requires_key = false\n";
    let world = World::with(db, with(more)).await;
    let token = world.turbo_token().await;
    let path = format!("forgot-password?token={token}");
    world.send(call("GET", &path)).await.is_success();
    world.check("not a key", &token).await.is_success();
    let missing = world.send(call("GET", "forgot-password")).await;
    missing.says(400, "forgot_password_token_is_missing");
    let wrong = world.send(call("GET", "forgot-password?token=x")).await;
    wrong.says(403, "token_is_invalid");
}

/// The letter's language and link are the account's and the tenant's; the request says neither.
#[rekey_test::on_a_database]
async fn the_letter_is_in_the_accounts_language(db: PgPool) {
    let world = World::new(db).await;
    world.import(r#"{"login":"JohnDoe","language":"fr"}"#).await;
    let body = json!({"email": EMAIL, "language": Value::from("en")});
    let reply = world
        .send(call("POST", "forgot-password").json(&body))
        .await;
    reply.is_success();
    let letters = world.post().await;
    assert!(letters[0].content.text.contains("mot de passe"));
    assert!(letters[0].content.text.contains("http://rekey.localhost/"));
}
