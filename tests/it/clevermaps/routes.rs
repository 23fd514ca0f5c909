//! Table "Common", methods and paths, tenants by host, faults, and what the log holds.

use std::io;
use std::sync::{Arc, Mutex};

use sqlx::PgPool;
use tracing_subscriber::fmt::MakeWriter;

use super::{NOBODYS, SEND, asking, call, path, resetting};
use crate::harness::{Call, World};

/// design.md, section 2: unknown paths below `/rest/accounts/` are this family's, others SSPR's.
#[rekey_test::on_a_database]
async fn unknown_paths(db: PgPool) {
    let world = World::new(db).await;
    let ours = [
        "/rest/accounts/",
        "/rest/accounts/nothing",
        "/rest/accounts/passwordReset/",
        "/rest/accounts/passwordReset/a/b",
        "/rest/accounts/passwordreset",
        "/rest/accounts//passwordReset",
        "/rest/accounts/%FF",
    ];
    for path in ours {
        for method in ["GET", "POST", "PUT"] {
            world.send(call(method, path)).await.is_neutral(404);
        }
    }
    for path in [
        "/rest/accountsX",
        "/rest//accounts/passwordReset",
        "/rest/nothing",
    ] {
        let reply = world.send(call("POST", path)).await;
        reply.is_refused(404, "NOTFOUND_ROUTE", "No such route");
    }
}

/// Another method is said to be one, with those that are served, and before anything is looked at.
#[rekey_test::on_a_database]
async fn other_methods(db: PgPool) {
    let world = World::new(db).await;
    let token = path(NOBODYS);
    for (path, served, others) in [
        (SEND, "POST", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"]),
        (
            &token,
            "GET,HEAD,POST",
            ["PROPFIND", "PUT", "DELETE", "PATCH", "OPTIONS"],
        ),
    ] {
        for method in others {
            let reply = world.send(Call::new(method, path)).await;
            reply.is_neutral(405);
            assert_eq!(reply.header("allow"), Some(served), "{method} {path}");
        }
    }
    let head = world.send(Call::new("HEAD", SEND)).await;
    assert_eq!(
        (head.said(), head.header("allow")),
        ((405, ""), Some("POST"))
    );
}

/// Row "auth": none; an `Authorization` is ignored, whatever it holds.
#[rekey_test::on_a_database]
async fn authorization_is_ignored(db: PgPool) {
    let world = World::new(db).await;
    for value in ["Bearer x", "", "Basic !!!"] {
        let call = asking("example@domain.com").header("authorization", value);
        world.send(call).await.is_empty(201);
    }
}

/// Rows "documented response headers" and `Accept`: no header of ours carries anything, no reply
/// is kept, and nothing is negotiated.
#[rekey_test::on_a_database]
async fn replies_are_plain_and_hardened(db: PgPool) {
    let world = World::new(db).await;
    let token = world.asked_token("example@domain.com").await;
    let replies = [
        world
            .send(asking("example@domain.com").header("accept", "image/png"))
            .await,
        world
            .send(call("GET", path(&token)).header("accept", "text/html"))
            .await,
        world.look(NOBODYS).await,
        world.send(call("POST", SEND)).await,
    ];
    assert_eq!(
        replies.each_ref().map(|reply| reply.status.as_u16()),
        [201, 200, 404, 400]
    );
    for reply in &replies {
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert!(reply.header("x-request-id").is_some());
        assert_eq!(reply.header("set-cookie"), None);
        assert_eq!(reply.header("location"), None);
        assert!(!format!("{:?}", reply.headers).contains(&token));
    }
}

/// The tenant is that of the host: in any case, with a port; a target in absolute form wins. Without
/// one, and without a default, there is nobody to ask.
#[rekey_test::on_a_database]
async fn the_tenant_is_that_of_the_host(db: PgPool) {
    let world = World::new(db).await;
    world.neighbour().await;
    let to = |host: Option<&'static str>, path: &str, email: &str| {
        let body = serde_json::json!({ "email": email }).to_string();
        let call = Call::new("POST", path).body(body);
        match host {
            Some(host) => call.header("host", host),
            None => call,
        }
    };
    let ours = "ezra@domain.example";
    let theirs = "neighbour@domain.example";
    for host in ["demo.localhost", "DEMO.localhost", "demo.localhost:8080"] {
        world.send(to(Some(host), SEND, ours)).await.is_empty(201);
        world
            .send(to(Some(host), SEND, theirs))
            .await
            .is_neutral(404);
    }
    world
        .send(to(Some("o.localhost"), SEND, theirs))
        .await
        .is_empty(201);
    world
        .send(to(Some("o.localhost"), SEND, ours))
        .await
        .is_neutral(404);
    let absolute = format!("http://o.localhost:8080{SEND}");
    world
        .send(to(Some("demo.localhost"), &absolute, theirs))
        .await
        .is_empty(201);
    for (host, status) in [
        (None, 404),
        (Some("nobody.localhost"), 404),
        (Some(""), 404),
        (Some("a b"), 400),
    ] {
        world.send(to(host, SEND, ours)).await.is_neutral(status);
        let mut look = Call::new("GET", path(NOBODYS));
        look.headers
            .extend(host.map(|host| ("host", host.to_owned())));
        world.send(look).await.is_neutral(status);
    }
}

