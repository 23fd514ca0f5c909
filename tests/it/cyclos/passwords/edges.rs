//! Paths, methods and bodies at their edges (1.1, 3 and 6).

use serde_json::json;
use sqlx::PgPool;

use super::{By, NEW, OLD, State, call, change, world};
use crate::harness::Call;

const ANN: By = By::Login("ann");
const ADA: By = By::Login("ada");

/// The 12 operations, by method and path.
const OPERATIONS: [(&str, &str); 12] = [
    ("GET", "/self/passwords"),
    ("GET", "/self/passwords/list-data"),
    ("GET", "/self/passwords/pin"),
    ("POST", "/self/passwords/pin/change"),
    ("POST", "/passwords/token/change-generated"),
    ("POST", "/passwords/token/generate"),
    ("POST", "/self/passwords/pin/allow-generation"),
    ("POST", "/self/passwords/pin/reset-generated"),
    ("POST", "/self/passwords/pin/reset-and-send"),
    ("POST", "/self/passwords/pin/disable"),
    ("POST", "/self/passwords/pin/enable"),
    ("POST", "/self/passwords/pin/unblock"),
];

/// Section 3.1: every way to name oneself is the owner (D-42), every way to name another finds them.
#[rekey_test::on_a_database]
async fn users_are_named_in_every_way(db: PgPool) {
    let world = world(db, "").await;
    world
        .import(r#"{"login":"1234567","passwords":{"login":{"value":"Forgotten-2026"}}}"#)
        .await;
    let id = world.shown_id("ann").await;
    let own = world.get(&ANN, "/self/passwords/login").await.json();
    for user in [
        id.as_str(),
        &format!("%2B{id}"),
        &format!("+{id}"),
        "ann",
        "ANN",
        "%61nn",
        "%27ann",
        "'ann",
        "ann%40demo.example",
        "ann@DEMO.example",
        "%27%2B15145550111",
        "'+15145550111",
        "%2B1%20514%20555-0111",
        "0015145550111%20",
    ] {
        let reply = world.get(&ANN, &format!("/{user}/passwords/login")).await;
        assert_eq!(reply.json(), own, "{user}");
        let reply = world.get(&ADA, &format!("/{user}/passwords/login")).await;
        assert_eq!(reply.status, 200, "{user}: {}", reply.body);
        assert_eq!(reply.json()["requireOldPasswordForChange"], false, "{user}");
        // D-13: the same result whichever way the caller names himself.
        let path = format!("/{user}/passwords/pin/reset-and-send");
        world.post_to(&ANN, &path).await.is_illegal();
    }
    // Digits are a number, unless they are quoted.
    world
        .get(&ADA, "/1234567/passwords")
        .await
        .is_unknown("User", "1234567");
    assert_eq!(world.get(&ADA, "/%271234567/passwords").await.status, 200);
    world
        .get(&ADA, "/+15145550111/passwords")
        .await
        .is_unknown("User", "+15145550111");
}

/// What cannot name anybody is answered like what names nobody, never by a fault.
#[rekey_test::on_a_database]
async fn odd_names_are_nobodys(db: PgPool) {
    let world = world(db, "").await;
    let long = "x".repeat(3_000);
    for (path, key) in [
        ("%00", "\0"),
        ("a%00b", "a\0b"),
        ("a%2Fb", "a/b"),
        ("%20", " "),
        ("%27", "'"),
        ("%F0%9F%A6%80", "🦀"),
        ("a%0Ab", "a\nb"),
        ("'self", "'self"),
        ("Self", "Self"),
        ("auth", "auth"),
        ("passwords", "passwords"),
        (long.as_str(), long.as_str()),
    ] {
        let reply = world.get(&ADA, &format!("/{path}/passwords")).await;
        reply.is_unknown("User", key);
        let reply = world
            .post_to(&ADA, &format!("/{path}/passwords/pin/disable"))
            .await;
        reply.is_unknown("User", key);
    }
    for path in [
        "/%FF/passwords",
        "/self/passwords/%FF",
        "/%FF/passwords/pin/disable",
    ] {
        world.get(&ANN, "/self/passwords").await;
        let method = if path.ends_with("disable") {
            "POST"
        } else {
            "GET"
        };
        world
            .by(&ADA, call(method, path))
            .await
            .is_unknown("Path", "");
    }
    for (kind, key) in [
        ("nothing", "nothing"),
        ("Login", "Login"),
        ("0", "0"),
        ("99999999999999999999", "99999999999999999999"),
        ("%00", "\0"),
        ("pin%20", "pin "),
    ] {
        for path in [
            format!("/self/passwords/{kind}"),
            format!("/ann/passwords/{kind}"),
        ] {
            let by = if path.starts_with("/self") {
                &ANN
            } else {
                &ADA
            };
            world.get(by, &path).await.is_unknown("PasswordType", key);
        }
        for path in [
            format!("/self/passwords/{kind}/change"),
            format!("/self/passwords/{kind}/reset-and-send"),
            format!("/passwords/{kind}/generate"),
            format!("/passwords/{kind}/change-generated"),
        ] {
            world
                .post_to(&ANN, &path)
                .await
                .is_unknown("PasswordType", key);
        }
    }
}

/// The methods enabled in configuration name others; oneself any own name does.
#[rekey_test::on_a_database]
async fn only_enabled_kinds_of_name_find_others(db: PgPool) {
    let world = world(db, "[cyclos]\nprincipal_types = [\"login\"]\n").await;
    assert_eq!(world.get(&ADA, "/ann/passwords").await.status, 200);
    let reply = world.get(&ADA, "/ann@demo.example/passwords").await;
    reply.is_unknown("User", "ann@demo.example");
    assert_eq!(
        world.get(&ANN, "/ann@demo.example/passwords").await.status,
        200
    );
}

/// Every path has its method and no other; what is beside them is nothing.
#[rekey_test::on_a_database]
async fn other_methods_and_paths_are_refused(db: PgPool) {
    let world = world(db, "").await;
    for (method, path) in OPERATIONS {
        for other in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            if other == method {
                continue;
            }
            let reply = world.by(&ANN, call(other, path)).await;
            assert_eq!(reply.said(), (405, ""), "{other} {path}");
        }
        let slash = world
            .by(
                &ANN,
                call(
                    if method == "GET" { "GET" } else { "POST" },
                    &format!("{path}/"),
                ),
            )
            .await;
        slash.is_unknown("Path", "");
    }
    for path in [
        "/self",
        "/self/password",
        "/self/passwords/pin/generate",
        "/self/passwords/pin/change/now",
        "/passwords/pin",
        "/passwords/pin/change",
        "/passwords",
    ] {
        let reply = world.post_to(&ANN, path).await;
        reply.is_unknown("Path", "");
    }
}

