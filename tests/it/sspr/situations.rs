//! Table 5: situations 1 to 18, in their order. Rows 3, 4, 7, 8 and 9 have files of their own.

use serde_json::json;
use sqlx::PgPool;

use super::{OPERATIONS, minimal, path, with_token};
use crate::harness::world::{Setting, TENANT};
use crate::harness::{Call, World};

/// Row 1, D16 and D17.
#[rekey_test::on_a_database]
async fn row_1_an_unknown_path_under_rest(db: PgPool) {
    let world = World::new(db).await;
    let unknown = [
        "/rest/",
        "/rest/1/module/sspr",
        "/rest/1/module/sspr/",
        "/rest/1/module/sspr/nothing",
        "/rest/1/module/sspr/resetPassword/",
        "/rest//1/module/sspr/resetPasswordRequest",
        "/rest/1/module/sspr/resetpasswordrequest",
        "/rest/2/module/sspr/resetPassword",
    ];
    for path in unknown {
        for method in ["POST", "GET"] {
            let call = Call::new(method, path).header("authorization", world.key.reveal());
            world
                .send(call)
                .await
                .is_refused(404, "NOTFOUND_ROUTE", "No such route");
        }
    }
    let without_rest = Call::new("POST", "/1/module/sspr/resetPasswordRequest");
    assert_eq!(world.send(without_rest).await.status, 404, "D17");
}

/// D16: old clients call one path with a slash at its end. It is answered in place: a redirect
/// would be followed with another method by some.
#[rekey_test::on_a_database]
async fn d16_one_path_may_end_in_a_slash(db: PgPool) {
    let world = World::new(db).await;
    let body = minimal("resetPasswordRequest");
    world.sspr("resetPasswordRequest/", &body).await.is_done();
    assert_eq!(world.post().await.len(), 1);
}

/// Row 2: only POST, and said so, before the key is looked at.
#[rekey_test::on_a_database]
async fn row_2_only_post(db: PgPool) {
    let world = World::new(db).await;
    for operation in OPERATIONS {
        for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            let reply = world.send(Call::new(method, path(operation))).await;
            reply.is_refused(405, "METHODNOTALLOWED", "Use POST");
            assert_eq!(reply.header("allow"), Some("POST"));
        }
        let head = world.send(Call::new("HEAD", path(operation))).await;
        assert_eq!(
            (head.status.as_u16(), head.header("allow")),
            (405, Some("POST"))
        );
    }
}

/// Row 5: 64 KiB and no more; the key is asked first.
#[rekey_test::on_a_database]
async fn row_5_a_body_over_the_limit(db: PgPool) {
    let world = World::new(db).await;
    let mut body = minimal("resetPasswordRequest");
    body["padding"] = "x".repeat(70 * 1024).into();
    for operation in OPERATIONS {
        let reply = world.sspr(operation, &body).await;
        reply.is_refused(413, "BADREQUEST", "Request body too large");
    }
    let keyless = Call::new("POST", path("resetPassword")).json(&body);
    assert_eq!(world.send(keyless).await.status, 403);
}

/// Row 6: not a JSON object, not UTF-8, not said to be JSON; and what design.md, section 2 calls
/// malformed.
#[rekey_test::on_a_database]
async fn row_6_a_body_that_is_not_a_json_object(db: PgPool) {
    let world = World::new(db).await;
    let whole = minimal("resetPasswordRequest").to_string();
    let duplicate = whole.replacen('{', r#"{"sUserLoginname":"Ezra","#, 1);
    let bodies: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b"  ".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"\"x\"".to_vec(),
        b"{".to_vec(),
        b"pksCustomerCode=demo".to_vec(),
        duplicate.into_bytes(),
        whole.replace("JohnDoe", "John\\u0000Doe").into_bytes(),
        whole.replace("JohnDoe", "\\ud800").into_bytes(),
        [whole.as_bytes(), b"\xff"].concat(),
        whole.replace("JohnDoe", "x\u{0}").into_bytes(),
    ];
    let message = "Request body is not a JSON object";
    for operation in OPERATIONS {
        for body in &bodies {
            let call = Call::new("POST", path(operation))
                .header("authorization", world.key.reveal())
                .header("content-type", "application/json")
                .body(body.clone());
            world
                .send(call)
                .await
                .is_refused(400, "BADREQUEST", message);
        }
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonx",
        ] {
            let call = Call::new("POST", path(operation))
                .header("authorization", world.key.reveal())
                .header("content-type", kind)
                .body(minimal(operation).to_string());
            world
                .send(call)
                .await
                .is_refused(400, "BADREQUEST", message);
        }
    }
    assert!(world.post().await.is_empty());
}

