//! Sections 1.1, 1.2 and 6.1: bodies that cannot be read, paths, methods, headers, browsers.

use serde_json::json;
use sqlx::PgPool;

use crate::cyclos::{OLD, USER, call};
use crate::harness::world::Setting;
use crate::harness::{Call, World};

const BODIED: [&str; 2] = [
    "/auth/forgotten-password/request",
    "/auth/forgotten-password",
];

/// 6.1: 400 says where. (R-07.)
#[rekey_test::on_a_database]
async fn status_400_malformed_json(db: PgPool) {
    let world = World::new(db).await;
    let message = "The body is not the JSON object that is expected here";
    for path in BODIED {
        for (body, line, column) in [
            ("{", 1, 1),
            ("{\n  \"user\": }", 2, 11),
            ("{\"user\":\"a\"", 1, 11),
            ("{\"user\":7}", 1, 1),
        ] {
            let reply = world.send(call("POST", path).body(body)).await;
            let expected =
                json!({"code": "json", "message": message, "line": line, "column": column});
            reply.is(400, &expected);
        }
        for body in [
            "null",
            "[]",
            "\"{}\"",
            "7",
            "{\"a\":1,\"a\":2}",
            "{\"a\":\"\\u0000\"}",
            "{\"a\":\"\\ud800\"}",
            "{} {}",
            "{\"user\":\"a\",}",
        ] {
            let reply = world.send(call("POST", path).body(body)).await;
            let said = reply.json();
            assert_eq!(reply.status, 400, "{body}");
            assert_eq!(
                (&said["code"], &said["message"]),
                (&json!("json"), &json!(message))
            );
            assert!(
                said["line"].as_u64().unwrap() >= 1 && said["column"].as_u64().unwrap() >= 1,
                "{body}"
            );
            assert_eq!(said.as_object().unwrap().len(), 4);
        }
        let latin = call("POST", path).body(&b"{\"user\":\"\xe9\"}"[..]);
        assert_eq!(world.send(latin).await.status, 400);
    }
}

/// design.md, section 4: no more than 64 KiB. (H-07.)
#[rekey_test::on_a_database]
async fn status_413_bodies_that_are_too_large(db: PgPool) {
    let world = World::new(db).await;
    for path in BODIED {
        let fits = format!("{{\"x\":\"{}\"}}", "a".repeat(65_536 - 8));
        assert_eq!(fits.len(), 65_536);
        assert_eq!(
            world
                .send(call("POST", path).body(fits.as_str()))
                .await
                .status,
            422
        );
        let reply = world
            .send(call("POST", path).body(format!("{fits} ")))
            .await;
        reply.is(
            413,
            &json!({"code": "general", "message": "The body is too large"}),
        );
    }
}

/// 6.1: a path that nobody serves, and D-29: a wrong method, bare. (H-07.)
#[rekey_test::on_a_database]
async fn status_404_and_405(db: PgPool) {
    let world = World::new(db).await;
    for path in [
        "/nothing",
        "/auth/",
        "/auth/session/",
        "/auth/nothing",
        "/auth/session/secondary-password/x",
        "/",
    ] {
        for method in ["GET", "POST", "DELETE", "PUT"] {
            let reply = world.send(call(method, path)).await;
            reply.is(404, &json!({"entityType": "Path", "key": ""}));
        }
    }
    for (path, allowed) in [
        ("/auth", "GET,HEAD,DELETE"),
        ("/auth/data-for-login", "GET,HEAD"),
        ("/auth/session", "POST,DELETE"),
        ("/auth/session/secondary-password", "GET,HEAD,POST"),
        ("/auth/otp", "POST"),
        ("/auth/access-client", "DELETE"),
        ("/auth/forgotten-password/request", "POST"),
        ("/auth/forgotten-password/data-for-change", "GET,HEAD"),
        ("/auth/forgotten-password", "POST"),
    ] {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            if allowed.split(',').any(|allowed| allowed == method) {
                continue;
            }
            let reply = world.send(call(method, path).basic(USER, OLD)).await;
            assert_eq!(reply.said(), (405, ""), "{method} {path}");
            assert_eq!(reply.header("content-type"), None);
            let mut said: Vec<_> = reply.header("allow").unwrap().split(',').collect();
            let mut wanted: Vec<_> = allowed.split(',').collect();
            said.sort_unstable();
            wanted.sort_unstable();
            assert_eq!(said, wanted, "{method} {path}");
        }
    }
}