/// All 12 want credentials, of each scheme, and take each scheme.
#[rekey_test::on_a_database]
async fn credentials_are_wanted_and_taken(db: PgPool) {
    let world = world(db, "").await;
    let (session, client) = (
        world.session_by("ann", OLD).await,
        world.client("ann").await,
    );
    let stale = [
        (By::Nobody, "missingAuthorization"),
        (By::Password("", String::new()), "missingAuthorization"),
        (By::Password("ann", "Wrong-2026".to_owned()), "login"),
        (By::Session("x".repeat(32)), "loggedOut"),
        (By::Client("x".repeat(40)), "invalidAccessClient"),
    ];
    for (method, path) in OPERATIONS {
        let method = if method == "GET" { "GET" } else { "POST" };
        for (by, code) in &stale {
            world.put("ann", "login", State::Active).await;
            world.by(by, call(method, path)).await.has_code(401, code);
        }
        for by in [&ANN, &session, &client] {
            let reply = world.by(by, call(method, path)).await;
            assert_ne!(reply.status, 401, "{by:?} {path}");
        }
    }
}

/// The bodyless operations take whatever the generated client sends; `change` reads its own.
#[rekey_test::on_a_database]
async fn bodies_are_read_where_there_is_one(db: PgPool) {
    let world = world(db, "").await;
    world.put("ann", "pin", State::Active).await;
    for body in ["", "{}", "{", "null"] {
        for deed in ["disable", "enable"] {
            let call = call("POST", &format!("/self/passwords/pin/{deed}"));
            let call = call.header("content-type", "application/json").body(body);
            world.by(&ANN, call).await.is_nothing();
        }
    }
    let changing = |body: &str| call("POST", "/self/passwords/pin/change").body(body);
    for body in [
        "{",
        "[]",
        "\"{}\"",
        "null",
        r#"{"a":1,"a":2}"#,
        r#"{"newPassword":7}"#,
        r#"{"newPassword":"\u0000"}"#,
    ] {
        let reply = world.by(&ANN, changing(body)).await;
        reply.has_code(400, "json");
    }
    for body in [
        "",
        " \n",
        "{}",
        r#"{"newPassword":null,"oldPassword":null,"checkConfirmation":null}"#,
    ] {
        let reply = world.by(&ANN, changing(body)).await;
        reply.is_invalid(&["oldPassword", "newPassword"]);
    }
    let huge = json!({"oldPassword": OLD, "newPassword": "x".repeat(70_000)}).to_string();
    let reply = world.by(&ANN, changing(&huge)).await;
    assert_eq!(reply.status, 413);
    // Refused before anything of a body is looked at.
    let reply = world.by(&By::Nobody, changing("{")).await;
    reply.has_code(401, "missingAuthorization");
    let denied = call("POST", "/bob/passwords/pin/change").body("{");
    world.by(&ANN, denied).await.is_denied();
    world.put("ann", "pin", State::Disabled).await;
    world.by(&ANN, changing("{")).await.is_illegal();
    world.put("ann", "pin", State::Active).await;
    let unknown = json!({"oldPassword": OLD, "newPassword": NEW, "extra": [1]});
    world
        .by(&ANN, changing(&unknown.to_string()))
        .await
        .is_nothing();
}

