//! `PUT /change-password`.

use serde_json::{Value, json};
use sqlx::PgPool;

use super::{EMAIL, NEW, OLD, UNREADABLE, but, call, change, login, update, with};
use crate::harness::World;

/// Rows 3 to 5 and 10, 8 and 11: the five kinds of every field.
#[rekey_test::on_a_database]
async fn rows_3_to_11_five_kinds_of_every_field(db: PgPool) {
    let world = World::new(db).await;
    let key = world.turbo_key(EMAIL, OLD).await;
    let whole = change(OLD, NEW);
    for (field, absent, empty) in [
        (
            "current_password",
            "current_password_is_missing",
            "current_password_can_not_be_empty",
        ),
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
        for value in [None, Some(Value::Null), Some(7.into()), Some(json!({}))] {
            let reply = world.change(&key, &but(&whole, field, value)).await;
            reply.says(400, absent);
        }
        let reply = world
            .change(&key, &but(&whole, field, Some("".into())))
            .await;
        reply.says(400, empty);
    }
    for body in UNREADABLE.into_iter().chain(["{}"]) {
        let call = call("PUT", "change-password").header("authorization", key.as_str());
        let reply = world.send(call.body(body)).await;
        reply.says(400, "current_password_is_missing");
    }
    assert!(world.is_password("JohnDoe", OLD).await);
}

/// Rows 3 to 13 in their order: each body mends what the one before it was refused for.
#[rekey_test::on_a_database]
async fn rows_3_to_14_in_their_order(db: PgPool) {
    let world = World::new(db).await;
    let key = world.turbo_key(EMAIL, OLD).await;
    let wrong = "Not-The-One-1";
    let steps = [
        (json!({}), 400, "current_password_is_missing"),
        (
            json!({"current_password": ""}),
            400,
            "current_password_can_not_be_empty",
        ),
        (
            json!({"current_password": wrong}),
            400,
            "password_is_missing",
        ),
        (
            json!({"current_password": wrong, "password": "short"}),
            400,
            "password_length_should_not_be_less_than_10_characters",
        ),
        (
            json!({"current_password": wrong, "password": "----------"}),
            400,
            "password_should_contain_at_least_one_uppercase_character",
        ),
        (
            json!({"current_password": wrong, "password": "A---------"}),
            400,
            "password_should_contain_at_least_one_lowercase_character",
        ),
        (
            json!({"current_password": wrong, "password": "Ab--------"}),
            400,
            "password_should_contain_at_least_one_digit",
        ),
        (
            json!({"current_password": wrong, "password": wrong}),
            400,
            "confirm_password_is_missing",
        ),
        (
            json!({"current_password": wrong, "password": wrong, "confirm_password": NEW}),
            400,
            "password_should_equal_confirm_password",
        ),
        (
            change(wrong, wrong),
            400,
            "new_password_should_not_equal_current_password",
        ),
        (change(wrong, NEW), 403, "password_is_invalid"),
        (change(OLD, NEW), 200, "success"),
        (change(OLD, "Another-One-1"), 403, "password_is_invalid"),
    ];
    for (body, status, message) in steps {
        world.change(&key, &body).await.says(status, message);
    }
    assert!(world.is_password("JohnDoe", NEW).await);
    assert_eq!(world.post().await.len(), 1, "one notice");
    let reply = world.authorize(&login(EMAIL, OLD)).await;
    reply.says(403, "wrong_credentials_specified");
    world.turbo_key(EMAIL, NEW).await;
}

