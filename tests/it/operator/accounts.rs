//! Disabling, enabling, unblocking, signing out.

use rekey::domain::account::AccountStatus;
use rekey::operator::{AccountError, UnblockError};
use serde_json::json;
use sqlx::PgPool;
use time::Duration;

use crate::harness::World;
use crate::turbosmtp::{EMAIL, OLD, login, with};

/// Whatever opened the account is dead at once, and enabling revives nothing of it. (S-01.)
#[rekey_test::on_a_database]
async fn a_disabled_account_is_shut_and_stays_so_for_what_was_open(db: PgPool) {
    let world = World::new(db).await;
    let key = world.turbo_key(EMAIL, OLD).await;
    let (pair, secret) = world.pair("JohnDoe").await;
    let session = world.cyclos_session("JohnDoe", OLD).await;
    let token = world.reset_token().await;
    let neighbour = world.cyclos_session("JohnTwo", OLD).await;

    let done = world
        .operator
        .disable_account(&world.tenant, "JOHNDOE")
        .await;
    let done = done.unwrap();
    assert_eq!(done.was, AccountStatus::Active);
    assert_eq!((done.ended.sessions, done.ended.keys), (1, 2));
    assert!(!world.is_session(&session).await);
    assert_eq!(world.said_of(&key).await.1, "account_is_inactive");
    let body = crate::sspr::with_token("validateToken", &token);
    assert_eq!(world.sspr("validateToken", &body).await.status, 422);
    assert_ne!(world.authorize(&login(EMAIL, OLD)).await.status, 200);
    assert!(world.is_session(&neighbour).await, "nobody else is touched");

    world.hand.turn(Duration::seconds(1));
    let again = world
        .operator
        .disable_account(&world.tenant, "JohnDoe")
        .await;
    let again = again.unwrap();
    assert_eq!(again.was, AccountStatus::Disabled);
    assert_eq!((again.ended.sessions, again.ended.keys), (0, 0));

    let was = world
        .operator
        .enable_account(&world.tenant, "JohnDoe")
        .await;
    assert_eq!(was.unwrap(), AccountStatus::Disabled);
    assert!(!world.is_live(&key).await);
    assert!(!world.is_session(&session).await);
    assert_eq!(world.sspr("validateToken", &body).await.status, 422);
    let call = crate::turbosmtp::call("POST", "deauthorize")
        .header("consumerkey", pair)
        .header("consumersecret", secret);
    assert_eq!(
        world.send(call).await.status,
        401,
        "the pair is gone for good"
    );
    assert!(
        world.is_live(&world.turbo_key(EMAIL, OLD).await).await,
        "the password is as it was"
    );
    let was = world
        .operator
        .enable_account(&world.tenant, "JohnDoe")
        .await;
    assert_eq!(
        was.unwrap(),
        AccountStatus::Active,
        "once more changes nothing"
    );

    let outcomes: Vec<_> = world.trail("account.disabled").await;
    assert_eq!(
        outcomes,
        [
            (
                "done".to_owned(),
                json!({"was": "active", "sessions": 1, "keys": 2})
            ),
            (
                "was disabled".to_owned(),
                json!({"was": "disabled", "sessions": 0, "keys": 0})
            ),
        ]
    );
    assert_eq!(world.trail("account.enabled").await.len(), 2);
}

/// Of two that disable and sign in at once, neither leaves a way in behind.
#[rekey_test::on_a_database]
async fn a_sign_in_that_races_with_disabling_leaves_nothing_open(db: PgPool) {
    let world = World::new(db).await;
    for _ in 0..5 {
        world
            .operator
            .enable_account(&world.tenant, "JohnDoe")
            .await
            .unwrap();
        let body = login(EMAIL, OLD);
        let (reply, done) = tokio::join!(
            world.authorize(&body),
            world.operator.disable_account(&world.tenant, "JohnDoe"),
        );
        done.unwrap();
        if reply.status == 200 {
            let key = reply.json()["auth"].as_str().unwrap().to_owned();
            assert_ne!(
                world.said_of(&key).await.0,
                400,
                "a key of a disabled account works"
            );
        }
        let live = world
            .count(
                "select count(*) from api_key join account using (tenant_id, account_id)
                where login = 'JohnDoe' and ended_at is null",
            )
            .await;
        assert_eq!(live, 0);
    }
}

