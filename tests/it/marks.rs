//! A byte order mark before a body, as .NET and `PowerShell` send it.

use serde_json::{Value, json};
use sqlx::PgPool;

use crate::harness::{Call, World};
use crate::{clevermaps, cyclos, sspr, turbosmtp};

fn marked(mark: &[u8], body: &Value) -> Vec<u8> {
    let mut bytes = mark.to_vec();
    bytes.extend(body.to_string().into_bytes());
    bytes
}

/// One is skipped, in every family; anything more is no JSON, as before.
#[rekey_test::on_a_database]
async fn a_byte_order_mark_before_a_body_is_skipped_in_every_family(db: PgPool) {
    let world = World::new(db).await;
    let session = world.session_of(cyclos::USER, cyclos::OLD).await;
    let calls = |mark: &[u8]| {
        let to = |path: &str, body: &Value| {
            Call::new("POST", path)
                .header("host", "demo.localhost")
                .header("content-type", "application/json; charset=utf-8")
                .body(marked(mark, body))
        };
        let usernames = sspr::path("sendUsernames");
        let change = json!({
            "oldPassword": cyclos::OLD, "newPassword": "x", "checkConfirmation": false,
        });
        [
            to(&usernames, &sspr::minimal("sendUsernames"))
                .header("authorization", world.key.reveal()),
            to(clevermaps::SEND, &json!({"email": turbosmtp::EMAIL})),
            to(
                "/api/v2/authorize",
                &turbosmtp::login(turbosmtp::EMAIL, turbosmtp::OLD),
            ),
            to(
                "/api/auth/forgotten-password/request",
                &json!({"user": cyclos::USER}),
            ),
            to("/api/self/passwords/login/change", &change)
                .header("session-token", session.as_str()),
        ]
    };
    for ((bare, marked), twice) in calls(b"")
        .into_iter()
        .zip(calls(b"\xef\xbb\xbf"))
        .zip(calls(b"\xef\xbb\xbf\xef\xbb\xbf"))
    {
        let path = bare.path.clone();
        let bare = world.send(bare).await.status;
        assert!(bare.is_success() || bare == 422, "{path}: {bare}");
        assert_eq!(world.send(marked).await.status, bare, "{path}");
        let twice = world.send(twice).await.status;
        assert!(twice.is_client_error() && twice != bare, "{path}: {twice}");
    }
    // Where a body may be empty, a mark alone is nothing more.
    let nothing = Call::new("POST", "/api/auth/forgotten-password/request")
        .header("host", "demo.localhost")
        .body(b"\xef\xbb\xbf\r\n".to_vec());
    assert_eq!(world.send(nothing).await.status, 422);
    world.post().await;
}
