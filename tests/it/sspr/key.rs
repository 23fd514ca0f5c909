//! Row 3 and D1 to D3: the key.

use sqlx::PgPool;

use super::{OPERATIONS, minimal, path};
use crate::harness::world::{Setting, TENANT};
use crate::harness::{Call, World};

const REFUSED: (u16, &str, &str) = (403, "FORBIDDEN", "API key missing or not accepted");

/// Row 3: absent, malformed, unknown and revoked keys get one reply, on every operation.
#[rekey_test::on_a_database]
async fn row_3_one_reply_for_every_bad_key(db: PgPool) {
    let world = World::new(db).await;
    let key = world.key.reveal().to_owned();
    let keys = world.operator.list_keys(&world.tenant, None).await.unwrap();
    let (status, code, message) = REFUSED;
    for operation in OPERATIONS {
        let call = || Call::new("POST", path(operation)).json(&minimal(operation));
        let bad = [
            "nonsense",
            "",
            "Bearer",
            "Bearer ",
            "Basic abc",
            "\u{e9}",
            &format!("{key}x"),
        ];
        world.send(call()).await.is_refused(status, code, message);
        for value in bad {
            let reply = world.send(call().header("authorization", value)).await;
            reply.is_refused(status, code, message);
        }
        let twice = call()
            .header("authorization", &key)
            .header("authorization", &key);
        world.send(twice).await.is_refused(status, code, message);
    }
    world
        .operator
        .revoke_key(&world.tenant, keys[0].key_id)
        .await
        .unwrap();
    for operation in OPERATIONS {
        world
            .sspr(operation, &minimal(operation))
            .await
            .is_refused(status, code, message);
    }
    assert!(world.post().await.is_empty());
}

/// D2: raw, or behind `Bearer` in any case.
#[rekey_test::on_a_database]
async fn d2_raw_or_bearer(db: PgPool) {
    let world = World::new(db).await;
    let key = world.key.reveal();
    for value in [
        key.to_owned(),
        format!("Bearer {key}"),
        format!("bearer {key}"),
        format!("BEARER  {key}"),
    ] {
        let call = Call::new("POST", path("sendUsernames"))
            .header("authorization", value)
            .json(&minimal("sendUsernames"));
        world.send(call).await.is_done();
    }
}

/// D1: a tenant may allow calls without a key; then anything unreadable is still row 3.
#[rekey_test::on_a_database]
async fn d1_a_tenant_may_be_anonymous(db: PgPool) {
    let tenant = format!("{TENANT}\n[sspr]\nanonymous = true\n");
    let world = World::with(
        db,
        Setting {
            tenant,
            ..Setting::default()
        },
    )
    .await;
    let (status, code, message) = REFUSED;
    let call = || Call::new("POST", path("resetPasswordRequest"));
    world
        .send(call().json(&minimal("resetPasswordRequest")))
        .await
        .is_done();
    assert_eq!(world.post().await.len(), 1);
    let json = |body: &str| call().header("content-type", "application/json").body(body);
    for unreadable in [
        "",
        "[]",
        "{",
        r#"{"pksCustomerCode":7}"#,
        r#"{"pksCustomerCode":"other"}"#,
    ] {
        world
            .send(json(unreadable))
            .await
            .is_refused(status, code, message);
    }
    let reply = world
        .send(call().body(minimal("resetPasswordRequest").to_string()))
        .await;
    reply.is_refused(status, code, message);
    let reply = world.send(json(r#"{"pksCustomerCode":"demo"}"#)).await;
    let missing = "UNPROCESSABLEENTITY_DATA_MISSING";
    reply.is_refused(422, missing, "fkiLanguageID is required");
    let bad = call()
        .header("authorization", "nonsense")
        .json(&minimal("resetPasswordRequest"));
    world.send(bad).await.is_refused(status, code, message);
    let empty = call()
        .header("authorization", "")
        .json(&minimal("resetPasswordRequest"));
    world.send(empty).await.is_done();
}
