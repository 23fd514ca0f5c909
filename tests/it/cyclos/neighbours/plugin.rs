//! The official plugin for `WordPress`, request by request as it makes them.

use serde_json::{Value, json};
use sqlx::PgPool;

use super::SITE;
use crate::cyclos::auth::code_of;
use crate::cyclos::{EMAIL, NEW, OLD, USER, call};
use crate::harness::{Call, World};

/// What it sends with every call.
fn plugin(method: &'static str, path: &str) -> Call {
    call(method, path).header("content-type", "application/json")
}

fn forgotten(user: &str) -> Value {
    json!({"user": user, "captcha": {"challenge": "", "response": ""}})
}

/// Activation, the check of the connection, signing a visitor in, and a forgotten password of which it names no medium: a
/// code by mail, and where it went.
#[rekey_test::on_a_database]
async fn it_works_as_it_is(db: PgPool) {
    let world = World::new(db).await;
    world.site().await;
    let code = world.activation(SITE).await;
    let activate = plugin("POST", &format!("/clients/activate?code={code}")).basic(SITE, OLD);
    let token = world.send(activate).await.json();
    let token = token["token"].as_str().unwrap();

    let path = "/auth?fields=permissions.users&fields=permissions.sessions";
    let checked = world.send(plugin("GET", path).client(token)).await;
    checked.is(200, &json!({"permissions": {}}));

    let login = plugin("GET", "/auth/data-for-login").header("channel", "main");
    let login = world.send(login).await.json();
    assert_eq!(login["forgotPasswordMediums"], json!(["email", "sms"]));
    assert!(login.get("forgotPasswordCaptchaProvider").is_none());

    let visitor = json!({"user": USER, "password": OLD, "remoteAddress": "203.0.113.7"});
    let signed_in = plugin("POST", "/sessions?fields=sessionToken").client(token);
    let signed_in = world.send(signed_in.body(visitor.to_string())).await;
    assert_eq!(signed_in.status, 200, "{}", signed_in.body);
    let session = signed_in.json()["sessionToken"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(world.is_signed_in(&session).await);

    let path = "/auth/forgotten-password/request";
    let asked = plugin("POST", path).client(token);
    let asked = world.send(asked.body(forgotten(EMAIL).to_string())).await;
    asked.is(200, &json!({"sendMedium": "email", "sentTo": [EMAIL]}));
    let code = code_of(&world.post().await);

    let path = format!("/auth/forgotten-password/data-for-change?user={EMAIL}&code={code}");
    let data = world.send(plugin("GET", &path)).await.json();
    assert_eq!(data["generated"], false);
    let change = json!({
        "user": EMAIL, "code": code, "newPassword": NEW, "newPasswordConfirmation": NEW,
        "checkConfirmation": true,
    });
    let changed = plugin("POST", "/auth/forgotten-password").body(change.to_string());
    world.send(changed).await.is_empty(204);
    assert_eq!(world.sign_in(USER, NEW).await.status, 200);
}

/// One sign of it alone is a request of 4.11: a link, and 204.
#[rekey_test::on_a_database]
async fn requests_of_4_11_still_get_a_link(db: PgPool) {
    let world = World::new(db).await;
    let site = world.site().await;
    let ask = |body: Value| call("POST", "/auth/forgotten-password/request").json(&body);
    for asked in [
        ask(forgotten(USER)),
        ask(json!({"user": USER})).client(&site),
        ask(json!({"user": USER, "captcha": null})).client(&site),
    ] {
        world.send(asked).await.is_empty(204);
        world.mailed_token().await;
    }
    let by_text = json!({"user": USER, "captcha": {}, "sendMedium": "sms"});
    let asked = world.send(ask(by_text).client(&site)).await;
    assert_eq!(asked.json()["sendMedium"], "sms", "what it names counts");
}