/// What the request says about hosts chooses a tenant and never a link (T-12).
#[rekey_test::on_a_database]
async fn links_come_from_configuration_only(db: PgPool) {
    let world = World::new(db).await;
    let call = asking("example@domain.com")
        .header("x-forwarded-host", "evil.example")
        .header("forwarded", "host=evil.example;proto=https")
        .header("origin", "https://evil.example");
    world.send(call).await.is_empty(201);
    let letter = world.post().await.remove(0);
    let text = letter.content.text.as_str();
    assert!(
        text.contains("http://rekey.localhost/recover/reset?"),
        "{text}"
    );
    assert!(
        !text.contains("evil") && !text.contains("demo.localhost"),
        "{text}"
    );
}

/// Damage in our own data is an internal error without a word about it. (H-02.)
#[rekey_test::on_a_database]
async fn an_unexpected_fault(db: PgPool) {
    let world = World::new(db).await;
    let token = world.asked_token("example@domain.com").await;
    world
        .sql("update password_type set spec = jsonb_set(spec, '{access}', 'false')")
        .await;
    world.reset(&token, "Qwerty1234!").await.is_neutral(500);
}

/// Without a database: 503 and a word on when to come back, on every operation.
#[rekey_test::on_a_database]
async fn a_dependency_that_is_down(db: PgPool) {
    let world = World::new(db).await;
    world.db.close().await;
    let body = serde_json::json!({ "newPassword": "Qwerty1234!" });
    let calls = [
        asking("example@domain.com"),
        call("GET", path(NOBODYS)),
        resetting(NOBODYS, &body),
    ];
    for call in calls {
        let reply = world.send(call).await;
        reply.is_neutral(503);
        assert!(reply.header("retry-after").unwrap().parse::<u32>().unwrap() > 0);
    }
}

/// What a subscriber wrote.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;
    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// The token is in the path, and the log at level trace holds the route alone: whether the token is
/// good or not, whether the method is served or not, and whether there is an operation or not.
#[rekey_test::on_a_database]
async fn the_log_never_holds_a_token(db: PgPool) {
    let world = World::new(db).await;
    let token = world.asked_token("example@domain.com").await;
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::NEW)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    tracing::trace!("the log is at level trace");
    let upper = token.to_uppercase();
    for token in [&token, &upper, NOBODYS, "Strange%FFtoken"] {
        for method in ["GET", "HEAD", "PUT"] {
            world.send(call(method, format!("{SEND}/{token}"))).await;
        }
        world
            .send(call("GET", format!("{SEND}/{token}/more")))
            .await;
        world
            .send(call("GET", format!("/rest/accounts/{token}")))
            .await;
    }
    world.reset(&token, "weak").await.is_neutral(400);
    world.reset(&token, "Qwerty1234!").await.is_empty(204);
    world.db.close().await;
    world.look(&token).await.is_neutral(503);
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        text.contains("TRACE it::clevermaps") && text.contains("ERROR"),
        "{text}"
    );
    assert!(
        text.contains("/rest/accounts/passwordReset/{passwordResetToken}"),
        "{text}"
    );
    for secret in [token.as_str(), &upper, NOBODYS, "Strange", "Qwerty1234!"] {
        assert!(!text.contains(secret), "{text}");
    }
}
