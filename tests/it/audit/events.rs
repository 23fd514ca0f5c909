//! O-01: what people, operators and attackers do, and the rows it leaves.

use rekey::domain::audit::Point;
use rekey::domain::key::Kind;
use rekey::domain::limit::Rate;
use rekey::operator::{CreateKey, Invoker};
use serde_json::{Value, json};
use sqlx::PgPool;
use time::Duration;

use super::{KEY, operator};
use crate::cyclos;
use crate::harness::World;
use crate::sspr::{self, NOBODYS, about, minimal, with_token};
use crate::turbosmtp::{EMAIL, NEW, OLD, change, login};

impl World {
    /// What was recorded since the last look, sorted: action and outcome. Each row of a request has
    /// its id and where it came from.
    pub async fn recorded(&self) -> Vec<String> {
        self.recovery.audit.write_signals().await.unwrap();
        let rows: Vec<(String, String, bool)> = sqlx::query_as(
            "select action, outcome, request_id <> '' and host(address) = '192.0.2.1'
            from audit_event join audit_unsealed using (tenant_id, event_id) order by 1, 2",
        )
        .fetch_all(&self.db)
        .await
        .unwrap();
        self.recovery.audit.seal().await.unwrap();
        rows.into_iter()
            .map(|(action, outcome, has_origin)| {
                assert!(has_origin, "{action}: {outcome} has no origin");
                format!("{action}: {outcome}")
            })
            .collect()
    }

    async fn detail_of(&self, action: &'static str) -> Value {
        sqlx::query_scalar(
            "select detail from audit_event where action = $1 order by event_id desc limit 1",
        )
        .bind(action)
        .fetch_one(&self.db)
        .await
        .unwrap()
    }
}

#[rekey_test::on_a_database]
async fn every_authentication_is_recorded(db: PgPool) {
    let world = World::new(db).await;
    world.recovery.audit.seal().await.unwrap();

    let key = world.turbo_key(EMAIL, OLD).await;
    assert_eq!(world.recorded().await, ["account.signed-in: done"]);
    world.authorize(&login(EMAIL, "wrong")).await;
    assert_eq!(
        world.recorded().await,
        ["account.signed-in: wrong password"]
    );
    world
        .authorize(&login("nobody@domain.example", "wrong"))
        .await;
    assert_eq!(
        world.recorded().await,
        ["account.signed-in: unknown identifier"]
    );
    world.change(&key, &change("wrong", NEW)).await;
    assert_eq!(world.recorded().await, ["password.changed: wrong password"]);
    world.change(&key, &change(OLD, NEW)).await.is_success();
    world.post().await;
    let changed = ["letter.sent: done", "password.changed: done"];
    assert_eq!(world.recorded().await, changed);
    assert_eq!(world.deauthorize(&key).await.status, 200);
    assert_eq!(world.recorded().await, ["account.signed-out: done"]);

    let session = world.session_of(cyclos::USER, NEW).await;
    let signed_in = ["account.authenticated: done", "account.signed-in: done"];
    assert_eq!(world.recorded().await, signed_in);
    world.sign_in(cyclos::USER, "wrong").await;
    assert_eq!(
        world.recorded().await,
        ["account.signed-in: wrong password"]
    );
    let out = cyclos::call("DELETE", "/auth/session").session(&session);
    assert_eq!(world.send(out).await.status, 200);
    assert_eq!(world.recorded().await, ["account.signed-out: done"]);
    world.verified().await;
}

#[rekey_test::on_a_database]
async fn every_recovery_is_recorded(db: PgPool) {
    let world = World::new(db).await;
    world.recovery.audit.seal().await.unwrap();

    let token = world.reset_token().await;
    let asked = ["letter.sent: done", "recovery.asked: minted"];
    assert_eq!(world.recorded().await, asked);
    let body = with_token("resetPassword", &token);
    world.sspr("resetPassword", &body).await.is_done();
    world.post().await;
    let reset = ["letter.sent: done", "password.reset: done"];
    assert_eq!(world.recorded().await, reset);

    let token = world.unlock_token().await;
    assert_eq!(world.recorded().await, asked);
    let body = with_token("unlockAccount", &token);
    world.sspr("unlockAccount", &body).await.is_done();
    assert_eq!(
        world.recorded().await,
        ["account.unlocked: was not blocked"]
    );

    let body = about("resetPasswordRequest", "Nobody");
    world.sspr("resetPasswordRequest", &body).await.is_done();
    world.post().await;
    assert_eq!(
        world.recorded().await,
        ["recovery.asked: unknown identifier"]
    );

    let body = minimal("sendUsernames");
    world.sspr("sendUsernames", &body).await.is_done();
    world.post().await;
    let asked = ["letter.sent: done", "recovery.asked: done"];
    assert_eq!(world.recorded().await, asked);
    world.verified().await;
}

