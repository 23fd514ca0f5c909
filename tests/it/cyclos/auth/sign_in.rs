//! 8.1, the table of outcomes: `POST /auth/session`, and the same password for one stateless call.

use serde_json::json;
use sqlx::PgPool;
use time::Duration;

use super::{PIN, types};
use crate::cyclos::{LOGIN, OLD, USER, WRONG, call, with};
use crate::harness::{Reply, World};

/// A stateless call that only a restriction can keep from being illegal.
async fn stateless(world: &World, user: &str, password: &str) -> Reply {
    let call = call("DELETE", "/auth/access-client").basic(user, password);
    world.send(call).await
}

/// Rows 2 and 5 and D-10: nothing that could be right is told from what is wrong.
#[rekey_test::on_a_database]
async fn row_2_unknown_wrong_and_nothing_to_be_right(db: PgPool) {
    let more = format!("{LOGIN}mode = \"generated\"\n");
    let world = World::with(db, with(&more)).await;
    world
        .import(r#"{"login":"Waits","email":"waits@domain.example"}"#)
        .await;
    world
        .sql(
            "insert into password (tenant_id, account_id, password_type_id, standing, failures, changed_at) \
             select tenant_id, account_id, password_type_id, 'pending', 0, '2026-01-01Z' from account \
             join password_type using (tenant_id) where login = 'Waits'",
        )
        .await;
    for user in [
        "nobody",
        "nobody@domain.example",
        "Waits",
        "NoPassword",
        "Mailless",
        "Pending",
    ] {
        for reply in [
            world.sign_in(user, OLD).await,
            stateless(&world, user, OLD).await,
        ] {
            reply.is_code(401, "login");
        }
    }
    world.sign_in(USER, WRONG).await.is_code(401, "login");
    world.sign_in(USER, "").await.is_code(401, "login");
}

/// Row 3: blocked, whatever was typed, by the type's policy.
#[rekey_test::on_a_database]
async fn row_3_a_blocked_password(db: PgPool) {
    let world = World::new(db).await;
    for (policy, status) in [
        ("15m", "temporarilyBlocked"),
        ("forever", "indefinitelyBlocked"),
    ] {
        let file = format!(
            "{}{LOGIN}block = \"{policy}\"\n",
            crate::harness::world::TENANT
        );
        let file = rekey::config::tenant::parse("tenant.toml", &file).unwrap();
        world.operator.apply_tenant(&file).await.unwrap();
        for _ in 0..5 {
            world.sign_in(USER, WRONG).await.is_code(401, "login");
        }
        let body = json!({"code": "login", "passwordStatus": status});
        for password in [OLD, WRONG, ""] {
            world.sign_in(USER, password).await.is(401, &body);
            stateless(&world, USER, password).await.is(401, &body);
        }
        world.hand.turn(Duration::minutes(15));
    }
    let still = world.sign_in(USER, OLD).await;
    still.is(
        401,
        &json!({"code": "login", "passwordStatus": "indefinitelyBlocked"}),
    );
}

/// Row 4 and D-10: `disabled` is told to whoever knows the password.
#[rekey_test::on_a_database]
async fn row_4_a_disabled_password(db: PgPool) {
    let world = World::new(db).await;
    world
        .sql("update password set disabled_at = '2026-01-01Z'")
        .await;
    world.sign_in(USER, WRONG).await.is_code(401, "login");
    let body = json!({"code": "login", "passwordStatus": "disabled"});
    world.sign_in(USER, OLD).await.is(401, &body);
    stateless(&world, USER, OLD).await.is(401, &body);
    // To whoever guesses it blocks like a name that nobody has, and at the last try nothing is
    // evaluated any more.
    for _ in 0..4 {
        world.sign_in(USER, WRONG).await.is_code(401, "login");
    }
    let blocked = json!({"code": "login", "passwordStatus": "temporarilyBlocked"});
    for _ in 0..2 {
        world.sign_in(USER, WRONG).await.is(401, &blocked);
    }
    world.sign_in(USER, OLD).await.is(401, &blocked);
}

/// Rows 6 and 7, D-39: expired and reset passwords open a restricted session; for one call they
/// are refused, with the type.
#[rekey_test::on_a_database]
async fn rows_6_7_expired_and_reset(db: PgPool) {
    let world = World::with(db, with(&format!("{LOGIN}validity = \"90d\"\n"))).await;
    world.hand.turn(Duration::days(90) - Duration::SECOND);
    let auth = world.sign_in(USER, OLD).await.json();
    assert_eq!(auth["expiredPassword"], false, "a second before");
    stateless(&world, USER, OLD)
        .await
        .is_code(403, "illegalAction");
    world.hand.turn(Duration::SECOND);
    let auth = world.sign_in(USER, OLD).await.json();
    assert_eq!(auth["expiredPassword"], true);
    let reply = stateless(&world, USER, OLD).await;
    reply.is_of_type(&world, "expiredPassword", "login");
    let auth = world
        .send(call("GET", "/auth").basic(USER, OLD))
        .await
        .json();
    assert_eq!(auth["expiredPassword"], true, "of the allowed list");

    world.sql("update password set standing = 'reset'").await;
    let auth = world.sign_in(USER, OLD).await.json();
    assert_eq!(auth["expiredPassword"], true);
    let reply = stateless(&world, USER, OLD).await;
    reply.is_of_type(&world, "resetPassword", "login");
}

/// Row 8: the status of the account, to whoever knows the password.
#[rekey_test::on_a_database]
async fn row_8_an_account_that_is_not_active(db: PgPool) {
    let world = World::new(db).await;
    for status in ["blocked", "disabled", "pending"] {
        let line = json!({"login": USER, "status": status}).to_string();
        world.import(&line).await;
        world.sign_in(USER, WRONG).await.is_code(401, "login");
        let body = json!({"code": "login", "userStatus": status});
        world.sign_in(USER, OLD).await.is(401, &body);
        stateless(&world, USER, OLD).await.is(401, &body);
    }
}

/// Row 9: a second password is asked for and there is none that could be given.
#[rekey_test::on_a_database]
async fn row_9_no_second_password(db: PgPool) {
    let world = World::with(db, with(&types(&[PIN], "secondary = \"pin\""))).await;
    let missing =
        |mode| json!({"code": "login", "missingSecondaryPassword": world.kind("pin", mode)});
    world.sign_in(USER, WRONG).await.is_code(401, "login");
    world.sign_in(USER, OLD).await.is(401, &missing("manual"));
    stateless(&world, USER, OLD)
        .await
        .is(401, &missing("manual"));
    world.give_pin().await;
    assert_eq!(world.sign_in(USER, OLD).await.status, 200);
    let of_pin = "update password set disabled_at = '2026-01-01Z' from password_type as t \
                  where t.password_type_id = password.password_type_id and internal_name = 'pin'";
    world.sql(of_pin).await;
    world.sign_in(USER, OLD).await.is(401, &missing("manual"));
}

/// Row 9 with codes: whoever cannot be reached could never give one.
#[rekey_test::on_a_database]
async fn row_9_codes_that_reach_nobody(db: PgPool) {
    let world = World::with(db, with(&types(&[super::CODE], "secondary = \"code\""))).await;
    world
        .import(r#"{"login":"Mailless","passwords":{"login":{"value":"Forgotten-2026"}}}"#)
        .await;
    let body = json!({"code": "login", "missingSecondaryPassword": world.kind("code", "otp")});
    world.sign_in("Mailless", OLD).await.is(401, &body);
    assert_eq!(world.sign_in(USER, OLD).await.status, 200);
}

/// 8.1: block, then value, then the other statuses, then the account's, then the second password.
#[rekey_test::on_a_database]
async fn the_order_of_checks(db: PgPool) {
    let world = World::with(db, with(&types(&[PIN], "secondary = \"pin\""))).await;
    world
        .import(r#"{"login":"JohnDoe","status":"disabled"}"#)
        .await;
    let says = async |name: &str, status: &str| {
        let body = json!({"code": "login", name: status});
        world.sign_in(USER, OLD).await.is(401, &body);
    };
    says("userStatus", "disabled").await;
    world
        .sql("update password set disabled_at = '2026-01-01Z'")
        .await;
    says("passwordStatus", "disabled").await;
    world
        .sql("update password set disabled_at = null, blocked_forever = true")
        .await;
    says("passwordStatus", "indefinitelyBlocked").await;
    world
        .sql("update password set disabled_at = '2026-01-01Z', failures = 5")
        .await;
    // Nothing is evaluated, so nothing is told (D-10).
    world.sign_in(USER, OLD).await.is_code(401, "login");
}

/// O-01: each outcome is in the audit trail, with the account where there is one, and from where.
#[rekey_test::on_a_database]
async fn o_01_sign_ins_are_recorded(db: PgPool) {
    let world = World::new(db).await;
    let tick = || world.hand.turn(Duration::SECOND);
    let token = world.johns_session().await;
    tick();
    let out = call("DELETE", "/auth/session").session(&token);
    world.send(out).await.is_empty(200);
    for (name, password) in [(USER, WRONG), ("nobody", WRONG), ("Disabled", OLD)] {
        tick();
        world.sign_in(name, password).await;
    }
    let rows: Vec<(String, String, bool, bool)> = sqlx::query_as(
        "select action, outcome, account_id is not null, request_id is not null \
         from audit_event where action like 'account.%' order by at, action",
    )
    .fetch_all(&world.db)
    .await
    .unwrap();
    let expected = [
        ("account.authenticated", "done", true),
        ("account.signed-in", "done", true),
        ("account.signed-out", "done", true),
        ("account.signed-in", "wrong password", true),
        ("account.signed-in", "unknown identifier", false),
        ("account.signed-in", "account not active", true),
    ];
    let expected = expected
        .map(|(action, outcome, known)| (action.to_owned(), outcome.to_owned(), known, true));
    assert_eq!(rows, expected);
}
