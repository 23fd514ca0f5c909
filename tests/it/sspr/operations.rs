//! Table 2: what each operation's 204 means.

use sqlx::PgPool;

use super::{about, minimal, with_token};
use crate::harness::World;

#[rekey_test::on_a_database]
async fn op_1_and_2_a_mailed_token_sets_a_new_password(db: PgPool) {
    let world = World::new(db).await;
    let token = world.reset_token().await;
    world.spend("resetPassword", &token).await.is_done();
    assert!(world.is_password("JohnDoe", "Qwerty1234!").await);
    assert!(
        !world.is_password("JohnDoe", "Forgotten-2026").await,
        "the old one no longer works"
    );
}

#[rekey_test::on_a_database]
async fn op_1_the_letter_goes_to_the_stored_address_in_the_language_asked_for(db: PgPool) {
    let world = World::new(db).await;
    let mut body = minimal("resetPasswordRequest");
    body["fkiLanguageID"] = 1.into();
    world.sspr("resetPasswordRequest", &body).await.is_done();
    let letters = world.post().await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].to.as_str(), "example@domain.com");
    assert_eq!(letters[0].from, "Demo Cooperative <help@demo.example>");
    assert!(
        letters[0].content.html.contains("lang=\"fr\""),
        "1 is French"
    );
    body["fkiLanguageID"] = 2.into();
    world.sspr("resetPasswordRequest", &body).await.is_done();
    assert!(
        world.post().await[0].content.html.contains("lang=\"en\""),
        "2 is English"
    );
}

#[rekey_test::on_a_database]
async fn op_3_one_letter_lists_every_login_of_that_type_at_that_address(db: PgPool) {
    let world = World::new(db).await;
    world.import(
        r#"{"login":"Other","userType":"EzsignUser","email":"example@domain.com","identifiers":["login"]}
{"login":"Gone","email":"example@domain.com","status":"blocked","identifiers":["login"]}"#,
    )
    .await;
    world
        .sspr("sendUsernames", &minimal("sendUsernames"))
        .await
        .is_done();
    let letters = world.post().await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].to.as_str(), "example@domain.com");
    let text = letters[0].content.text.as_str();
    assert!(
        text.contains("JohnDoe") && text.contains("JohnTwo"),
        "{text}"
    );
    assert!(!text.contains("Other"), "another user type: {text}");
    assert!(!text.contains("Gone"), "an account out of use: {text}");
    let mut body = minimal("sendUsernames");
    body["eUserTypeSSPR"] = "EzsignUser".into();
    world.sspr("sendUsernames", &body).await.is_done();
    assert!(world.post().await[0].content.text.contains("Other"));
}

