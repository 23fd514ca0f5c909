//! Section 10: the generated Python client, byte for byte of what it puts on the wire.

use serde_json::{Value, json};
use sqlx::PgPool;

use super::{PIN, code_of, not, types};
use crate::cyclos::{EMAIL, NEW, OLD, USER, basic, call, with};
use crate::harness::{Call, Reply, World};

/// Empty Basic: the client's words for a name and a password that are not configured.
const NOTHING: &str = "Basic Og==";

/// A call as the client makes it: every verb with a body type, `POST` and `DELETE` with `{}`
/// where there is no body.
fn python(method: &'static str, path: &str) -> Call {
    let call = call(method, path)
        .header("accept", "application/json")
        .header("user-agent", "Swagger-Codegen/1.0.0/python")
        .header("accept-encoding", "identity")
        .header("content-type", "application/json");
    if method == "GET" {
        call
    } else {
        call.body("{}")
    }
}

fn token_of(reply: &Reply) -> String {
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["sessionToken"].as_str().unwrap().to_owned()
}

/// Every operation of the family, in one sitting.
#[rekey_test::on_a_database]
async fn a_sitting_of_the_generated_client(db: PgPool) {
    let world = World::with(db, with(&types(&[PIN], "secondary = \"pin\""))).await;
    world
        .import(r#"{"login":"JohnDoe","passwords":{"pin":{"value":"clé-4711"}}}"#)
        .await;
    // get_current_auth never sends credentials, even when configured.
    let guest = world.send(python("GET", "/auth")).await;
    assert_eq!(guest.json().get("user"), None);
    let data = python(
        "GET",
        "/auth/data-for-login?fields=principalTypes&fields=loginPasswordInput",
    );
    let data = world.send(data).await.json();
    assert_eq!(data.as_object().unwrap().len(), 2);
    // login with `cookie=True` and both booleans of the query capitalised.
    let open = python(
        "POST",
        "/auth/session?cookie=True&timeoutInSeconds=600&fields=sessionToken",
    );
    let reply = world
        .send(open.header("authorization", basic(USER, OLD)))
        .await;
    assert_eq!(token_of(&reply).len(), 16);
    assert!(reply.header("set-cookie").is_some());
    let open = python("POST", "/auth/session?cookie=False");
    let token = token_of(
        &world
            .send(open.header("authorization", basic(USER, OLD)))
            .await,
    );
    // Beside a session, the empty Basic that it always sends.
    let session = |method, path: &str| {
        python(method, path)
            .header("session-token", token.as_str())
            .header("authorization", NOTHING)
    };
    let input = world
        .send(session("GET", "/auth/session/secondary-password"))
        .await;
    assert_eq!(input.json()["internalName"], "pin");
    let second = session("POST", "/auth/session/secondary-password");
    world
        .send(second.body(r#""cl\u00e9-4711""#))
        .await
        .is_empty(204);
    let otp = world.send(session("POST", "/auth/otp?medium=email")).await;
    otp.is_code(403, "illegalAction");
    let out = world
        .send(session("DELETE", "/auth/session?cookie=True"))
        .await;
    out.is_empty(200);
    let gone = world.send(session("DELETE", "/auth/session")).await;
    gone.is_code(401, "loggedOut");
    // disconnect_current_client: the proof is a header, and a body on DELETE.
    let client = world.access_client(USER).await;
    let leave = python("DELETE", "/auth/access-client")
        .header("access-client-token", client.as_str())
        .header("confirmationPassword", "whatever");
    world
        .send(leave.header("authorization", NOTHING))
        .await
        .is_empty(200);
}

/// Nothing configured: the empty Basic alone, on everything that lists `basic`.
#[rekey_test::on_a_database]
async fn an_empty_basic_alone(db: PgPool) {
    let world = World::new(db).await;
    let hashes = world.hasher.computed();
    for (method, path) in [
        ("POST", "/auth/session"),
        ("POST", "/auth/otp?medium=email"),
    ] {
        let reply = world
            .send(python(method, path).header("authorization", NOTHING))
            .await;
        reply.is_code(401, "missingAuthorization");
    }
    assert_eq!(world.hasher.computed(), hashes);
}

/// The forgotten password, with what the client percent-encodes, and a body whose absent members it
/// leaves out.
#[rekey_test::on_a_database]
async fn a_forgotten_password(db: PgPool) {
    let world = World::new(db).await;
    let post = |path: &str, body: &Value| python("POST", path).body(body.to_string());
    let ask = post("/auth/forgotten-password/request", &json!({"user": EMAIL}));
    world.send(ask).await.is_empty(204);
    let key = world.mailed_token().await;
    let path = format!("/auth/forgotten-password/data-for-change?fields=generated&key={key}");
    world
        .send(python("GET", &path))
        .await
        .is(200, &json!({"generated": false}));
    let body = json!({"key": key, "newPassword": NEW, "checkConfirmation": true,
        "newPasswordConfirmation": NEW});
    world
        .send(post("/auth/forgotten-password", &body))
        .await
        .is_empty(204);
    world.post().await;
    world.session_of(USER, NEW).await;
    // 4.13's shape, whose user is percent-encoded.
    let body = json!({"user": EMAIL, "sendMedium": "email"});
    let ask = world
        .send(post("/auth/forgotten-password/request", &body))
        .await;
    ask.is(200, &json!({"sendMedium": "email", "sentTo": [EMAIL]}));
    let code = code_of(&world.post().await);
    for (user, code, status) in [
        ("example%40domain.com", code.clone(), 200),
        ("%27JohnDoe", code.clone(), 200),
        ("%27%2B15145550100", code.clone(), 200),
        ("example%40domain.com", not(&code), 403),
    ] {
        let path = format!("/auth/forgotten-password/data-for-change?user={user}&code={code}");
        assert_eq!(
            world.send(python("GET", &path)).await.status,
            status,
            "{user}"
        );
    }
}

/// Names and passwords that are not ASCII come as ISO 8859-1.
#[rekey_test::on_a_database]
async fn basic_in_latin_1(db: PgPool) {
    use base64::Engine as _;
    let world = World::new(db).await;
    world
        .import(r#"{"login":"zoé","passwords":{"login":{"value":"très secret: 42"}}}"#)
        .await;
    let latin: Vec<u8> = "zoé:très secret: 42".chars().map(|c| c as u8).collect();
    let pair = base64::engine::general_purpose::STANDARD.encode(latin);
    let open = python("POST", "/auth/session").header("authorization", format!("Basic {pair}"));
    let auth = world.send(open).await.json();
    assert_eq!(auth["principal"], "zoé");
}
