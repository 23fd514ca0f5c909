//! Table "Operations", and what an `AccountDTO` tells (decisions 12 to 15, 19 and 20).

use serde_json::json;
use sqlx::PgPool;

use super::account::read;
use super::{path, resetting};
use crate::harness::{World, token_in};
use crate::sspr;

/// Operation `send_reset_password_token`: 201 and nothing else, the token only by mail; 404.
#[rekey_test::on_a_database]
async fn send_mails_a_token_to_the_account_of_an_address(db: PgPool) {
    let world = World::new(db).await;
    let reply = world.ask_clevermaps("example@domain.com").await;
    reply.is_empty(201);
    let letters = world.post().await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].to.as_str(), "example@domain.com");
    let token = token_in(&letters[0]);
    assert!(!format!("{:?}", reply.headers).contains(&token));
    world
        .ask_clevermaps("nobody@domain.example")
        .await
        .is_neutral(404);
    assert!(world.post().await.is_empty());
}

/// The account is found by its address however it is spelled, and the letter goes to the stored one.
#[rekey_test::on_a_database]
async fn send_finds_an_address_in_capitals_and_with_blanks(db: PgPool) {
    let world = World::new(db).await;
    world
        .ask_clevermaps(" EZRA@Domain.Example ")
        .await
        .is_empty(201);
    assert_eq!(world.post().await[0].to.as_str(), "ezra@domain.example");
}

/// An address that is only somebody's contact, and another's identifier, leads to the other.
#[rekey_test::on_a_database]
async fn send_finds_whom_the_address_names(db: PgPool) {
    let world = World::new(db).await;
    let token = world.asked_token("example@domain.com").await;
    assert_eq!(read(&world.look(&token).await).full_name, "John Doe");
}

/// Operation `verify_reset_password_token`: 200 with an `AccountDTO` that the client can read.
#[rekey_test::on_a_database]
async fn verify_tells_whose_token_it_is(db: PgPool) {
    let world = World::new(db).await;
    let token = world.asked_token("example@domain.com").await;
    let account = read(&world.look(&token).await);
    assert_eq!(account.full_name, "John Doe");
    assert_eq!(account.email, "example@domain.com");
    assert_eq!(account.language.as_deref(), Some("en"));
    assert_eq!(account.consent_granted, None, "never said");
    let reference: String =
        sqlx::query_scalar("select reference from account where login = 'JohnDoe'")
            .fetch_one(&world.db)
            .await
            .unwrap();
    assert_eq!(account.id, reference);
}

/// Operation `reset_password_with_token`: 204 and nothing else; the old password is gone.
#[rekey_test::on_a_database]
async fn reset_sets_the_password_once(db: PgPool) {
    let world = World::new(db).await;
    let token = world.asked_token("example@domain.com").await;
    world.reset(&token, "Qwerty1234!").await.is_empty(204);
    assert!(world.is_password("JohnDoe", "Qwerty1234!").await);
    assert_eq!(world.post().await.len(), 1, "one notice");
    world.reset(&token, "Qwerty1234!").await.is_neutral(404);
    world.look(&token).await.is_neutral(404);
    assert!(world.post().await.is_empty());
}

/// An account without a password yet may set its first one (design.md, section 2).
#[rekey_test::on_a_database]
async fn reset_sets_a_first_password(db: PgPool) {
    let world = World::new(db).await;
    let token = world.asked_token("nopassword@domain.example").await;
    world.reset(&token, "Qwerty1234!").await.is_empty(204);
    assert!(world.is_password("NoPassword", "Qwerty1234!").await);
}

/// Decisions 12, 13 and 20: what is not known is left out, and a name is never empty.
#[rekey_test::on_a_database]
async fn d_13_without_a_name_it_is_the_address(db: PgPool) {
    let world = World::new(db).await;
    let token = world.asked_token("blocked@domain.example").await;
    let reply = world.look(&token).await;
    let account = read(&reply);
    assert_eq!(account.full_name, "blocked@domain.example");
    assert_eq!((account.language, account.consent_granted), (None, None));
    let members = reply.json();
    let mut names: Vec<_> = members.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["email", "fullName", "id", "status"]);
}

