//! `GET /ui/data-for-ui`: what a front end of 4.11 needs before and after signing in.

use serde_json::{Value, json};
use sqlx::PgPool;

use crate::cyclos::{OLD, USER, call};
use crate::harness::World;

const PATH: &str = "/ui/data-for-ui?kind=custom";

/// A guest: `auth` without a user, what a sign-in asks for, the time and the language.
#[rekey_test::on_a_database]
async fn a_guest_gets_what_a_sign_in_asks_for(db: PgPool) {
    let world = World::new(db).await;
    let reply = world.send(call("GET", PATH)).await;
    let auth = world.send(call("GET", "/auth")).await.json();
    let login = world.send(call("GET", "/auth/data-for-login")).await.json();
    let language = json!({"id": "1", "name": "English", "internalName": "en", "code": "en"});
    reply.is(
        200,
        &json!({
            "currentClientTime": "2026-01-01T12:00:00.000Z",
            "auth": auth,
            "dataForLogin": login,
            "publicRegistrationGroups": [],
            "language": language,
        }),
    );
    assert!(
        !login["forgotPasswordMediums"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

/// Whoever is signed in: who they are and what they must do first, and nothing about signing in.
#[rekey_test::on_a_database]
async fn whoever_is_signed_in_gets_who_they_are(db: PgPool) {
    let world = World::new(db).await;
    let token = world.johns_session().await;
    let data = world.send(call("GET", PATH).session(&token)).await.json();
    assert_eq!(data["auth"], world.auth(&token).await.json());
    assert_eq!(data["auth"]["user"]["shortDisplay"], USER);
    assert!(data.get("dataForLogin").is_none());
    world.sql("update password set standing = 'reset'").await;
    let data = world.send(call("GET", PATH).session(&token)).await.json();
    assert_eq!(data["auth"]["expiredPassword"], true, "its page is next");
    let basic = world.send(call("GET", PATH).basic(USER, OLD)).await;
    assert_eq!(basic.json()["auth"]["expiredPassword"], true);
    // The front end drops a token that is no good, and comes up as a guest.
    world
        .send(call("GET", PATH).session("gone"))
        .await
        .is(401, &json!({"code": "loggedOut"}));
}

/// The language: of the browser, else of the account, else of the tenant.
#[rekey_test::on_a_database]
async fn the_language_is_the_readers(db: PgPool) {
    let world = World::new(db).await;
    world.import(r#"{"login":"JohnDoe","language":"fr"}"#).await;
    let token = world.johns_session().await;
    let code = async |accepted: Option<&str>, token: Option<&str>| {
        let mut asked = call("GET", PATH);
        if let Some(accepted) = accepted {
            asked = asked.header("accept-language", accepted);
        }
        if let Some(token) = token {
            asked = asked.session(token);
        }
        let data: Value = world.send(asked).await.json();
        data["language"]["code"].as_str().unwrap().to_owned()
    };
    assert_eq!(code(None, None).await, "en");
    assert_eq!(code(Some("es-MX, en;q=0.5"), None).await, "es");
    assert_eq!(code(Some("de, *"), Some(&token)).await, "fr");
    assert_eq!(code(None, Some(&token)).await, "fr");
    assert_eq!(code(Some("es"), Some(&token)).await, "es");
}

/// Section 2 holds here too; a kind that is none is told.
#[rekey_test::on_a_database]
async fn fields_and_kinds(db: PgPool) {
    let world = World::new(db).await;
    let fields = call(
        "GET",
        "/ui/data-for-ui?fields=language.code&fields=auth.user",
    );
    world
        .send(fields)
        .await
        .is(200, &json!({"language": {"code": "en"}, "auth": {}}));
    for kind in ["", "custom", "main", "mobile", "pay"] {
        let asked = call("GET", &format!("/ui/data-for-ui?kind={kind}&themeIf=false"));
        assert_eq!(world.send(asked).await.status, 200);
    }
    world
        .send(call("GET", "/ui/data-for-ui?kind=fax"))
        .await
        .is(422, &json!({"code": "dataConversion", "value": "fax"}));
}
