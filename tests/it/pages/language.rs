//! In which language somebody is written to: what a request says, else the account's, else the tenant's.
//! What a page guesses is nobody's word.

use serde_json::json;
use sqlx::PgPool;

use super::{Agent, NEW, path_in, with};
use crate::harness::{Reply, World};
use crate::sspr::{minimal, with_token};

/// The language that a page or letter says it is in.
fn spoken(html: &str) -> &str {
    let (_, rest) = html.split_once("<html lang=\"").unwrap();
    &rest[..2]
}

fn cookies<'a>(agent: &'a Agent<'_>) -> Vec<&'a str> {
    let kept = agent.cookies.iter();
    kept.filter(|(name, ..)| name == "rekey-language")
        .map(|(_, value, _)| value.as_str())
        .collect()
}

/// What says nothing: no header, a star, and languages that nobody wrote the letters in.
const SILENT: [Option<&str>; 5] = [
    None,
    Some("*"),
    Some("*;q=0.1"),
    Some("de, it;q=0.3"),
    Some(""),
];

#[rekey_test::on_a_database]
async fn a_request_that_says_nothing_leaves_it_to_the_account_and_then_to_the_tenant(db: PgPool) {
    let mut setting = with("");
    setting.tenant = setting
        .tenant
        .replace("[mail]", "default_language = 'fr'\n[mail]");
    let world = World::with(db, setting).await;
    world.import(r#"{"login":"JohnDoe","language":"es"}"#).await;
    for header in SILENT {
        for (name, letter_in) in [("JohnDoe", "es"), ("Ezra", "fr")] {
            let mut agent = Agent::new(&world);
            if let Some(value) = header {
                agent = agent.header("accept-language", value);
            }
            let ask = agent.open("/recover").await;
            assert_eq!(spoken(&ask.body), "fr", "the tenant's page");
            agent.submit(&ask, &[("name", name)]).await;
            let letter = world.post().await.remove(0);
            assert_eq!(spoken(&letter.content.html), letter_in, "{header:?} {name}");
            // The page of the link is read by its owner.
            let mut owner = Agent::new(&world);
            let form = owner.open(&path_in(&letter)).await;
            assert_eq!(spoken(&form.body), letter_in, "{header:?} {name}");
            let done = owner.submit(&form, &[("password", NEW)]).await;
            assert_eq!(spoken(&done.body), letter_in, "{header:?} {name}");
            let notice = world.post().await.remove(0);
            assert_eq!(spoken(&notice.content.html), letter_in);
            assert!(cookies(&agent).is_empty() && cookies(&owner).is_empty());
        }
        // An API's caller says as little.
        let mut call = crate::turbosmtp::call("POST", "forgot-password");
        if let Some(value) = header {
            call = call.header("accept-language", value);
        }
        let body = json!({"email": "ezra@domain.example"});
        world.send(call.json(&body)).await;
        assert_eq!(spoken(&world.post().await[0].content.html), "fr");
    }
}

/// All dialects: a letter speaks the language of the request that asked for it, a notice that of the
/// request that caused it.
#[rekey_test::on_a_database]
async fn letters_and_notices_speak_the_language_of_their_request(db: PgPool) {
    let world = World::new(db).await;
    let turbo = |method: &'static str, body: &serde_json::Value| {
        crate::turbosmtp::call(method, "forgot-password")
            .header("accept-language", "fr-CA, en;q=0.5")
            .json(body)
    };
    let email = json!({"email": "ezra@domain.example"});
    world.send(turbo("POST", &email)).await;
    let letter = world.post().await.remove(0);
    assert_eq!(spoken(&letter.content.html), "fr");
    let token = crate::harness::token_in(&letter);
    let update = json!({"token": token, "password": NEW, "confirm_password": NEW});
    world.send(turbo("PUT", &update)).await;
    assert_eq!(
        spoken(&world.post().await[0].content.html),
        "fr",
        "TurboSMTP"
    );

    let body = json!({"user": "Ezra"});
    let call = crate::cyclos::call("POST", "/auth/forgotten-password/request")
        .header("accept-language", "es")
        .header("preferred-locale", "fr_CA");
    world.send(call.json(&body)).await;
    let letter = world.post().await.remove(0);
    assert_eq!(spoken(&letter.content.html), "es", "Cyclos");
    let call = crate::clevermaps::asking("ezra@domain.example").header("accept-language", "fr");
    world.send(call).await;
    let letter = world.post().await.remove(0);
    assert_eq!(spoken(&letter.content.html), "fr", "CleverMaps");
    let token = crate::harness::token_in(&letter);
    let new = json!({"newPassword": "Another-2028"});
    let call = crate::clevermaps::resetting(&token, &new).header("accept-language", "es");
    let reset = world.send(call).await;
    assert!(reset.status.is_success(), "{}", reset.body);
    assert_eq!(
        spoken(&world.post().await[0].content.html),
        "es",
        "CleverMaps"
    );

    // SSPR says it in its body, whatever the library puts into headers.
    let mut ask = minimal("resetPasswordRequest");
    ask["fkiLanguageID"] = 1.into();
    world.sspr("resetPasswordRequest", &ask).await.is_done();
    let token = world.mailed_token().await;
    let mut reset = with_token("resetPassword", &token);
    reset["fkiLanguageID"] = 1.into();
    world.sspr("resetPassword", &reset).await.is_done();
    let notice = world.post().await.remove(0);
    assert_eq!(
        spoken(&notice.content.html),
        "fr",
        "John reads English else"
    );

    for number in 0..5 {
        let login = crate::turbosmtp::login("example@domain.com", &format!("wrong{number}"));
        world.authorize(&login).await;
    }
    let token = world.unlock_token().await;
    let mut unlock = with_token("unlockAccount", &token);
    unlock["fkiLanguageID"] = 1.into();
    world.sspr("unlockAccount", &unlock).await.is_done();
    assert_eq!(spoken(&world.post().await[0].content.html), "fr");
}

