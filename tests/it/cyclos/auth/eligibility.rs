//! D-22: who may recover a password this way, in each status of the account and of the password.

use serde_json::json;
use sqlx::PgPool;

use super::is_a_dead_key;
use crate::cyclos::{LOGIN, NEW, USER, with};
use crate::harness::World;

/// How an account or its password is put there, by an operator's line or else by a statement, and
/// whether its owner gets back in.
const STATES: [(&str, bool); 13] = [
    ("update password set standing = 'set'", true),
    ("update password set standing = 'reset'", true),
    ("update password set set_at = '2020-01-01Z'", true),
    (
        "update password set failures = 5, blocked_until = '2026-01-02Z'",
        true,
    ),
    (
        "update password set failures = 5, blocked_forever = true",
        false,
    ),
    ("update password set disabled_at = '2026-01-01Z'", false),
    (
        "update password set standing = 'pending', hash = null, set_at = null",
        false,
    ),
    ("delete from password", false),
    (r#"{"login":"JohnDoe","status":"blocked"}"#, false),
    (r#"{"login":"JohnDoe","status":"disabled"}"#, false),
    (r#"{"login":"JohnDoe","status":"pending"}"#, false),
    (
        r#"{"login":"JohnDoe","email":null,"identifiers":["login"]}"#,
        false,
    ),
    (r#"{"login":"JohnDoe","name":"Johnny"}"#, true),
];

async fn check(world: &World) {
    let line = r#"{"login":"JohnDoe","status":"active","email":"example@domain.com","passwords":{"login":{"value":"Forgotten-2026"}}}"#;
    for (statement, is_eligible) in STATES {
        world.sql("delete from password").await;
        world.import(line).await;
        let key = world.recovery_key(USER).await;
        if statement.starts_with('{') {
            world.import(statement).await;
        } else {
            world.sql(statement).await;
        }
        // Asking, by a key and by a code.
        for body in [
            json!({"user": USER}),
            json!({"user": USER, "sendMedium": "email"}),
        ] {
            let reply = world.forgot(&body).await;
            let status = if is_eligible { [200, 204] } else { [404, 404] };
            assert!(
                status.contains(&reply.status.as_u16()),
                "{statement}: {}",
                reply.status
            );
            if !is_eligible {
                reply.is(404, &json!({"entityType": "User", "key": USER}));
            }
        }
        assert_eq!(
            world.post().await.len(),
            if is_eligible { 2 } else { 0 },
            "{statement}"
        );
        // And a key that was minted before.
        if !is_eligible {
            is_a_dead_key(&world.data_for_change(&format!("key={key}")).await);
            is_a_dead_key(
                &world
                    .recover(&json!({"key": key, "newPassword": NEW}))
                    .await,
            );
        }
    }
}

/// D-22 for typed passwords, D-24: what waits for a manager is not eligible.
#[rekey_test::on_a_database]
async fn d_22_typed_passwords(db: PgPool) {
    let more = format!("[cyclos]\nconceal_unknown = false\n{LOGIN}validity = \"90d\"\n");
    let world = World::with(db, with(&more)).await;
    check(&world).await;
}

/// The same for generated ones.
#[rekey_test::on_a_database]
async fn d_22_generated_passwords(db: PgPool) {
    let more = format!(
        "[cyclos]\nconceal_unknown = false\n{LOGIN}mode = \"generated\"\nvalidity = \"90d\"\n"
    );
    let world = World::with(db, with(&more)).await;
    check(&world).await;
}

/// D-22 and design.md, section 2: the dialects differ. SSPR lifts an indefinite block; Cyclos does not.
#[rekey_test::on_a_database]
async fn d_22_an_indefinite_block_is_not_lifted_here(db: PgPool) {
    let world = World::with(db, with(&format!("{LOGIN}block = \"forever\"\n"))).await;
    for _ in 0..5 {
        world.sign_in(USER, "wrong").await;
    }
    world.forgot(&json!({"user": USER})).await.is_empty(204);
    assert!(world.post().await.is_empty(), "concealed, and nothing sent");
    let token = world.reset_token().await;
    is_a_dead_key(
        &world
            .recover(&json!({"key": token, "newPassword": NEW}))
            .await,
    );
    let mut body = crate::sspr::with_token("resetPassword", &token);
    body["sPassword"] = NEW.into();
    world.sspr("resetPassword", &body).await.is_done();
    world.post().await;
    world.session_of(USER, NEW).await;
}
