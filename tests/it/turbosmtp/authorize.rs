//! `POST /authorize`.

use serde_json::{Value, json};
use sqlx::PgPool;
use time::Duration;

use super::{EMAIL, OLD, UNREADABLE, but, call, login, with};
use crate::harness::World;

/// Row 1: a field that is absent, null, of a wrong type or empty, and a body that is none.
#[rekey_test::on_a_database]
async fn row_1_five_kinds_of_every_field(db: PgPool) {
    let world = World::new(db).await;
    let whole = login(EMAIL, OLD);
    for field in ["email", "password"] {
        for value in [
            Some("".into()),
            None,
            Some(Value::Null),
            Some(7.into()),
            Some(json!(["x"])),
        ] {
            let reply = world.authorize(&but(&whole, field, value)).await;
            reply.says(400, "missing_required_parameter");
        }
    }
    for value in [json!("true"), json!(1), json!([]), json!("")] {
        let reply = world
            .authorize(&but(&whole, "no_expire", Some(value)))
            .await;
        reply.says(400, "missing_required_parameter");
    }
    for body in UNREADABLE.into_iter().chain(["{}"]) {
        let reply = world.send(call("POST", "authorize").body(body)).await;
        reply.says(400, "missing_required_parameter");
    }
}

/// Rows 3, 20 and 21, and the sample shape: 40 lower-case hexadecimal digits.
#[rekey_test::on_a_database]
async fn row_3_a_key_for_the_right_password(db: PgPool) {
    let world = World::new(db).await;
    let whole = login(EMAIL, OLD);
    for body in [
        whole.clone(),
        but(&whole, "no_expire", None),
        but(&whole, "no_expire", Some(Value::Null)),
        but(&whole, "email", Some(" EXAMPLE@Domain.com ".into())),
        but(&whole, "unknown", Some(json!({"x": 1}))),
    ] {
        let untyped = call("POST", "authorize").body(body.to_string());
        let reply = world
            .send(untyped.header("content-type", "text/plain"))
            .await;
        assert_eq!(reply.status, 200, "{body}: {}", reply.body);
        let members = reply.json();
        let auth = members["auth"].as_str().unwrap();
        assert_eq!(members, json!({ "auth": auth }), "no other member");
        assert!(
            auth.len() == 40
                && auth
                    .bytes()
                    .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        );
        assert!(world.is_live(auth).await);
    }
}

/// Rows 2, 13 and 14: whatever is wrong with the credentials gets one answer, at one price. (L-04.)
#[rekey_test::on_a_database]
async fn row_2_one_answer_and_one_hash_for_whatever_is_wrong(db: PgPool) {
    let world = World::new(db).await;
    world.neighbour().await;
    world
        .sql(
            "update password set blocked_forever = true where account_id = \
             (select account_id from account where login = 'Blocked')",
        )
        .await;
    let wrong = [
        (EMAIL, "Wrong-Password-1"),
        ("nobody@domain.example", OLD),
        ("not an address", OLD),
        ("a@b@c", OLD),
        ("@", OLD),
        ("JohnDoe", OLD),
        ("neighbour@domain.example", OLD),
        ("disabled@domain.example", OLD),
        ("pending@domain.example", OLD),
        ("blocked@domain.example", OLD),
        ("nopassword@domain.example", OLD),
    ];
    let mut first = None;
    for (email, password) in wrong {
        let before = world.hasher.computed();
        let reply = world.authorize(&login(email, password)).await;
        reply.says(403, "wrong_credentials_specified");
        assert_eq!(world.hasher.computed() - before, 1, "{email}");
        let seen = crate::harness::seen::seen(&reply);
        assert_eq!(first.get_or_insert_with(|| seen.clone()), &seen, "{email}");
    }
    assert_eq!(
        world
            .count("select count(*) from api_key where kind = 'turbosmtp'")
            .await,
        0
    );
}

/// design.md, section 2: a password that is blocked, expired or reset never yields a key.
#[rekey_test::on_a_database]
async fn a_password_that_is_reset_expired_or_disabled_yields_no_key(db: PgPool) {
    let more = "[[password_type]]\ninternal_name = \"login\"\nvalidity = \"1d\"\n";
    let world = World::with(db, with(more)).await;
    world.turbo_key(EMAIL, OLD).await;
    world.sql("update password set standing = 'reset'").await;
    let refused = || async {
        let reply = world.authorize(&login(EMAIL, OLD)).await;
        reply.says(403, "wrong_credentials_specified");
    };
    refused().await;
    world
        .sql("update password set standing = 'set', disabled_at = set_at")
        .await;
    refused().await;
    world.sql("update password set disabled_at = null").await;
    world.turbo_key(EMAIL, OLD).await;
    world.hand.turn(Duration::DAY);
    refused().await;
}
