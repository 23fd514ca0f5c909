//! Passwords that files set, and what follows from it.

use serde_json::json;
use sqlx::PgPool;
use time::Duration;

use super::harness::{HASH, OTHER_HASH, World, lines};

fn ann(password: &str) -> String {
    format!(
        r#"{{"login":"Ann","email":"a@b.example","phone":"+15145550100","name":"Ann","passwords":{{"login":{{"hash":"{password}"}},"pin":{{"hash":"{HASH}"}}}}}}"#
    )
}

#[rekey_test::on_a_database]
async fn an_identical_file_changes_nothing(db: PgPool) {
    let world = World::new(db).await;
    world.import(&ann(HASH)).await;
    world.mint_tokens("ann").await;
    let before = world.everything().await;
    world.hand.turn(Duration::HOUR);
    let report = world.import(&ann(HASH)).await;
    assert_eq!(
        (report.unchanged, report.updated, report.passwords),
        (1, 0, 0)
    );
    let mut after = world.everything().await;
    // One more entry in the trail, and that is all.
    assert_eq!(after[5], json!(2));
    after[5] = json!(1);
    assert_eq!(after, before);
}

#[rekey_test::on_a_database]
async fn tokens_end_when_mailbox_number_status_or_access_password_changes(db: PgPool) {
    let world = World::new(db).await;
    world.import("{\"login\":\"Bob\"}").await;
    world.mint_tokens("bob").await;
    let clear = r#"{"login":"Ann","passwords":{"login":{"value":"Qwerty1234!"}}}"#;
    let ending = [
        r#"{"login":"Ann","email":"A@b.example"}"#.to_owned(),
        r#"{"login":"Ann","email":null}"#.to_owned(),
        r#"{"login":"Ann","phone":"+15145550109"}"#.to_owned(),
        r#"{"login":"Ann","phone":null}"#.to_owned(),
        r#"{"login":"Ann","status":"pending"}"#.to_owned(),
        format!(r#"{{"login":"Ann","passwords":{{"login":{{"hash":"{OTHER_HASH}"}}}}}}"#),
        clear.to_owned(),
        clear.to_owned(),
    ];
    for line in ending {
        world.import(&ann(HASH)).await;
        world.mint_tokens("ann").await;
        assert_eq!(world.live_tokens().await, 4, "{line}");
        world.import(&line).await;
        assert_eq!(world.live_tokens().await, 2, "{line}");
        world
            .execute("delete from recovery_token where voided_at is not null")
            .await;
    }
    world
        .execute("delete from account where login_key = 'ann'")
        .await;
    world.import(&ann(HASH)).await;
    world.mint_tokens("ann").await;
    for harmless in [
        r#"{"login":"ANN","name":"Anne","language":"fr","role":"broker","userType":"EzsignUser"}"#,
        r#"{"login":"Ann","identifiers":["login"],"status":"active","email":"a@b.example"}"#,
        r#"{"login":"Ann","passwords":{"pin":{"value":"another-4711"}}}"#,
    ] {
        world.import(harmless).await;
        assert_eq!(world.live_tokens().await, 4, "{harmless}");
    }
}

#[rekey_test::on_a_database]
async fn a_first_access_password_ends_tokens_too(db: PgPool) {
    let world = World::new(db).await;
    world.import(r#"{"login":"Ann"}"#).await;
    world.mint_tokens("ann").await;
    world.import(&ann(HASH)).await;
    assert_eq!(world.live_tokens().await, 0);
}

#[rekey_test::on_a_database]
async fn a_new_value_lifts_blocks_but_enables_nothing(db: PgPool) {
    let world = World::new(db).await;
    world.import(&ann(HASH)).await;
    world
        .execute(
            "update password set standing = 'reset', failures = 5, blocked_forever = true,
                disabled_at = set_at",
        )
        .await;
    let before = world.password("ann", "pin").await;
    world.hand.turn(Duration::HOUR);
    world.import(&ann(OTHER_HASH)).await;
    let login = world.password("ann", "login").await;
    let (then, now) = ("2026-01-01T12:00:00+00:00", "2026-01-01T13:00:00+00:00");
    for (column, value) in [
        ("hash", json!(OTHER_HASH)),
        ("standing", json!("set")),
        ("set_at", json!(now)),
        ("changed_at", json!(now)),
        ("disabled_at", json!(then)),
        ("failures", json!(0)),
        ("blocked_forever", json!(false)),
        ("blocked_until", json!(null)),
    ] {
        assert_eq!(login[column], value, "{column}");
    }
    // The same hash again: as it was, block and all.
    assert_eq!(world.password("ann", "pin").await, before);
}

#[rekey_test::on_a_database]
async fn replaced_values_are_remembered_where_their_return_is_forbidden(db: PgPool) {
    let world = World::new(db).await;
    for _ in 0..4 {
        world.import(&ann(HASH)).await;
        world.hand.turn(Duration::HOUR);
        world.import(&ann(OTHER_HASH)).await;
        world.hand.turn(Duration::HOUR);
    }
    // Two may not return: the current one and the one before.
    let remembered =
        "select jsonb_agg(to_jsonb(h) - 'tenant_id' - 'account_id') from password_history h
        join password_type using (tenant_id, password_type_id) where access";
    let rows = world.value(remembered).await;
    assert_eq!(rows.as_array().unwrap().len(), 1);
    assert_eq!(rows[0]["hash"], HASH);
    assert_eq!(rows[0]["set_at"], "2026-01-01T18:00:00+00:00");
}

#[rekey_test::on_a_database]
async fn many_clear_values_are_all_hashed(db: PgPool) {
    let world = World::new(db).await;
    let file = lines(1_500, |n| {
        format!(r#"{{"login":"p{n}","passwords":{{"login":{{"value":"Passwort {n}"}}}}}}"#)
    });
    let report = world.import(&file).await;
    assert_eq!(report.passwords, 1_500);
    for n in [0, 999, 1_000, 1_499] {
        let login = format!("p{n}");
        assert!(world.opens(&login, "login", &format!("Passwort {n}")).await);
    }
}
