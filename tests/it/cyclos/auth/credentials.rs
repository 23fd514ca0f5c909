//! Sections 1.2, 1.3 and 1.5: who makes a call.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use serde_json::json;
use sqlx::PgPool;

use crate::cyclos::{EMAIL, OLD, PHONE, USER, WRONG, basic, call, with};
use crate::harness::World;

/// D-3 and D-37: what says nothing is nobody: let in where anybody is, and else told that
/// something is missing.
#[rekey_test::on_a_database]
async fn d_3_d_37_credentials_that_say_nothing(db: PgPool) {
    let world = World::new(db).await;
    let hashes = world.hasher.computed();
    for nothing in [
        "Basic Og==",
        "basic Og==",
        "Basic",
        "Basic ",
        "",
        "Basic !!!",
        "Basic Sm9obkRvZQ==",
        "Bearer abc",
        "Basic IDpwYXNzd29yZA==",
        "Basic SgBvaG46cGFzc3dvcmQ=",
    ] {
        for method_path in [
            ("POST", "/auth/session"),
            ("DELETE", "/auth/session"),
            ("DELETE", "/auth"),
            ("GET", "/auth/session/secondary-password"),
            ("POST", "/auth/session/secondary-password"),
            ("POST", "/auth/otp?medium=email"),
            ("DELETE", "/auth/access-client"),
        ] {
            let call = call(method_path.0, method_path.1).header("authorization", nothing);
            let reply = world.send(call).await;
            reply.is_code(401, "missingAuthorization");
        }
        for path in ["/auth", "/auth/data-for-login"] {
            let reply = world
                .send(call("GET", path).header("authorization", nothing))
                .await;
            assert_eq!(reply.status, 200, "{nothing} {path}");
        }
    }
    for header in ["session-token", "access-client-token", "session-prefix"] {
        let reply = world
            .send(call("GET", "/auth/data-for-login").header(header, ""))
            .await;
        assert_eq!(reply.status, 200, "an empty {header} is none");
        let reply = world
            .send(call("POST", "/auth/session").header(header, " "))
            .await;
        reply.is_code(401, "missingAuthorization");
    }
    assert_eq!(world.hasher.computed(), hashes);
}

