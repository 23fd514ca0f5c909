//! Table "Request bodies", and decisions 2, 3 and 7.

use serde_json::{Value, json};
use sqlx::PgPool;

use super::{NOBODYS, SEND, asking, call, path, resetting};
use crate::harness::Call;
use crate::harness::world::{Setting, World};

/// What is no JSON object, or means different things to different readers (design.md, section 2).
const MALFORMED: [&[u8]; 13] = [
    b"",
    b"  ",
    b"null",
    b"[]",
    b"\"x\"",
    b"{",
    b"{} {}",
    b"email=example@domain.com",
    br#"{"email":"example@domain.com","email":"ezra@domain.example","newPassword":"Qwerty1234!"}"#,
    br#"{"email":"a\u0000b@domain.com","newPassword":"Qwerty\u00001234"}"#,
    br#"{"email":"\ud800@domain.com","newPassword":"Qwerty1234\ud800"}"#,
    b"{\"email\":\"\xff@domain.com\",\"newPassword\":\"Qwerty1234\xff\"}",
    br#"{"email":"example@domain.com","newPassword":"Qwerty1234!","x":{"a":1,"a":2}}"#,
];

/// Decision 2, concealed or not: no body, malformed JSON, `email` missing or not a string.
#[rekey_test::on_a_database]
async fn d_2_send_without_an_address(db: PgPool) {
    let world = World::new(db).await;
    for body in MALFORMED {
        world
            .send(call("POST", SEND).body(body))
            .await
            .is_neutral(400);
    }
    let bodies = [
        json!({}),
        json!({ "email": null }),
        json!({ "email": 7 }),
        json!({ "email": true }),
        json!({ "email": ["example@domain.com"] }),
        json!({ "email": { "$ne": "" } }),
        json!({ "Email": "example@domain.com" }),
    ];
    for body in bodies {
        world
            .send(call("POST", SEND).body(body.to_string()))
            .await
            .is_neutral(400);
    }
    assert!(world.post().await.is_empty());
}

/// Decision 3: a string that is no address is one that nobody has. (R-07.)
#[rekey_test::on_a_database]
async fn d_3_send_with_a_string_that_is_no_address(db: PgPool) {
    let world = World::new(db).await;
    world
        .import(r#"{"login":"Odd","email":"x＠y@domain.example"}"#)
        .await;
    let long = "x".repeat(60_000);
    let strings = [
        "",
        " ",
        "@@",
        "@",
        "JohnDoe",
        "a@",
        "@b",
        "x@y@domain.example",
        "a\u{7}@b",
        &long,
        "example@domain.com\r\nBcc: x@y.example",
        "+15145550100",
        "%",
        "é",
    ];
    for email in strings {
        world.ask_clevermaps(email).await.is_neutral(404);
    }
    assert!(world.post().await.is_empty());
}

/// Rows of `ResetPasswordDTO` and decision 7: after the token check, 400 for what is not as it must be;
/// `consentGranted` is strictly boolean. None of it spends the token (decision 6).
#[rekey_test::on_a_database]
async fn d_7_reset_with_a_body_that_is_not_right(db: PgPool) {
    let world = World::new(db).await;
    let token = world.asked_token("example@domain.com").await;
    for body in MALFORMED {
        world
            .send(call("POST", path(&token)).body(body))
            .await
            .is_neutral(400);
    }
    let mut bodies = vec![
        json!({}),
        json!({ "newPassword": null }),
        json!({ "newPassword": 12_345_678 }),
        json!({ "newPassword": ["Qwerty1234!"] }),
        json!({ "newpassword": "Qwerty1234!" }),
        json!({ "new_password": "Qwerty1234!" }),
    ];
    let not_boolean: [Value; 5] = ["true".into(), 1.into(), 0.into(), json!([]), json!({})];
    bodies.extend(
        not_boolean
            .map(|consent| json!({ "newPassword": "Qwerty1234!", "consentGranted": consent })),
    );
    for body in bodies {
        world.send(resetting(&token, &body)).await.is_neutral(400);
    }
    assert!(world.is_password("JohnDoe", "Forgotten-2026").await);
    world.reset(&token, "Qwerty1234!").await.is_empty(204);
}

/// Row "unknown request fields": ignored in both bodies. (H-06.)
#[rekey_test::on_a_database]
async fn unknown_fields_are_ignored(db: PgPool) {
    let world = World::new(db).await;
    let body =
        json!({ "email": "example@domain.com", "extra": { "deep": [1, null] }, "status": "x" });
    world
        .send(call("POST", SEND).body(body.to_string()))
        .await
        .is_empty(201);
    let token = world.mailed_token().await;
    let body = json!({ "newPassword": "Qwerty1234!", "email": 7, "token": NOBODYS });
    world.send(resetting(&token, &body)).await.is_empty(204);
}

/// Row "request headers seen": a body is JSON whatever it is called, or not called.
#[rekey_test::on_a_database]
async fn a_body_is_json_whatever_its_type(db: PgPool) {
    let world = World::new(db).await;
    let kinds = [
        None,
        Some("application/json; charset=utf-8"),
        Some("application/octet-stream"),
        Some("text/plain"),
        Some("nonsense"),
    ];
    for kind in kinds {
        let body = json!({ "email": "example@domain.com" }).to_string();
        let mut call = Call::new("POST", SEND)
            .header("host", "demo.localhost")
            .body(body);
        if let Some(kind) = kind {
            call = call.header("content-type", kind);
        }
        world.send(call).await.is_empty(201);
    }
}

/// 64 KiB and no more, in the family's words; a bad token is said first.
#[rekey_test::on_a_database]
async fn a_body_over_the_limit(db: PgPool) {
    let world = World::new(db).await;
    let token = world.asked_token("example@domain.com").await;
    let padding = "x".repeat(70 * 1024);
    let body = json!({ "email": "example@domain.com", "newPassword": "Qwerty1234!", "x": padding });
    world
        .send(call("POST", SEND).body(body.to_string()))
        .await
        .is_neutral(413);
    world.send(resetting(&token, &body)).await.is_neutral(413);
    world.send(resetting(NOBODYS, &body)).await.is_neutral(404);
    assert!(world.is_password("JohnDoe", "Forgotten-2026").await);
}

/// Decision 16: a refusal repeats nothing of what was sent. (H-02.)
#[rekey_test::on_a_database]
async fn d_16_nothing_is_echoed(db: PgPool) {
    let world = World::with(db, Setting::default()).await;
    let token = world.asked_token("example@domain.com").await;
    let mark = "mark-7f3a";
    let replies = [
        world.send(asking(&format!("{mark}@domain.example"))).await,
        world
            .send(call("POST", SEND).body(format!("{{\"{mark}")))
            .await,
        world.look(mark).await,
        world.reset(&token, mark).await,
        world
            .send(call("GET", format!("/rest/accounts/{mark}")))
            .await,
    ];
    for reply in replies {
        reply.is_neutral(reply.status.as_u16());
        assert!(!reply.body.contains(mark));
        assert!(!format!("{:?}", reply.headers).contains(mark));
    }
}