/// A name of one character beyond ASCII is enough, and a name is data, not markup.
#[rekey_test::on_a_database]
async fn a_name_is_sent_as_it_is(db: PgPool) {
    let world = World::new(db).await;
    for name in ["Ž", r#"Q\"</script>"#] {
        let line = format!(r#"{{"login":"JohnDoe","name":"{name}","language":"fr"}}"#);
        world.import(&line).await;
        let token = world.asked_token("example@domain.com").await;
        let account = read(&world.look(&token).await);
        assert_eq!(account.full_name, name.replace('\\', ""));
        assert_eq!(account.language.as_deref(), Some("fr"));
    }
}

/// Decision 15: stored when said, unchanged when not; `null` says nothing.
#[rekey_test::on_a_database]
async fn d_15_consent_is_kept_as_said(db: PgPool) {
    let world = World::new(db).await;
    let said = [
        (json!({}), None),
        (json!({ "consentGranted": true }), Some(true)),
        (json!({}), Some(true)),
        (json!({ "consentGranted": null }), Some(true)),
        (json!({ "consentGranted": false }), Some(false)),
        (json!({}), Some(false)),
    ];
    for (mut body, consent) in said {
        body["newPassword"] = "Qwerty1234!".into();
        let token = world.asked_token("example@domain.com").await;
        world.send(resetting(&token, &body)).await.is_empty(204);
        world.post().await;
        let token = world.asked_token("example@domain.com").await;
        assert_eq!(read(&world.look(&token).await).consent_granted, consent);
    }
}

/// Decision 15: a refused reset leaves consent as it was.
#[rekey_test::on_a_database]
async fn d_15_a_refused_reset_keeps_no_consent(db: PgPool) {
    let world = World::new(db).await;
    let token = world.asked_token("example@domain.com").await;
    let body = json!({ "newPassword": "weak", "consentGranted": true });
    world.send(resetting(&token, &body)).await.is_neutral(400);
    assert_eq!(read(&world.look(&token).await).consent_granted, None);
}

/// Decision 19: every other token of the account ends with the reset.
#[rekey_test::on_a_database]
async fn d_19_a_reset_ends_the_other_ways_in(db: PgPool) {
    let world = World::new(db).await;
    let unlock = world.unlock_token().await;
    let token = world.asked_token("example@domain.com").await;
    world.reset(&token, "Qwerty1234!").await.is_empty(204);
    let body = sspr::with_token("unlockAccount", &unlock);
    world.sspr("unlockAccount", &body).await.is_a_dead_token();
}

/// Operation verify: looking changes nothing, however often and by whichever method.
#[rekey_test::on_a_database]
async fn verify_changes_nothing(db: PgPool) {
    let world = World::new(db).await;
    let token = world.asked_token("example@domain.com").await;
    let state = "select hashtextextended(string_agg(row, ','), 0) from (\
                 select t::text from recovery_token t union all select p::text from password p \
                 union all select a::text from account a union all select j::text from job j \
                 union all select e::text from audit_event e order by 1) as x(row)";
    let before = world.count(state).await;
    let first = world.look(&token).await;
    for _ in 0..5 {
        assert_eq!(world.look(&token).await.said(), first.said());
        let head = world.send(super::call("HEAD", path(&token))).await;
        assert_eq!(head.said(), (200, ""));
    }
    assert_eq!(world.count(state).await, before);
    world.reset(&token, "Qwerty1234!").await.is_empty(204);
}

/// The letter speaks the account's language, else the tenant's: the request has none.
#[rekey_test::on_a_database]
async fn the_letter_is_in_the_language_of_the_account(db: PgPool) {
    let world = World::new(db).await;
    world.import(r#"{"login":"Ezra","language":"fr"}"#).await;
    for (email, language) in [("ezra@domain.example", "fr"), ("example@domain.com", "en")] {
        world.ask_clevermaps(email).await.is_empty(201);
        let letter = world.post().await.remove(0);
        let html = letter.content.html.as_str();
        assert!(html.contains(&format!("lang=\"{language}\"")), "{email}");
    }
}