/// Row 10: one reply for a code that is nobody's and for one that is another tenant's.
#[rekey_test::on_a_database]
async fn row_10_no_such_customer(db: PgPool) {
    let world = World::new(db).await;
    let other = TENANT
        .replace("\"demo\"", "\"other\"")
        .replace("demo.localhost", "o.localhost");
    let file = rekey::config::tenant::parse("other.toml", &other).unwrap();
    world.operator.apply_tenant(&file).await.unwrap();
    for operation in OPERATIONS {
        for code in ["other", "nobody", "DEMO", "démo"] {
            let mut body = minimal(operation);
            body["pksCustomerCode"] = code.into();
            let reply = world.sspr(operation, &body).await;
            reply.is_refused(404, "NOTFOUND_OBJECT", "Customer not found");
        }
    }
    assert!(world.post().await.is_empty());
}

/// Row 11 and D11.
#[rekey_test::on_a_database]
async fn row_11_recovery_turned_off(db: PgPool) {
    let tenant = format!("{TENANT}\n[sspr]\nenabled = false\n");
    let world = World::with(
        db,
        Setting {
            tenant,
            ..Setting::default()
        },
    )
    .await;
    for operation in OPERATIONS {
        let reply = world.sspr(operation, &minimal(operation)).await;
        let message = "Self-service recovery is disabled";
        reply.is_refused(403, "FORBIDDEN_CONFIGURATION", message);
    }
    assert!(world.post().await.is_empty());
}

/// Row 14: every violation at once, and the token stays good (lesson L11 of the wishes, T-11). (P-06.)
#[rekey_test::on_a_database]
async fn row_14_a_password_that_fails_the_policy_does_not_spend_the_token(db: PgPool) {
    let tenant = format!(
        "{TENANT}\n[[password_type]]\ninternal_name = \"login\"\naccess = true\n\
         require = [\"upper\", \"lower\", \"digit\", \"special\"]\n"
    );
    let world = World::with(
        db,
        Setting {
            tenant,
            ..Setting::default()
        },
    )
    .await;
    let token = world.reset_token().await;
    let cases = [
        (
            "",
            "at least 8 characters, at least one upper-case letter, at least one lower-case letter, at least one digit, at least one special character, not a common or obvious password",
        ),
        (
            "short",
            "at least 8 characters, at least one upper-case letter, at least one digit, at least one special character, not a common or obvious password",
        ),
        ("UPPER-123", "at least one lower-case letter"),
        (&"aA1-".repeat(40), "at most 128 characters"),
    ];
    for (password, rules) in cases {
        let mut body = with_token("resetPassword", &token);
        body["sPassword"] = password.into();
        let message = format!("Password does not meet the policy: {rules}");
        let reply = world.sspr("resetPassword", &body).await;
        reply.is_refused(422, "UNPROCESSABLEENTITY_DATA_VALIDATION", &message);
    }
    world.spend("resetPassword", &token).await.is_done();
}

/// Row 14 and P-05: common passwords and the account's own words, compared whole and folded.
#[rekey_test::on_a_database]
async fn row_14_common_passwords_and_own_words_are_refused(db: PgPool) {
    let world = World::new(db).await;
    let token = world.reset_token().await;
    let message = "Password does not meet the policy: not a common or obvious password";
    for password in [
        "password1",
        "PASSWORD1",
        "example@domain.com",
        "demo cooperative",
        "John Doe",
    ] {
        let mut body = with_token("resetPassword", &token);
        body["sPassword"] = password.into();
        let reply = world.sspr("resetPassword", &body).await;
        reply.is_refused(422, "UNPROCESSABLEENTITY_DATA_VALIDATION", message);
    }
    let mut body = with_token("resetPassword", &token);
    body["sPassword"] = "John Doe keeps bees".into();
    world.sspr("resetPassword", &body).await.is_done();
}

/// Row 13 wins over row 14: a stranger learns nothing of the policy.
#[rekey_test::on_a_database]
async fn row_13_comes_before_row_14(db: PgPool) {
    let world = World::new(db).await;
    let mut body = minimal("resetPassword");
    body["sPassword"] = "x".into();
    world.sspr("resetPassword", &body).await.is_a_dead_token();
}