/// HEAD looks and changes nothing.
#[rekey_test::on_a_database]
async fn head_is_answered_without_a_body(db: PgPool) {
    let world = World::new(db).await;
    for path in ["/auth", "/auth/data-for-login"] {
        let reply = world.send(call("HEAD", path)).await;
        assert_eq!(reply.said(), (200, ""), "{path}");
    }
}

/// design.md, section 4: what every answer carries. (H-08.)
#[rekey_test::on_a_database]
async fn every_answer_is_named_and_not_kept(db: PgPool) {
    let world = World::new(db).await;
    for call in [
        call("POST", "/auth/session").basic(USER, OLD),
        call("GET", "/auth"),
        call("DELETE", "/auth/session"),
        call("PUT", "/auth"),
        call("GET", "/nothing"),
    ] {
        let reply = world.send(call).await;
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert!(reply.header("x-request-id").is_some());
        assert_eq!(reply.header("www-authenticate"), None, "1.3");
    }
}

/// 1.2 and D-45: a listed origin may send every header of the dialect, with cookies; no other may.
#[rekey_test::on_a_database]
async fn d_45_browsers_of_listed_origins(db: PgPool) {
    let setting = Setting {
        cors_origins: vec!["https://front.example".to_owned()],
        ..Setting::default()
    };
    let world = World::with(db, setting).await;
    let headers = "authorization,session-token,access-client-token,confirmationpassword,channel,\
                   session-prefix,principal-type,content-type,accept";
    let preflight = |origin: &str, path: &str, method: &str| {
        call("OPTIONS", path)
            .header("origin", origin)
            .header("access-control-request-method", method)
            .header("access-control-request-headers", headers)
    };
    for (path, method) in [
        ("/auth/session", "POST"),
        ("/auth/session", "DELETE"),
        ("/auth/access-client", "DELETE"),
        ("/auth/forgotten-password", "POST"),
    ] {
        let reply = world
            .send(preflight("https://front.example", path, method))
            .await;
        assert_eq!(reply.status, 200);
        let says = |name: &str| reply.header(name).unwrap().to_ascii_lowercase();
        assert_eq!(says("access-control-allow-origin"), "https://front.example");
        assert_eq!(says("access-control-allow-credentials"), "true");
        assert!(
            says("access-control-allow-methods")
                .split(',')
                .any(|m| m == method.to_ascii_lowercase())
        );
        let allowed = says("access-control-allow-headers");
        for header in headers.split(',') {
            assert!(
                allowed.split(',').any(|allowed| allowed == header),
                "{header}"
            );
        }
    }
    for origin in [
        "https://elsewhere.example",
        "null",
        "https://front.example.elsewhere.example",
        "http://front.example",
    ] {
        let reply = world.send(preflight(origin, "/auth/session", "POST")).await;
        assert_eq!(
            reply.header("access-control-allow-origin"),
            None,
            "{origin}"
        );
        let call = call("GET", "/auth").header("origin", origin);
        assert_eq!(
            world.send(call).await.header("access-control-allow-origin"),
            None
        );
    }
    let refused = call("POST", "/auth/session").header("origin", "https://front.example");
    let reply = world.send(refused).await;
    reply.is_code(401, "missingAuthorization");
    assert_eq!(
        reply.header("access-control-allow-origin"),
        Some("https://front.example")
    );
}

/// Without listed origins there is no CORS at all.
#[rekey_test::on_a_database]
async fn d_45_no_origin_is_listed(db: PgPool) {
    let world = World::new(db).await;
    let reply = world
        .send(call("GET", "/auth").header("origin", "https://front.example"))
        .await;
    assert!(
        reply
            .headers
            .keys()
            .all(|name| !name.as_str().starts_with("access-control"))
    );
}

/// The host decides the tenant; each has its own password types and its own people.
#[rekey_test::on_a_database]
async fn tenants_by_host(db: PgPool) {
    let world = World::new(db).await;
    world.neighbour().await;
    let ask = async |host: &str| {
        let call = Call::new("GET", "/api/auth/data-for-login").header("host", host);
        world.send(call).await
    };
    let (ours, theirs) = (ask("DEMO.localhost:8080").await, ask("o.localhost").await);
    assert_eq!((ours.status.as_u16(), theirs.status.as_u16()), (200, 200));
    assert_ne!(
        ours.json()["accessPasswordType"]["id"],
        theirs.json()["accessPasswordType"]["id"]
    );
    let nobodys = ask("x.localhost").await;
    nobodys.is(404, &json!({"entityType": "Network", "key": ""}));
}
