//! `PUT /forgot-password`.

use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::PgPool;
use time::Duration;

use super::{NEW, OLD, UNREADABLE, but, call, update, with};
use crate::harness::World;
use crate::sspr::NOBODYS;

/// Rows 1 to 5, 9 and 10: the five kinds of every field.
#[rekey_test::on_a_database]
async fn rows_1_to_10_five_kinds_of_every_field(db: PgPool) {
    let world = World::new(db).await;
    let whole = update(NOBODYS, NEW);
    for (field, absent, empty) in [
        ("token", "token_is_missing", "token_can_not_be_empty"),
        (
            "password",
            "password_is_missing",
            "password_length_should_not_be_less_than_10_characters",
        ),
        (
            "confirm_password",
            "confirm_password_is_missing",
            "password_should_equal_confirm_password",
        ),
    ] {
        for value in [None, Some(Value::Null), Some(7.into()), Some(json!([]))] {
            world
                .update(&but(&whole, field, value))
                .await
                .says(400, absent);
        }
        let reply = world.update(&but(&whole, field, Some("".into()))).await;
        reply.says(400, empty);
    }
    for body in UNREADABLE.into_iter().chain(["{}"]) {
        let reply = world.send(call("PUT", "forgot-password").body(body)).await;
        reply.says(400, "empty_request_body");
    }
}

/// Rows 1 to 12 in their order, the token last; row 15: no refusal consumes it.
#[rekey_test::on_a_database]
async fn rows_1_to_12_in_their_order(db: PgPool) {
    let world = World::new(db).await;
    let token = world.turbo_token().await;
    let steps = [
        (json!({}), 400, "empty_request_body"),
        (json!({"x": 1}), 400, "token_is_missing"),
        (json!({"token": ""}), 400, "token_can_not_be_empty"),
        (json!({"token": NOBODYS}), 400, "password_is_missing"),
        (
            json!({"token": NOBODYS, "password": "short"}),
            400,
            "password_length_should_not_be_less_than_10_characters",
        ),
        (
            json!({"token": NOBODYS, "password": "----------"}),
            400,
            "password_should_contain_at_least_one_uppercase_character",
        ),
        (
            json!({"token": NOBODYS, "password": "A---------"}),
            400,
            "password_should_contain_at_least_one_lowercase_character",
        ),
        (
            json!({"token": NOBODYS, "password": "Ab--------"}),
            400,
            "password_should_contain_at_least_one_digit",
        ),
        (
            json!({"token": NOBODYS, "password": NEW}),
            400,
            "confirm_password_is_missing",
        ),
        (
            json!({"token": NOBODYS, "password": NEW, "confirm_password": OLD}),
            400,
            "password_should_equal_confirm_password",
        ),
        (update(NOBODYS, NEW), 403, "token_is_invalid"),
        (update("x", NEW), 403, "token_is_invalid"),
        (
            update(&token, "short"),
            400,
            "password_length_should_not_be_less_than_10_characters",
        ),
        (update(&token, NEW), 200, "success"),
        (update(&token, NEW), 403, "token_is_invalid"),
    ];
    for (body, status, message) in steps {
        world.update(&body).await.says(status, message);
    }
    assert!(world.is_password("JohnDoe", NEW).await);
    assert_eq!(world.post().await.len(), 1, "one notice");
}

/// Row 10 of the decisions: the old password may be the new one. Row 18: no trimming.
#[rekey_test::on_a_database]
async fn row_10_the_old_password_is_taken(db: PgPool) {
    let world = World::new(db).await;
    let token = world.turbo_token().await;
    world.update(&update(&token, OLD)).await.is_success();
    world.post().await;
    let token = world.turbo_token().await;
    let spaced = " Forgotten-2026 ";
    world.update(&update(&token, spaced)).await.is_success();
    world.post().await;
    assert!(world.is_password("JohnDoe", spaced).await);
    assert!(!world.is_password("JohnDoe", OLD).await);
}

/// Row 11: an expired token, and one of an account out of use. A first password may be set.
#[rekey_test::on_a_database]
async fn row_11_tokens_that_ended(db: PgPool) {
    let world = World::new(db).await;
    let token = world.turbo_token().await;
    world.hand.turn(Duration::HOUR);
    let expired = world.update(&update(&token, NEW)).await;
    expired.says(403, "token_is_invalid");
    let token = world.turbo_token().await;
    world.disable("JohnDoe").await;
    let disabled = world.update(&update(&token, NEW)).await;
    disabled.says(403, "token_is_invalid");
    world.ask("nopassword@domain.example").await.is_success();
    let token = world.mailed_token().await;
    world.update(&update(&token, NEW)).await.is_success();
    world.post().await;
    world.turbo_key("nopassword@domain.example", NEW).await;
}

/// The tenant's own rules answer after the token: without one, nothing is learned of them.
#[rekey_test::on_a_database]
async fn a_tenants_own_rules_come_after_the_token(db: PgPool) {
    let more = "[[password_type]]\ninternal_name = \"login\"\nmin_length = 12\n\
                max_length = 64\nrequire = [\"special\"]\nhistory = 2\n";
    let world = World::with(db, with(more)).await;
    let token = world.turbo_token().await;
    let long = format!("Ab1-{}", "x".repeat(64));
    for (password, message) in [
        (
            "Abcdefgh-1",
            "password_length_should_not_be_less_than_12_characters",
        ),
        (
            "Abcdefghijk1",
            "password_should_contain_at_least_one_special_character",
        ),
        (long.as_str(), "password_is_too_long"),
        (OLD, "password_was_used_before"),
    ] {
        let stranger = world.update(&update(NOBODYS, password)).await;
        stranger.says(403, "token_is_invalid");
        let bearer = world.update(&update(&token, password)).await;
        bearer.says(400, message);
    }
    world.update(&update(&token, NEW)).await.is_success();
    world.post().await;
}

/// L11: a hundred resets with one token have one winner.
#[rekey_test::on_a_database]
async fn l11_a_hundred_resets_have_one_winner(db: PgPool) {
    let world = World::new(db).await;
    let token = world.turbo_token().await;
    let bodies: Vec<_> = (0..100)
        .map(|number| update(&token, &format!("Remembered-{number:03}")))
        .collect();
    let replies = join_all(bodies.iter().map(|body| world.update(body))).await;
    let mut winners = Vec::new();
    for (number, reply) in replies.iter().enumerate() {
        if reply.status == 200 {
            winners.push(number);
        } else {
            reply.says(403, "token_is_invalid");
        }
    }
    assert_eq!(winners.len(), 1);
    let password = format!("Remembered-{:03}", winners[0]);
    assert!(world.is_password("JohnDoe", &password).await);
    assert_eq!(world.post().await.len(), 1, "one notice");
}