/// Row 15: a type that remembers its last values; the current one counts too.
#[rekey_test::on_a_database]
async fn row_15_a_password_that_came_back(db: PgPool) {
    let tenant = format!(
        "{TENANT}\n[[password_type]]\ninternal_name = \"login\"\naccess = true\nhistory = 2\n"
    );
    let world = World::with(
        db,
        Setting {
            tenant,
            ..Setting::default()
        },
    )
    .await;
    let set = async |token: &str, password: &str| {
        let mut body = with_token("resetPassword", token);
        body["sPassword"] = password.into();
        world.sspr("resetPassword", &body).await
    };
    world.hand.turn(time::Duration::MINUTE);
    let token = world.reset_token().await;
    let (code, message) = (
        "UNPROCESSABLEENTITY_CHANGEPASSWORD_SAME",
        "Password was used before",
    );
    set(&token, "Forgotten-2026")
        .await
        .is_refused(422, code, message);
    set(&token, "Second-value-2").await.is_done();
    world.post().await;
    world.hand.turn(time::Duration::MINUTE);
    let token = world.reset_token().await;
    set(&token, "Forgotten-2026")
        .await
        .is_refused(422, code, message);
    set(&token, "Third-value-33").await.is_done();
    world.post().await;
    world.hand.turn(time::Duration::MINUTE);
    let token = world.reset_token().await;
    set(&token, "Second-value-2")
        .await
        .is_refused(422, code, message);
    set(&token, "Forgotten-2026").await.is_done();
}

/// Row 15: without a history nothing is forbidden, not even the present value.
#[rekey_test::on_a_database]
async fn row_15_without_a_history_any_value_may_come_back(db: PgPool) {
    let world = World::new(db).await;
    let mut body = with_token("resetPassword", &world.reset_token().await);
    body["sPassword"] = "Forgotten-2026".into();
    world.sspr("resetPassword", &body).await.is_done();
}

/// Row 16 and D15: unlocking what is not locked succeeds, tells nobody and spends the token.
#[rekey_test::on_a_database]
async fn row_16_unlocking_what_is_not_locked(db: PgPool) {
    let world = World::new(db).await;
    let body = with_token("unlockAccount", &world.unlock_token().await);
    world.sspr("unlockAccount", &body).await.is_done();
    assert!(
        world.post().await.is_empty(),
        "nothing happened, so there is no notice"
    );
    world.sspr("unlockAccount", &body).await.is_a_dead_token();
}

/// Row 17: damage in our own data is an internal error without a word about it. (H-02.)
#[rekey_test::on_a_database]
async fn row_17_an_unexpected_fault(db: PgPool) {
    let world = World::new(db).await;
    let token = world.reset_token().await;
    world
        .sql("update password_type set spec = jsonb_set(spec, '{access}', 'false')")
        .await;
    let reply = world.spend("resetPassword", &token).await;
    reply.is_refused(500, "ERROR_INTERNAL", "Internal error");
}

/// Row 18: without a database, 503 and a word on when to come back, on every operation.
#[rekey_test::on_a_database]
async fn row_18_a_dependency_that_is_down(db: PgPool) {
    let world = World::new(db).await;
    world.db.close().await;
    for operation in OPERATIONS {
        let reply = world.sspr(operation, &minimal(operation)).await;
        reply.is_refused(503, "ERROR_INTERNAL", "Temporarily unavailable");
        assert!(reply.header("retry-after").unwrap().parse::<u32>().unwrap() > 0);
    }
}

/// Section 4: no reply redirects, D18: `Accept` never leads to 406, and every reply is hardened.
/// (S-02.)
#[rekey_test::on_a_database]
async fn d18_accept_is_never_refused_and_every_reply_is_hardened(db: PgPool) {
    let world = World::new(db).await;
    let call = world
        .sspr_call("sendUsernames", &minimal("sendUsernames"))
        .header("accept", "image/png");
    let done = world.send(call).await;
    done.is_done();
    let refused = world.sspr("sendUsernames", &json!({})).await;
    for reply in [&done, &refused] {
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert!(reply.header("x-request-id").is_some());
        assert_eq!(reply.header("www-authenticate"), None);
        assert_eq!(reply.header("set-cookie"), None, "S-02");
    }
}

/// A browser front end of a listed origin is let in; any other is not, nor is anybody by default.
/// (H-08.)
#[rekey_test::on_a_database]
async fn browsers_of_listed_origins_may_call(db: PgPool) {
    let cors_origins = vec!["https://app.example".to_owned()];
    let world = World::with(
        db,
        Setting {
            cors_origins,
            ..Setting::default()
        },
    )
    .await;
    let preflight = |origin: &str| {
        Call::new("OPTIONS", path("resetPassword"))
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "authorization,content-type",
            )
    };
    let allowed = world.send(preflight("https://app.example")).await;
    assert_eq!(allowed.status, 200);
    assert_eq!(
        allowed.header("access-control-allow-origin"),
        Some("https://app.example")
    );
    for origin in ["https://evil.example", "http://app.example", "null"] {
        let refused = world.send(preflight(origin)).await;
        assert_eq!(
            refused.header("access-control-allow-origin"),
            None,
            "{origin}"
        );
    }
    let call = world
        .sspr_call("sendUsernames", &minimal("sendUsernames"))
        .header("origin", "https://app.example");
    let done = world.send(call).await;
    done.is_done();
    assert_eq!(
        done.header("access-control-allow-origin"),
        Some("https://app.example")
    );
}