/// Sessions and keys of people end; what an operator handed to applications stays.
#[rekey_test::on_a_database]
async fn signing_out_ends_what_people_opened(db: PgPool) {
    let world = World::new(db).await;
    let (key, lasting) = (world.turbo_key(EMAIL, OLD).await, world.lasting_key().await);
    let (pair, secret) = world.pair("JohnDoe").await;
    let session = world.cyclos_session("JohnDoe", OLD).await;
    let ended = world
        .operator
        .sign_out_account(&world.tenant, "johndoe")
        .await;
    let ended = ended.unwrap();
    assert_eq!((ended.sessions, ended.keys), (1, 2));
    assert!(!world.is_live(&key).await && !world.is_live(&lasting).await);
    assert!(!world.is_session(&session).await);
    let call = crate::turbosmtp::call("POST", "deauthorize")
        .header("consumerkey", pair)
        .header("consumersecret", secret);
    assert_eq!(world.send(call).await.status, 200);
    assert!(world.is_password("JohnDoe", OLD).await);
    assert_eq!(world.trail("account.signed-out-by-operator").await.len(), 1);
}

/// A block that ends by itself is lifted, the owner is told, and the count begins anew.
#[rekey_test::on_a_database]
async fn unblocking_lifts_a_temporary_block_and_tells_the_owner(db: PgPool) {
    unblocks(db, "15m").await;
}

/// So is one that does not.
#[rekey_test::on_a_database]
async fn unblocking_lifts_an_indefinite_block_and_tells_the_owner(db: PgPool) {
    unblocks(db, "forever").await;
}

async fn unblocks(db: PgPool, block: &str) {
    let file = format!(
        "[[password_type]]\ninternal_name = \"login\"\nname = \"Login\"\naccess = true\nblock = \"{block}\"\n"
    );
    let world = World::with(db, with(&file)).await;
    world.block().await;
    let done = world
        .operator
        .unblock_account(&world.tenant, "JohnDoe", None)
        .await;
    let done = done.unwrap();
    assert!(done.was_blocked);
    assert_eq!((done.internal_name.as_str(), done.tries), ("login", 5));
    let letters = world.post().await;
    assert_eq!(letters.len(), 1);
    assert!(letters[0].content.text.contains("was unlocked"));
    for _ in 0..4 {
        world.authorize(&login(EMAIL, "Wrong-Wrong-1")).await;
    }
    assert_eq!(world.authorize(&login(EMAIL, OLD)).await.status, 200);
}

/// Tries that have not led to a block yet are cleared, without a letter.
#[rekey_test::on_a_database]
async fn unblocking_what_is_open_clears_its_tries(db: PgPool) {
    let world = World::new(db).await;
    for _ in 0..4 {
        world.authorize(&login(EMAIL, "Wrong-Wrong-1")).await;
    }
    let done = world
        .operator
        .unblock_account(&world.tenant, "JohnDoe", Some("login"))
        .await;
    let done = done.unwrap();
    assert_eq!((done.was_blocked, done.tries), (false, 4));
    assert!(world.post().await.is_empty());
    world.authorize(&login(EMAIL, "Wrong-Wrong-1")).await;
    assert_eq!(
        world.authorize(&login(EMAIL, OLD)).await.status,
        200,
        "one try of five"
    );
    assert_eq!(
        world.trail("account.unlocked-by-operator").await[0].0,
        "was not blocked"
    );
}

/// An account without a password blocks like one that has one, and is unblocked alike.
#[rekey_test::on_a_database]
async fn unblocking_forgets_tries_at_a_password_that_is_not_there(db: PgPool) {
    let world = World::new(db).await;
    for _ in 0..5 {
        world
            .authorize(&login("nopassword@domain.example", "Wrong-Wrong-1"))
            .await;
    }
    let shadows = "select count(*) from shadow_password where failures > 0";
    assert_eq!(world.count(shadows).await, 1);
    world
        .operator
        .unblock_account(&world.tenant, "NoPassword", None)
        .await
        .unwrap();
    assert_eq!(world.count(shadows).await, 0);
}

#[rekey_test::on_a_database]
async fn what_is_disabled_or_unknown_is_told_apart(db: PgPool) {
    let world = World::new(db).await;
    world.sql("update password set disabled_at = now()").await;
    let refused = world
        .operator
        .unblock_account(&world.tenant, "JohnDoe", None)
        .await;
    assert!(
        matches!(refused, Err(UnblockError::Disabled { .. })),
        "{refused:?}"
    );
    let refused = world
        .operator
        .unblock_account(&world.tenant, "JohnDoe", Some("nip"))
        .await;
    assert!(refused.unwrap_err().to_string().contains("it has: login"));
    let refused = world
        .operator
        .unblock_account(&world.tenant, "Nobody", None)
        .await;
    assert!(matches!(
        refused,
        Err(UnblockError::Account(AccountError::Unknown))
    ));
    let refused = world
        .operator
        .disable_account(&world.tenant, "Nobody")
        .await;
    assert!(matches!(refused, Err(AccountError::Unknown)));
    world.neighbour().await;
    let refused = world
        .operator
        .disable_account(&world.tenant, "Neighbour")
        .await;
    assert!(
        matches!(refused, Err(AccountError::Unknown)),
        "of another tenant"
    );
}
