//! 8.1, the allowed list: what each restricted caller can do, over all operations of the server.

use serde_json::json;
use sqlx::PgPool;
use time::Duration;

use super::{CODE, types};
use crate::cyclos::{LOGIN, OLD, USER, call, with};
use crate::harness::seen::seen;
use crate::harness::{Call, World};

/// The operations of the other dialects: what a Cyclos caller presents is nothing there.
const OTHERS: [(&str, &str); 15] = [
    ("POST", "/rest/1/module/sspr/resetPasswordRequest"),
    ("POST", "/rest/1/module/sspr/resetPassword"),
    ("POST", "/rest/1/module/sspr/sendUsernames"),
    ("POST", "/rest/1/module/sspr/unlockAccountRequest"),
    ("POST", "/rest/1/module/sspr/unlockAccount"),
    ("POST", "/rest/1/module/sspr/validateToken"),
    ("POST", "/rest/accounts/passwordReset"),
    ("GET", "/rest/accounts/passwordReset/x"),
    ("POST", "/rest/accounts/passwordReset/x"),
    ("POST", "/api/v2/authorize"),
    ("POST", "/api/v2/deauthorize"),
    ("PUT", "/api/v2/change-password"),
    ("POST", "/api/v2/forgot-password"),
    ("GET", "/api/v2/forgot-password?token=x"),
    ("PUT", "/api/v2/forgot-password"),
];