#[rekey_test::on_a_database]
async fn the_try_that_closes_a_password_says_so(db: PgPool) {
    let world = World::new(db).await;
    for _ in 0..7 {
        world.authorize(&login(EMAIL, "wrong")).await;
    }
    let closing = json!({
        "type": "login", "action": "tries", "from": "active", "to": "temporarilyBlocked",
    });
    let said: Vec<Value> = sqlx::query_scalar(
        "select detail from audit_event where action = 'account.signed-in' and detail <> '{}'",
    )
    .fetch_all(&world.db)
    .await
    .unwrap();
    assert_eq!(said, [closing]);
}

#[rekey_test::on_a_database]
async fn what_is_no_good_and_keeps_coming_is_one_row(db: PgPool) {
    let world = World::new(db).await;
    world.recovery.audit.seal().await.unwrap();

    for operation in ["validateToken", "resetPassword", "unlockAccount"] {
        for _ in 0..50 {
            let reply = world.sspr(operation, &with_token(operation, NOBODYS)).await;
            reply.is_a_dead_token();
        }
    }
    assert_eq!(world.count("select count(*) from audit_unsealed").await, 0);
    assert_eq!(world.recorded().await, ["token.refused: not valid"]);
    assert_eq!(
        world.detail_of("token.refused").await,
        json!({ "times": 150 })
    );

    world.deauthorize("0123456789abcdef").await;
    assert_eq!(world.recorded().await, ["key.refused: not valid"]);
    world.auth("no-session").await;
    assert_eq!(world.recorded().await, ["session.refused: not valid"]);
    let client = cyclos::call("GET", "/auth").client("no-client");
    world.send(client).await;
    assert_eq!(world.recorded().await, ["key.refused: not valid"]);

    let asked = CreateKey {
        kind: Kind::Sspr,
        name: None,
        must_sign: true,
    };
    let made = world
        .operator
        .create_key(&world.tenant, &asked)
        .await
        .unwrap();
    world.recovery.audit.seal().await.unwrap();
    let body = minimal("validateToken");
    let call = crate::harness::Call::new("POST", sspr::path("validateToken"));
    let call = call
        .header("authorization", made.secret.reveal())
        .json(&body);
    world.send(call).await;
    assert_eq!(world.recorded().await, ["signature.refused: not valid"]);
    world.verified().await;
}

#[rekey_test::on_a_database]
async fn a_limit_is_recorded_once_a_window(db: PgPool) {
    let times = |times| Rate {
        times,
        per: Duration::HOUR,
    };
    let world = World::limited(db, |limits| {
        limits.recovery_per_identifier = times(2);
        limits.recovery_per_address = times(8);
        limits.login_per_address = times(3);
    })
    .await;
    world.recovery.audit.seal().await.unwrap();
    let refused = async |expected: Value| {
        let scopes: Vec<Value> = sqlx::query_scalar(
            "select detail from audit_event join audit_unsealed using (tenant_id, event_id)
            where action = 'limit.reached'",
        )
        .fetch_all(&world.db)
        .await
        .unwrap();
        assert_eq!(Value::from(scopes), expected);
        world.recorded().await;
    };
    for window in 0..2 {
        let body = about("resetPasswordRequest", "Nobody");
        for _ in 0..7 {
            world.sspr("resetPasswordRequest", &body).await;
        }
        world.recovery.delivery.run_one_job().await.unwrap();
        refused(json!([{ "scope": "recovery.identifier", "times": 2, "seconds": 3_600 }])).await;
        for _ in 0..7 {
            world
                .sspr(
                    "resetPasswordRequest",
                    &about("resetPasswordRequest", "Other"),
                )
                .await;
        }
        refused(json!([{ "scope": "recovery.address", "times": 8, "seconds": 3_600 }])).await;
        for _ in 0..9 {
            world.authorize(&login(EMAIL, "wrong")).await;
        }
        refused(json!([{ "scope": "login.address", "times": 3, "seconds": 3_600 }])).await;
        world.hand.turn(Duration::HOUR);
        assert!(window < 2);
    }
    world.post().await;
}

#[rekey_test::on_a_database]
async fn operators_are_named(db: PgPool) {
    let world = World::new(db).await;
    let ann = operator(&world, &[KEY]).by(Invoker {
        user: "root".to_owned(),
        sudo: Some("ann".to_owned()),
    });
    let asked = CreateKey {
        kind: Kind::Sspr,
        name: None,
        must_sign: false,
    };
    let by = json!({ "user": "root", "sudo": "ann" });
    // After the keys of the world itself.
    world.hand.turn(Duration::SECOND);
    let made = ann.create_key(&world.tenant, &asked).await.unwrap();
    assert_eq!(world.detail_of("key.created").await["by"], by);
    ann.revoke_key(&world.tenant, made.key_id).await.unwrap();
    assert_eq!(world.detail_of("key.revoked").await["by"], by);
    drop(
        ann.export_audit(&world.tenant, Point::default(), None)
            .await
            .unwrap(),
    );
    assert_eq!(world.detail_of("audit.exported").await["by"], by);
    world.recovery.audit.seal().await.unwrap();
    world.verified().await;
}