/// D-2: session over access client over password; a bad one never falls through to the next.
#[rekey_test::on_a_database]
async fn d_2_the_highest_scheme_decides(db: PgPool) {
    let world = World::new(db).await;
    let token = world.johns_session().await;
    let ezras = world.access_client("Ezra").await;
    let whose = async |call: crate::harness::Call| {
        let reply = world.send(call).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()["user"]["shortDisplay"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let get = || call("GET", "/auth");
    assert_eq!(
        whose(get().session(&token).client(&ezras).basic("JohnTwo", OLD)).await,
        USER
    );
    assert_eq!(
        whose(get().client(&ezras).basic("JohnTwo", OLD)).await,
        "Ezra"
    );
    assert_eq!(whose(get().basic("JohnTwo", OLD)).await, "JohnTwo");
    // The generated client sends an empty name beside every token.
    assert_eq!(
        whose(get().session(&token).header("authorization", "Basic Og==")).await,
        USER
    );
    assert_eq!(
        whose(get().client(&ezras).header("authorization", "Basic Og==")).await,
        "Ezra"
    );

    let hashes = world.hasher.computed();
    let bad = get().session("x").client(&ezras).basic(USER, OLD);
    world.send(bad).await.is_code(401, "loggedOut");
    let bad = get()
        .header("session-prefix", "x")
        .client(&ezras)
        .basic(USER, OLD);
    world.send(bad).await.is_code(401, "loggedOut");
    let bad = get().client("x").basic(USER, OLD);
    world.send(bad).await.is_code(401, "invalidAccessClient");
    assert_eq!(world.hasher.computed(), hashes, "no password was looked at");
}

/// D-31 and 1.3: operations open to all still evaluate what is there.
#[rekey_test::on_a_database]
async fn d_31_bad_credentials_on_open_operations(db: PgPool) {
    let world = World::new(db).await;
    let open = [
        ("GET", "/auth", ""),
        ("GET", "/auth/data-for-login", ""),
        (
            "POST",
            "/auth/forgotten-password/request",
            r#"{"user":"JohnDoe"}"#,
        ),
        ("GET", "/auth/forgotten-password/data-for-change?key=x", ""),
        ("POST", "/auth/forgotten-password", r#"{"key":"x"}"#),
    ];
    for (method, path, body) in open {
        let call = || call(method, path).body(body);
        world
            .send(call().session("gone"))
            .await
            .is_code(401, "loggedOut");
        let reply = world.send(call().client("gone")).await;
        reply.is_code(401, "invalidAccessClient");
        let reply = world.send(call().basic(USER, WRONG)).await;
        reply.is_code(401, "login");
        world
            .import(r#"{"login":"JohnDoe","passwords":{"login":{"value":"Forgotten-2026"}}}"#)
            .await;
    }
    assert!(world.post().await.is_empty(), "nothing was asked for");
    // An access client beside the request is let through.
    let client = world.access_client(USER).await;
    let asked = call("POST", "/auth/forgotten-password/request").client(&client);
    world
        .send(asked.json(&json!({"user": EMAIL})))
        .await
        .is_empty(204);
    assert_eq!(world.post().await.len(), 1);
}

/// 4.1: `data-for-login` is empty for whoever is signed in, however they are.
#[rekey_test::on_a_database]
async fn data_for_login_of_whoever_is_signed_in_is_empty(db: PgPool) {
    let world = World::new(db).await;
    let (token, client) = (world.johns_session().await, world.access_client(USER).await);
    let get = || call("GET", "/auth/data-for-login");
    for call in [
        get().session(&token),
        get().client(&client),
        get().basic(USER, OLD),
    ] {
        world.send(call).await.is_empty(204);
    }
}

/// 1.3: UTF-8, else ISO 8859-1; the first colon divides; padding may be left out.
#[rekey_test::on_a_database]
async fn section_1_3_how_basic_is_read(db: PgPool) {
    let world = World::new(db).await;
    world
        .import(
            r#"{"login":"Élodie","passwords":{"login":{"value":"Été:à:la:plage"}}}
{"login":"colon","passwords":{"login":{"value":":::colons:::"}}}"#,
        )
        .await;
    let latin: Vec<u8> = "Élodie:Été:à:la:plage".chars().map(|c| c as u8).collect();
    for (encoded, login) in [
        (STANDARD.encode("Élodie:Été:à:la:plage"), "Élodie"),
        (STANDARD.encode(&latin), "Élodie"),
        (STANDARD_NO_PAD.encode("colon::::colons:::"), "colon"),
        (STANDARD_NO_PAD.encode(format!("{USER}:{OLD}")), USER),
    ] {
        for scheme in ["Basic", "basic", "BASIC"] {
            let value = format!("{scheme} {encoded}");
            let reply = world
                .send(call("GET", "/auth").header("authorization", value))
                .await;
            assert_eq!(reply.status, 200, "{login}: {}", reply.body);
            assert_eq!(reply.json()["user"]["shortDisplay"], login);
        }
    }
}

/// D-26: one configuration by four names; any other is refused before anything else.
#[rekey_test::on_a_database]
async fn d_26_channels(db: PgPool) {
    let world = World::new(db).await;
    for channel in ["main", "mobile", "webServices", "rest", ""] {
        let call = call("GET", "/auth/data-for-login").header("channel", channel);
        assert_eq!(world.send(call).await.status, 200, "{channel}");
    }
    let hashes = world.hasher.computed();
    for channel in ["sms", "Main", "payAtPos"] {
        let call = call("POST", "/auth/session").header("channel", channel);
        let reply = world.send(call.basic(USER, WRONG)).await;
        reply.is_code(403, "inaccessibleChannel");
    }
    assert_eq!(world.hasher.computed(), hashes);
}

/// D-35: a kind of name that may not sign in is told by its shape, known or not.
#[rekey_test::on_a_database]
async fn d_35_kinds_of_name_that_may_not_sign_in(db: PgPool) {
    let world = World::with(db, with("[cyclos]\nprincipal_types = [\"login\"]\n")).await;
    for name in [EMAIL, "nobody@domain.example", PHONE, "+15145550199"] {
        for password in [OLD, WRONG] {
            let reply = world.sign_in(name, password).await;
            reply.is_code(403, "inaccessiblePrincipal");
        }
    }
    world.johns_session().await;
    let world = {
        let file = format!(
            "{}[cyclos]\nprincipal_types = [\"email\"]\n",
            crate::harness::world::TENANT
        );
        let file = rekey::config::tenant::parse("tenant.toml", &file).unwrap();
        world.operator.apply_tenant(&file).await.unwrap();
        world
    };
    for name in [USER, "nobody", PHONE] {
        let reply = world.sign_in(name, OLD).await;
        reply.is_code(403, "inaccessiblePrincipal");
    }
    world.session_of(EMAIL, OLD).await;
}

/// 1.2 `Principal-Type` (4.12): one of the enabled kinds, or `*` for all.
#[rekey_test::on_a_database]
async fn principal_type_narrows_the_names(db: PgPool) {
    let world = World::with(
        db,
        with("[cyclos]\nprincipal_types = [\"login\", \"email\"]\n"),
    )
    .await;
    let send = async |name: &str, kind: &str| {
        let call = call("GET", "/auth").header("authorization", basic(name, OLD));
        world.send(call.header("principal-type", kind)).await
    };
    for (name, kind) in [
        (USER, "username"),
        (EMAIL, "email"),
        (USER, "*"),
        (EMAIL, "*"),
        (USER, ""),
    ] {
        assert_eq!(send(name, kind).await.status, 200, "{name} {kind}");
    }
    for (name, kind) in [
        (USER, "email"),
        (USER, "mobilePhone"),
        (PHONE, "mobilePhone"),
        (USER, "x"),
    ] {
        let reply = send(name, kind).await;
        reply.is_code(403, "inaccessiblePrincipal");
    }
    send(EMAIL, "username").await.is_code(401, "login");
}

/// A host that no tenant has is nobody's, whatever is presented.
#[rekey_test::on_a_database]
async fn a_host_that_no_tenant_has(db: PgPool) {
    let world = World::new(db).await;
    let token = world.johns_session().await;
    for host in ["elsewhere.localhost", ""] {
        let call = crate::harness::Call::new("GET", "/api/auth").header("host", host);
        let reply = world.send(call.session(&token)).await;
        reply.is(404, &json!({"entityType": "Network", "key": ""}));
    }
    let reply = world
        .send(crate::harness::Call::new("GET", "/api/auth"))
        .await;
    assert_eq!(reply.status, 404);
}