#[rekey_test::on_a_database]
async fn op_4_and_5_a_mailed_token_lifts_either_block_and_leaves_the_password(db: PgPool) {
    let world = World::new(db).await;
    for block in [
        "blocked_until = '2026-01-02Z'",
        "blocked_forever = true, blocked_until = null",
    ] {
        let statement = format!("update password set failures = 5, {block}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
            .execute(&world.db)
            .await
            .unwrap();
        let before = world.hash_of("JohnDoe").await;
        let token = world.unlock_token().await;
        world.spend("unlockAccount", &token).await.is_done();
        assert_eq!(world.hash_of("JohnDoe").await, before);
        let closed = "select count(*) from password join account using (tenant_id, account_id) \
                      where login = 'JohnDoe' \
                      and (failures > 0 or blocked_forever or blocked_until is not null)";
        assert_eq!(world.count(closed).await, 0, "{block}");
        let notice = world.post().await;
        assert_eq!(notice.len(), 1, "the owner is told");
    }
}

#[rekey_test::on_a_database]
async fn op_6_looks_at_a_token_of_either_purpose_and_spends_nothing(db: PgPool) {
    let world = World::new(db).await;
    let (reset, unlock) = (world.reset_token().await, world.unlock_token().await);
    for token in [&reset, &unlock, &reset, &unlock] {
        world.spend("validateToken", token).await.is_done();
    }
    world.spend("resetPassword", &reset).await.is_done();
}

/// Section 2: the identifier is the one the user type selects.
#[rekey_test::on_a_database]
async fn an_ezsign_user_is_known_by_address_from_request_to_reset(db: PgPool) {
    let world = World::new(db).await;
    let mut body = minimal("resetPasswordRequest");
    body["eUserTypeSSPR"] = "EzsignUser".into();
    body["sEmailAddress"] = "EZRA@domain.example".into();
    world.sspr("resetPasswordRequest", &body).await.is_done();
    let letter = world.post().await.remove(0);
    assert_eq!(
        letter.to.as_str(),
        "ezra@domain.example",
        "the stored bytes, not the typed ones"
    );
    let mut body = with_token("resetPassword", &crate::harness::token_in(&letter));
    body["eUserTypeSSPR"] = "EzsignUser".into();
    body["sEmailAddress"] = "ezra@domain.example".into();
    world.sspr("resetPassword", &body).await.is_done();
    assert!(world.is_password("Ezra", "Qwerty1234!").await);
}

/// Section 2: an address identifies an `EzsignUser` among its own, also where a `Native` account was there
/// first and has it for everybody; where several share it, the first of them.
#[rekey_test::on_a_database]
async fn an_ezsign_user_is_known_by_an_address_that_another_account_has(db: PgPool) {
    let world = World::new(db).await;
    world
        .import(r#"{"login":"signer","userType":"EzsignUser","email":"Example@domain.com","passwords":{"login":{"value":"Forgotten-2026"}}}"#)
        .await;
    world.hand.turn(time::Duration::HOUR);
    world
        .import(r#"{"login":"asigner","userType":"EzsignUser","email":"example@domain.com"}"#)
        .await;
    let claim = |operation: &str, token: Option<&str>| {
        let mut body = match token {
            Some(token) => with_token(operation, token),
            None => minimal(operation),
        };
        body["eUserTypeSSPR"] = "EzsignUser".into();
        body["sEmailAddress"] = "example@domain.com".into();
        body
    };
    for (ask, spend) in [
        ("unlockAccountRequest", "unlockAccount"),
        ("resetPasswordRequest", "resetPassword"),
    ] {
        world.sspr(ask, &claim(ask, None)).await.is_done();
        let letters = world.post().await;
        assert_eq!(letters.len(), 1);
        let text = letters[0].content.text.as_str();
        assert!(text.contains("“signer”"), "{text}");
        let token = crate::harness::token_in(&letters[0]);
        let look = claim("validateToken", Some(&token));
        world.sspr("validateToken", &look).await.is_done();
        // The token of one is none of the other's, whoever has the address.
        let mut native = with_token("validateToken", &token);
        native["sUserLoginname"] = "JohnDoe".into();
        assert_eq!(world.sspr("validateToken", &native).await.status, 422);
        world
            .sspr(spend, &claim(spend, Some(&token)))
            .await
            .is_done();
        world.post().await;
    }
    assert!(world.is_password("signer", "Qwerty1234!").await);
    assert!(!world.is_password("JohnDoe", "Qwerty1234!").await);
    // Without a type the address is JohnDoe's, as it was.
    world.ask("example@domain.com").await;
    assert!(world.post().await[0].content.text.contains("“JohnDoe”"));
}

/// An account is looked for by its type too: an `EzsignUser` has no login name to recover by.
#[rekey_test::on_a_database]
async fn a_request_of_the_other_user_type_mails_nothing(db: PgPool) {
    let world = World::new(db).await;
    let body = about("resetPasswordRequest", "Ezra");
    world.sspr("resetPasswordRequest", &body).await.is_done();
    assert!(world.post().await.is_empty());
}

/// design.md, section 2: an account without a password yet may set its first one.
#[rekey_test::on_a_database]
async fn a_first_password_can_be_set(db: PgPool) {
    let world = World::new(db).await;
    let body = about("resetPasswordRequest", "NoPassword");
    world.sspr("resetPasswordRequest", &body).await.is_done();
    let token = world.mailed_token().await;
    let mut body = about("resetPassword", "NoPassword");
    body["binUserSSPRtoken"] = token.into();
    world.sspr("resetPassword", &body).await.is_done();
    assert!(world.is_password("NoPassword", "Qwerty1234!").await);
}

/// Section 7: the letter's link leads to a page that knows all that operations 2, 5 and 6 ask for, by the
/// token alone.
#[rekey_test::on_a_database]
async fn the_link_leads_to_a_page_that_knows_all_that_a_token_is_asked_with(db: PgPool) {
    let world = World::new(db).await;
    world
        .sspr("resetPasswordRequest", &minimal("resetPasswordRequest"))
        .await
        .is_done();
    let letter = world.post().await.remove(0);
    let token = crate::harness::token_in(&letter);
    let link = format!("\nhttp://rekey.localhost/recover/reset?token={token}\n");
    assert!(
        letter.content.text.contains(&link),
        "{}",
        *letter.content.text
    );
}