/// Row 2 and row 12 of the decisions: the account has no address any more.
#[rekey_test::on_a_database]
async fn row_2_an_account_without_an_address(db: PgPool) {
    let world = World::new(db).await;
    let key = world.turbo_key(EMAIL, OLD).await;
    world.import(r#"{"login":"JohnDoe","email":null}"#).await;
    for body in [json!({}), change(OLD, NEW)] {
        let reply = world.change(&key, &body).await;
        reply.says(400, "invalid_mail_address");
    }
    world
        .sql("update account set email = 'broken', email_key = 'broken' where login = 'JohnDoe'")
        .await;
    let reply = world.change(&key, &change(OLD, NEW)).await;
    reply.says(400, "invalid_mail_address");
}

/// Where owners may not change a password, no way that asks for the present one changes it: after row 12 and before row 13,
/// so that nothing is tried at it. What proves the mailbox still does.
#[rekey_test::on_a_database]
async fn a_password_that_owners_may_not_change(db: PgPool) {
    let more = "[[password_type]]\ninternal_name = \"login\"\naccess = true\nmay_change = false\nmax_tries = 1\n";
    let world = World::with(db, with(more)).await;
    let key = world.turbo_key(EMAIL, OLD).await;
    let wrong = "Not-The-One-1";
    let hashes = world.hasher.computed();
    for (body, message) in [
        (json!({}), "current_password_is_missing"),
        (
            change(OLD, OLD),
            "new_password_should_not_equal_current_password",
        ),
        (change(wrong, NEW), "password_change_not_allowed"),
        (change(OLD, NEW), "password_change_not_allowed"),
    ] {
        world.change(&key, &body).await.says(400, message);
    }
    assert_eq!(world.hasher.computed(), hashes);
    assert!(world.is_password("JohnDoe", OLD).await);
    assert!(world.is_live(&key).await && world.post().await.is_empty());
    // Another dialect says the same in its own words.
    let session = world.johns_session().await;
    let body = json!({"oldPassword": OLD, "newPassword": NEW});
    let renewal = crate::cyclos::call("POST", "/self/passwords/login/change");
    world
        .send(renewal.session(&session).json(&body))
        .await
        .is_code(403, "permissionDenied");
    assert!(world.is_password("JohnDoe", OLD).await);
    world.ask(EMAIL).await.says(200, "success");
    let token = world.mailed_token().await;
    world
        .update(&update(&token, NEW))
        .await
        .says(200, "success");
    assert!(world.is_password("JohnDoe", NEW).await);
}

/// The tenant's own rules answer after the current password was right, in keys of the same shape.
#[rekey_test::on_a_database]
async fn a_tenants_own_rules_come_after_row_13(db: PgPool) {
    let more = "[[password_type]]\ninternal_name = \"login\"\nmin_length = 12\n\
                max_length = 64\nrequire = [\"special\"]\nhistory = 2\n";
    let world = World::with(db, with(more)).await;
    let key = world.turbo_key(EMAIL, OLD).await;
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
        ("Demo Gardeners 1", "success"),
    ] {
        let strangers = world.change(&key, &change("Wrong-1-Wrong", password)).await;
        strangers.says(403, "password_is_invalid");
        if message != "success" {
            let reply = world.change(&key, &change(OLD, password)).await;
            reply.says(400, message);
        }
    }
    world.change(&key, &change(OLD, NEW)).await.is_success();
    let back = world.change(&key, &change(NEW, OLD)).await;
    back.says(400, "password_was_used_before");
    world.post().await;
}

/// The blocklist has a key of its own, and spares what merely contains a common word.
#[rekey_test::on_a_database]
async fn a_common_password_is_refused(db: PgPool) {
    let world = World::new(db).await;
    let key = world.turbo_key(EMAIL, OLD).await;
    // The one word of the account that passes the published rules: its address.
    world
        .import(r#"{"login":"JohnDoe","name":"Johannes Doe 1"}"#)
        .await;
    let reply = world.change(&key, &change(OLD, "Johannes Doe 1")).await;
    reply.says(400, "password_is_too_common");
}

/// A change that began before a reset does not undo it: the old password proves nothing any more.
#[rekey_test::on_a_database]
async fn a_change_and_a_reset_at_once_have_one_winner(db: PgPool) {
    let world = World::new(db).await;
    let mut current = OLD.to_owned();
    for round in 0..8 {
        let key = world.turbo_key(EMAIL, &current).await;
        let token = world.turbo_token().await;
        let (changed, reset) = (format!("Changed-to-{round}"), format!("Reset-to-{round}"));
        let (one, other) = (change(&current, &changed), update(&token, &reset));
        let (one, other) = tokio::join!(world.change(&key, &one), world.update(&other));
        let statuses = (one.status.as_u16(), other.status.as_u16());
        current = match statuses {
            (200, 403) => changed,
            // Refused at the proof of the old password, or at the door: the reset ended the key.
            (403 | 401, 200) => reset,
            _ => panic!("{statuses:?}"),
        };
        assert!(world.is_password("JohnDoe", &current).await);
        assert_eq!(world.is_live(&key).await, statuses.0 == 200);
        world.post().await;
    }
}

/// Two changes at once have one winner.
#[rekey_test::on_a_database]
async fn racing_changes_have_one_winner(db: PgPool) {
    let world = World::new(db).await;
    let key = world.turbo_key(EMAIL, OLD).await;
    let bodies: Vec<_> = (0..4)
        .map(|number| change(OLD, &format!("Remembered-{number}")))
        .collect();
    let calls = bodies.iter().map(|body| world.change(&key, body));
    let replies = futures::future::join_all(calls).await;
    let winners = replies.iter().filter(|reply| reply.status == 200).count();
    assert_eq!(winners, 1);
    for loser in replies.iter().filter(|reply| reply.status != 200) {
        loser.says(403, "password_is_invalid");
    }
    assert_eq!(world.post().await.len(), 1);
}