/// The operations of `AuthApi`, and the three beside it (docs/decisions/0073), in an order in which each leaves the next its caller, and what a
/// session that is kept from everything else is answered: a status, or the refusal (`None`).
const AUTH: [(&str, &str, &str, Option<u16>); 14] = [
    ("GET", "/auth", "", Some(200)),
    ("GET", "/auth/data-for-login", "", Some(204)),
    ("POST", "/auth/session", "", None),
    ("DELETE", "/auth/access-client", "", None),
    (
        "POST",
        "/auth/forgotten-password/request",
        r#"{"user":"JohnDoe"}"#,
        None,
    ),
    (
        "GET",
        "/auth/forgotten-password/data-for-change?key=x",
        "",
        None,
    ),
    ("POST", "/auth/forgotten-password", r#"{"key":"x"}"#, None),
    ("POST", "/auth/otp?medium=email", "", Some(200)),
    ("GET", "/auth/session/secondary-password", "", Some(200)),
    (
        "POST",
        "/auth/session/secondary-password",
        "\"000000\"",
        Some(403),
    ),
    ("GET", "/ui/data-for-ui", "", Some(200)),
    ("POST", "/sessions", "{}", None),
    ("POST", "/clients/activate?code=1", "", None),
    ("DELETE", "/auth/session", "", Some(200)),
];

/// The operations of `PasswordsApi`, the last twelve of the 41: what a session that must change its
/// access password is let through to (`true`), and what it is refused.
const PASSWORDS: [(&str, &str, bool); 12] = [
    ("GET", "/self/passwords", true),
    ("GET", "/self/passwords/list-data", true),
    ("GET", "/self/passwords/login", true),
    ("POST", "/self/passwords/login/change", true),
    ("POST", "/passwords/login/generate", true),
    ("POST", "/passwords/login/change-generated", false),
    ("POST", "/Ezra/passwords/login/allow-generation", false),
    ("POST", "/Ezra/passwords/login/reset-generated", false),
    ("POST", "/Ezra/passwords/login/reset-and-send", false),
    ("POST", "/self/passwords/login/disable", false),
    ("POST", "/self/passwords/login/enable", false),
    ("POST", "/self/passwords/login/unblock", false),
];

/// What the session of a caller presents.
enum Caller {
    Session(String),
    Basic,
}

impl Caller {
    fn make(&self, method: &'static str, path: &str, body: &str) -> Call {
        let call = call(method, path).body(body);
        match self {
            Self::Session(token) => call.session(token),
            Self::Basic => call.basic(USER, OLD),
        }
    }
}

fn refuses(world: &World, reply: &crate::harness::Reply, code: &str) {
    match code {
        "permissionDenied" => reply.is_code(403, code),
        _ => reply.is_of_type(world, code, "login"),
    }
}

/// Walks `AUTH` with a session.
async fn walk(world: &World, code: &str) {
    let token = world.johns_session().await;
    let is_pending = code == "permissionDenied";
    let caller = Caller::Session(token);
    for (method, path, body, status) in AUTH {
        let reply = world.send(caller.make(method, path, body)).await;
        match status {
            None => refuses(world, &reply, code),
            // Allowed, and there is nothing to give.
            Some(200 | 403) if path.ends_with("secondary-password") && !is_pending => {
                reply.is_code(403, "illegalAction");
            }
            Some(403) => reply.is_of_type(world, "invalidPassword", "code"),
            Some(status) => assert_eq!(reply.status, status, "{method} {path} {}", reply.body),
        }
    }
    assert_eq!(world.post().await.len(), 1, "the code, and nothing else");
}

/// An expired access password.
#[rekey_test::on_a_database]
async fn a_session_with_an_expired_password(db: PgPool) {
    let more = format!("[cyclos]\nconfirmation = \"code\"\n{LOGIN}validity = \"1d\"\n{CODE}");
    let world = World::with(db, with(&more)).await;
    world.hand.turn(Duration::DAY);
    walk(&world, "expiredPassword").await;
}

/// A reset access password.
#[rekey_test::on_a_database]
async fn a_session_with_a_reset_password(db: PgPool) {
    let world = World::with(db, with(&types(&[CODE], "confirmation = \"code\""))).await;
    world.sql("update password set standing = 'reset'").await;
    walk(&world, "resetPassword").await;
}

/// D-17: a session that waits for its second password.
#[rekey_test::on_a_database]
async fn d_17_a_session_that_waits_for_its_second_password(db: PgPool) {
    let world = World::with(db, with(&types(&[CODE], "secondary = \"code\""))).await;
    walk(&world, "permissionDenied").await;
}

/// The restriction is the account's present state, not the session's at its beginning.
#[rekey_test::on_a_database]
async fn a_session_becomes_restricted_when_its_password_does(db: PgPool) {
    let world = World::new(db).await;
    let token = world.johns_session().await;
    let delete = || call("DELETE", "/auth/access-client").session(&token);
    world.send(delete()).await.is_code(403, "illegalAction");
    world.sql("update password set standing = 'reset'").await;
    world
        .send(delete())
        .await
        .is_of_type(&world, "resetPassword", "login");
    world.sql("update password set standing = 'set'").await;
    world.send(delete()).await.is_code(403, "illegalAction");
}

/// 8.1: stateless calls with an expired or a reset password; what needs a session is illegal.
#[rekey_test::on_a_database]
async fn stateless_calls_with_a_password_to_be_changed(db: PgPool) {
    let world = World::with(db, with(&types(&[CODE], "confirmation = \"code\""))).await;
    world.sql("update password set standing = 'reset'").await;
    for (method, path, body, status) in AUTH {
        let reply = world.send(Caller::Basic.make(method, path, body)).await;
        match (path, status) {
            ("/auth/session", _) if method == "POST" => assert_eq!(reply.status, 200),
            (_, None) => refuses(&world, &reply, "resetPassword"),
            ("/auth/session" | "/auth/session/secondary-password", _) => {
                reply.is_code(403, "illegalAction");
            }
            (_, Some(status)) => assert_eq!(reply.status, status, "{method} {path}"),
        }
    }
    assert_eq!(world.post().await.len(), 1);
}

/// D-41: where a second password is configured, a stateless password opens a session and says who
/// it is, and no more. An access client is exempt.
#[rekey_test::on_a_database]
async fn d_41_stateless_calls_where_there_is_a_second_password(db: PgPool) {
    let world = World::with(db, with(&types(&[CODE], "secondary = \"code\""))).await;
    for (method, path, body, _) in AUTH {
        let reply = world.send(Caller::Basic.make(method, path, body)).await;
        match (method, path) {
            ("GET", "/auth" | "/ui/data-for-ui") | ("POST", "/auth/session") => {
                assert_eq!(reply.status, 200);
            }
            ("GET", "/auth/data-for-login") => reply.is_empty(204),
            // These are for sessions, whatever else is asked for (D-38).
            ("DELETE", "/auth/session") | (_, "/auth/session/secondary-password") => {
                reply.is_code(403, "illegalAction");
            }
            _ => reply.is_code(403, "permissionDenied"),
        }
    }
    assert!(world.post().await.is_empty());
    let client = world.access_client(USER).await;
    let otp = call("POST", "/auth/otp?medium=email").client(&client);
    world
        .send(otp)
        .await
        .is(200, &json!([crate::cyclos::EMAIL]));
    let asked = call("POST", "/auth/forgotten-password/request").client(&client);
    world
        .send(asked.json(&json!({"user": USER})))
        .await
        .is_empty(204);
    assert_eq!(world.post().await.len(), 2);
}

/// The fifteen operations of the other dialects take no Cyclos credentials, restricted or not.
#[rekey_test::on_a_database]
async fn the_operations_of_other_dialects(db: PgPool) {
    let world = World::new(db).await;
    let token = world.johns_session().await;
    let client = world.access_client(USER).await;
    for (method, path) in OTHERS {
        let call = || {
            Call::new(method, path)
                .header("host", "demo.localhost")
                .json(&json!({}))
        };
        let nobody = seen(&world.send(call()).await);
        for call in [call().session(&token), call().client(&client)] {
            assert_eq!(seen(&world.send(call).await), nobody, "{method} {path}");
        }
        let stranger = seen(&world.send(call().basic("nobody", "x")).await);
        let known = seen(&world.send(call().basic(USER, OLD)).await);
        assert_eq!(known, stranger, "{method} {path}");
        assert!(known.0 >= 400, "{method} {path}");
    }
}

/// Walks `PASSWORDS` with a session.
async fn walk_passwords(world: &World, code: &str) {
    let token = world.johns_session().await;
    let is_pending = code == "permissionDenied";
    for (method, path, is_admitted) in PASSWORDS {
        let reply = world
            .send(call(method, path).session(&token).body("{}"))
            .await;
        if method == "GET" {
            assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        } else if is_admitted && !is_pending {
            // Let through, to be told what is missing, or that the mode is another.
            let said = reply.json()["code"].clone();
            assert!(
                said == "validation" || said == "illegalAction",
                "{path}: {said}"
            );
        } else {
            refuses(world, &reply, code);
        }
    }
}

/// The last twelve, with an expired password.
#[rekey_test::on_a_database]
async fn passwords_of_a_session_with_an_expired_password(db: PgPool) {
    let world = World::with(db, with(&format!("{LOGIN}validity = \"1d\"\n"))).await;
    world.hand.turn(Duration::DAY);
    walk_passwords(&world, "expiredPassword").await;
}

/// The last twelve, with a reset one.
#[rekey_test::on_a_database]
async fn passwords_of_a_session_with_a_reset_password(db: PgPool) {
    let world = World::new(db).await;
    world.sql("update password set standing = 'reset'").await;
    walk_passwords(&world, "resetPassword").await;
}

/// The last twelve, while the second password is missing; and for a stateless password.
#[rekey_test::on_a_database]
async fn passwords_of_a_session_that_waits_for_its_second_password(db: PgPool) {
    let world = World::with(db, with(&types(&[CODE], "secondary = \"code\""))).await;
    walk_passwords(&world, "permissionDenied").await;
    for (method, path, _) in PASSWORDS {
        let reply = world.send(Caller::Basic.make(method, path, "{}")).await;
        reply.is_code(403, "permissionDenied");
    }
}