/// What somebody else's browser says, says nothing of what the owner reads.
#[rekey_test::on_a_database]
async fn who_acts_for_somebody_does_not_choose_their_language(db: PgPool) {
    let world = World::new(db).await;
    world
        .import(r#"{"login":"Ada","role":"administrator","passwords":{"login":{"value":"Forgotten-2026"}}}"#)
        .await;
    world.import(r#"{"login":"JohnDoe","language":"es"}"#).await;
    let change =
        json!({"newPassword": NEW, "newPasswordConfirmation": NEW, "checkConfirmation": true});
    let call = crate::cyclos::call("POST", "/JohnDoe/passwords/login/change")
        .basic("Ada", "Forgotten-2026")
        .header("accept-language", "fr")
        .json(&change);
    let reply = world.send(call).await;
    assert!(reply.status.is_success(), "{}", reply.body);
    let letters = world.post().await;
    assert_eq!(letters.len(), 1);
    assert_eq!(spoken(&letters[0].content.html), "es");
}

fn remembered(reply: &Reply) -> bool {
    let lines = reply.headers.get_all("set-cookie");
    lines
        .iter()
        .any(|line| line.to_str().unwrap().starts_with("rekey-language="))
}

/// The cookie is for what a person chose from the languages that a page offers, and for nothing else.
#[rekey_test::on_a_database]
async fn a_language_is_remembered_where_a_person_chose_it(db: PgPool) {
    let world = World::new(db).await;
    let mut agent = Agent::new(&world).header("accept-language", "es");
    let guessed = agent.get("/recover").await;
    assert!(!remembered(&guessed));
    // A site that links here, and a letter of before, say what to write in, and choose nothing.
    let linked = agent.get("/recover?tenant=demo&language=fr").await;
    assert_eq!(spoken(&linked.body), "fr");
    assert!(!remembered(&linked));
    let sent = agent.submit(&linked, &[("name", "JohnDoe")]).await;
    assert_eq!(spoken(&sent.body), "fr", "it goes on along the pages");
    let letter = world.post().await.remove(0);
    assert_eq!(spoken(&letter.content.html), "fr");
    let path = path_in(&letter).replace(
        "?token=",
        "?tenant=demo&language=fr&user_type=Native&identifier=JohnDoe&token=",
    );
    let mut owner = Agent::new(&world).header("accept-language", "es");
    let hop = owner.get(&path).await;
    assert!(hop.status == 303 && !remembered(&hop));
    let form = owner.get(hop.header("location").unwrap()).await;
    assert_eq!(spoken(&form.body), "fr");
    assert!(!remembered(&form));

    let (_, choice) = form
        .body
        .split_once("lang=\"en\" hreflang")
        .unwrap_or_default();
    assert!(!choice.is_empty(), "the page offers English");
    let link = form
        .body
        .split("href=\"")
        .find(|rest| rest.contains("choose=en"));
    let link = link
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .replace("&amp;", "&");
    let chosen = owner.get(&link).await;
    assert_eq!((chosen.status.as_u16(), spoken(&chosen.body)), (200, "en"));
    assert_eq!(cookies(&owner), ["en"]);
    let done = owner.submit(&chosen, &[("password", NEW)]).await;
    assert_eq!(spoken(&done.body), "en");
    assert_eq!(
        spoken(&world.post().await[0].content.html),
        "en",
        "the notice too"
    );
    assert_eq!(
        spoken(&owner.open("/recover").await.body),
        "en",
        "and the next visit"
    );
}