/// The channel is looked at, and another tenant's people are nobody.
#[rekey_test::on_a_database]
async fn channels_and_tenants_are_apart(db: PgPool) {
    let world = world(db, "").await;
    let asked = || ANN.sign(call("GET", "/self/passwords"));
    let reply = world.send(asked().header("channel", "sms")).await;
    reply.has_code(403, "inaccessibleChannel");
    assert_eq!(
        world.send(asked().header("channel", "mobile")).await.status,
        200
    );
    world.neighbour().await;
    let there: i64 = sqlx::query_scalar("select account_id from account where login = 'Neighbour'")
        .fetch_one(&world.db)
        .await
        .unwrap();
    for user in [
        there.to_string(),
        "Neighbour".to_owned(),
        "neighbour@domain.example".to_owned(),
    ] {
        world
            .get(&ADA, &format!("/{user}/passwords"))
            .await
            .is_unknown("User", &user);
    }
    let elsewhere = Call::new("GET", "/api/self/passwords").header("host", "o.localhost");
    world.send(ANN.sign(elsewhere)).await.has_code(401, "login");
}

/// A change leaves nothing of what was typed in the database.
#[rekey_test::on_a_database]
async fn nothing_typed_is_stored(db: PgPool) {
    let world = world(db, "").await;
    let changing = call("POST", "/self/passwords/login/change").json(&change(Some(OLD), NEW));
    world.by(&ANN, changing).await.is_nothing();
    let found = "select count(*) from (select row_to_json(t)::text as row from (
            select detail::text from audit_event union all select work::text from job) t) rows
        where row like '%Remembered-2027%' or row like '%Forgotten-2026%'";
    assert_eq!(world.count(found).await, 0);
}
