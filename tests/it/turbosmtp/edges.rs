//! Paths, methods, sizes, hosts and faults: always one member, `message`.

use sqlx::PgPool;

use super::{EMAIL, NEW, OLD, call, change, login};
use crate::harness::{Call, World};

#[rekey_test::on_a_database]
async fn unknown_paths_and_wrong_methods(db: PgPool) {
    let world = World::new(db).await;
    for path in [
        "/api/v2/",
        "/api/v2/nothing",
        "/api/v2/authorize/",
        "/api/v2/authorize/x",
        "/api/v2//authorize",
    ] {
        for method in ["GET", "POST", "PUT"] {
            let call = Call::new(method, path).header("host", "demo.localhost");
            world.send(call).await.says(404, "not_found");
        }
    }
    for (method, operation, allowed) in [
        ("GET", "authorize", vec!["POST"]),
        ("PUT", "deauthorize", vec!["POST"]),
        ("POST", "change-password", vec!["PUT"]),
        (
            "DELETE",
            "forgot-password",
            vec!["GET", "HEAD", "POST", "PUT"],
        ),
    ] {
        let reply = world.send(call(method, operation)).await;
        reply.says(405, "method_not_allowed");
        let mut allow: Vec<_> = reply.header("allow").unwrap().split(',').collect();
        allow.sort_unstable();
        assert_eq!(allow, allowed, "{operation}");
    }
}

#[rekey_test::on_a_database]
async fn a_body_over_64_kib(db: PgPool) {
    let world = World::new(db).await;
    let key = world.turbo_key(EMAIL, OLD).await;
    let long = "x".repeat(64 * 1024 + 1);
    for (method, operation) in [
        ("POST", "authorize"),
        ("PUT", "change-password"),
        ("POST", "forgot-password"),
        ("PUT", "forgot-password"),
    ] {
        let call = call(method, operation).header("authorization", key.as_str());
        let reply = world.send(call.body(long.clone())).await;
        reply.says(413, "request_body_too_large");
    }
    // Row 19: no length of our own below that.
    let spaces = format!("{}{}", login(EMAIL, OLD), " ".repeat(60_000));
    let reply = world.send(call("POST", "authorize").body(spaces)).await;
    assert_eq!(reply.status, 200);
}

/// design.md, section 2: the tenant is that of the host; the target's authority wins; no port.
#[rekey_test::on_a_database]
async fn the_host_says_which_tenant(db: PgPool) {
    let world = World::new(db).await;
    world.neighbour().await;
    let sign_in = |host: &str, path: &str| {
        let call = Call::new("POST", path).json(&login(EMAIL, OLD));
        world.send(if host.is_empty() {
            call
        } else {
            call.header("host", host)
        })
    };
    let path = "/api/v2/authorize";
    for host in ["demo.localhost", "DEMO.localhost:8080"] {
        assert_eq!(sign_in(host, path).await.status, 200, "{host}");
    }
    let absolute = "http://demo.localhost:1/api/v2/authorize";
    assert_eq!(sign_in("o.localhost", absolute).await.status, 200);
    let other = sign_in("o.localhost", path).await;
    other.says(403, "wrong_credentials_specified");
    for host in ["", "unknown.example", "demo.localhost.evil.example"] {
        sign_in(host, path).await.says(404, "not_found");
        for (method, operation) in [
            ("POST", "deauthorize"),
            ("PUT", "change-password"),
            ("GET", "forgot-password"),
            ("POST", "forgot-password"),
            ("PUT", "forgot-password"),
        ] {
            let call = Call::new(method, format!("/api/v2/{operation}")).header("host", host);
            world.send(call).await.says(404, "not_found");
        }
    }
}

/// A database that does not answer: 503 and a wait; a damaged row: 500. Neither says more. (H-02.)
#[rekey_test::on_a_database]
async fn our_faults(db: PgPool) {
    let world = World::new(db).await;
    let key = world.turbo_key(EMAIL, OLD).await;
    world.sql("update password set hash = 'broken'").await;
    let broken = world.authorize(&login(EMAIL, OLD)).await;
    broken.says(500, "internal_error");
    let broken = world.change(&key, &change(OLD, NEW)).await;
    broken.says(500, "internal_error");
    assert_eq!(broken.header("retry-after"), None);
    world.db.close().await;
    for (method, operation) in [
        ("POST", "authorize"),
        ("POST", "deauthorize"),
        ("PUT", "change-password"),
        ("GET", "forgot-password"),
        ("POST", "forgot-password"),
        ("PUT", "forgot-password"),
    ] {
        let reply = world.send(call(method, operation)).await;
        reply.says(503, "service_unavailable");
        assert_eq!(reply.header("retry-after"), Some("5"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
    }
}
