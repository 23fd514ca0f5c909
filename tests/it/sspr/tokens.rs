//! Row 13, and table 7: what a token is bound to, and what ends it.

use sqlx::PgPool;
use time::Duration;

use super::{NOBODYS, about, minimal, with_token};
use crate::harness::World;

/// The operations that take a token, and so all say the same of a bad one.
const TAKERS: [&str; 3] = ["resetPassword", "unlockAccount", "validateToken"];

/// Row 13, D6 and T-15: unknown and malformed tokens, and tokens of accounts that are not there.
#[rekey_test::on_a_database]
async fn row_13_unknown_and_malformed_tokens_are_alike(db: PgPool) {
    let world = World::new(db).await;
    let real = world.reset_token().await;
    let malformed = [
        NOBODYS,
        "",
        "x",
        "0123",
        &real[1..],
        &format!("{real}00"),
        &format!(" {real}"),
        "é",
    ];
    for operation in TAKERS {
        for token in malformed {
            world.spend(operation, token).await.is_a_dead_token();
        }
        for login in [
            "Nobody",
            "Ezra",
            "JohnTwo",
            "Disabled",
            &"x".repeat(500),
            "a\u{7}b",
        ] {
            let mut body = about(operation, login);
            body["binUserSSPRtoken"] = real.as_str().into();
            world.sspr(operation, &body).await.is_a_dead_token();
        }
    }
    world.spend("validateToken", &real).await.is_done();
}

/// D6: minted as 64 lower-case hexadecimal digits, taken in either case.
#[rekey_test::on_a_database]
async fn d6_64_lower_case_digits_taken_in_either_case(db: PgPool) {
    let world = World::new(db).await;
    let token = world.reset_token().await;
    assert!(
        token
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)),
        "{token}"
    );
    let body = with_token("resetPassword", &token.to_uppercase());
    world.sspr("resetPassword", &body).await.is_done();
}

/// Table 7, token binding; L13: the purpose, the user type and the account must all agree. (T-07, L1.)
#[rekey_test::on_a_database]
async fn l13_a_token_is_good_for_its_own_purpose_account_and_type_only(db: PgPool) {
    let world = World::new(db).await;
    let (reset, unlock) = (world.reset_token().await, world.unlock_token().await);
    world.spend("unlockAccount", &reset).await.is_a_dead_token();
    world
        .spend("resetPassword", &unlock)
        .await
        .is_a_dead_token();
    let mut body = with_token("resetPassword", &reset);
    body["eUserTypeSSPR"] = "EzsignUser".into();
    body["sEmailAddress"] = "example@domain.com".into();
    world.sspr("resetPassword", &body).await.is_a_dead_token();
    assert!(
        world.is_password("JohnDoe", "Forgotten-2026").await,
        "nothing was changed"
    );
    world.spend("resetPassword", &reset).await.is_done();
}

/// L13: a token of one tenant is unknown in another, even for an account of the same name. (T-07.)
#[rekey_test::on_a_database]
async fn l13_a_token_is_good_in_its_own_tenant_only(db: PgPool) {
    let world = World::new(db).await;
    let token = world.reset_token().await;
    let other = world.neighbour().await;
    let mut body = with_token("resetPassword", &token);
    body["pksCustomerCode"] = "other".into();
    let call = world.sspr_call("resetPassword", &body);
    let call = crate::harness::Call {
        headers: Vec::new(),
        ..call
    }
    .header("authorization", other.reveal())
    .json(&body);
    world.send(call).await.is_a_dead_token();
}

/// D13 and T-05: an hour, to the second.
#[rekey_test::on_a_database]
async fn d13_a_token_dies_of_age(db: PgPool) {
    let world = World::new(db).await;
    let token = world.reset_token().await;
    world.hand.turn(Duration::HOUR - Duration::SECOND);
    world.spend("validateToken", &token).await.is_done();
    world.hand.turn(Duration::SECOND);
    for operation in TAKERS {
        world.spend(operation, &token).await.is_a_dead_token();
    }
}

/// D13, T-06: a newer token of the same purpose supersedes, one of the other purpose does not.
#[rekey_test::on_a_database]
async fn d13_a_newer_token_supersedes(db: PgPool) {
    let world = World::new(db).await;
    let (old, unlock) = (world.reset_token().await, world.unlock_token().await);
    let new = world.reset_token().await;
    world.spend("resetPassword", &old).await.is_a_dead_token();
    world.spend("unlockAccount", &unlock).await.is_done();
    world.spend("resetPassword", &new).await.is_done();
}

/// Table 7: spent on success. A reset voids the account's other tokens; an unlock only unlock ones.
/// (L12.)
#[rekey_test::on_a_database]
async fn a_token_works_once_and_a_reset_voids_the_others(db: PgPool) {
    let world = World::new(db).await;
    let (reset, unlock) = (world.reset_token().await, world.unlock_token().await);
    world.spend("unlockAccount", &unlock).await.is_done();
    world
        .spend("unlockAccount", &unlock)
        .await
        .is_a_dead_token();
    let unlock = world.unlock_token().await;
    world.spend("resetPassword", &reset).await.is_done();
    for (operation, token) in [("resetPassword", &reset), ("unlockAccount", &unlock)] {
        world.spend(operation, token).await.is_a_dead_token();
        world.spend("validateToken", token).await.is_a_dead_token();
    }
}

/// T-08 and L15: an account that is disabled, or changes its address or password, loses its tokens.
#[rekey_test::on_a_database]
async fn l15_a_token_does_not_outlive_a_change_of_its_account(db: PgPool) {
    let world = World::new(db).await;
    let changes = [
        r#"{"login":"JohnDoe","status":"blocked"}"#,
        r#"{"login":"JohnDoe","email":"new@domain.example"}"#,
        r#"{"login":"JohnDoe","passwords":{"login":{"value":"Another-2026"}}}"#,
    ];
    for change in changes {
        let token = world.reset_token().await;
        world.import(change).await;
        world
            .import(r#"{"login":"JohnDoe","status":"active"}"#)
            .await;
        for operation in TAKERS {
            world.spend(operation, &token).await.is_a_dead_token();
        }
    }
}

/// L20: completion looks at the account again, at the moment it writes.
#[rekey_test::on_a_database]
async fn l20_a_disabled_account_is_not_revived_by_a_token(db: PgPool) {
    let world = World::new(db).await;
    let token = world.reset_token().await;
    world
        .sql("update account set status = 'disabled' where login = 'JohnDoe'")
        .await;
    for operation in TAKERS {
        world.spend(operation, &token).await.is_a_dead_token();
    }
    assert!(world.is_password("JohnDoe", "Forgotten-2026").await);
}

/// design.md, section 2: what an administrator disabled is cleared by no reset; such a password
/// gets no letter either.
#[rekey_test::on_a_database]
async fn a_disabled_password_stays_disabled(db: PgPool) {
    let world = World::new(db).await;
    let token = world.reset_token().await;
    world
        .sql("update password set disabled_at = '2026-01-01Z'")
        .await;
    world.spend("resetPassword", &token).await.is_a_dead_token();
    world
        .sspr("resetPasswordRequest", &minimal("resetPasswordRequest"))
        .await
        .is_done();
    assert!(world.post().await.is_empty());
    assert!(world.is_password("JohnDoe", "Forgotten-2026").await);
}

/// D14: a reset also unlocks; and it leaves nothing of the wrong tries.
#[rekey_test::on_a_database]
async fn d14_a_reset_also_unlocks(db: PgPool) {
    let world = World::new(db).await;
    for block in ["blocked_until = '2026-01-02Z'", "blocked_forever = true"] {
        let statement = format!("update password set failures = 5, {block}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
            .execute(&world.db)
            .await
            .unwrap();
        let token = world.reset_token().await;
        world.spend("resetPassword", &token).await.is_done();
        world.post().await;
        let open = "select count(*) from password join account using (tenant_id, account_id) \
                    where login = 'JohnDoe' and failures = 0 and not blocked_forever \
                    and blocked_until is null";
        assert_eq!(world.count(open).await, 1, "{block}");
        world
            .sql("update password set failures = 0, blocked_until = null, blocked_forever = false")
            .await;
    }
}

/// S-05 and wish 7: one notice to the owner, without a secret, in the account's language.
#[rekey_test::on_a_database]
async fn the_owner_is_told_once_that_the_password_was_changed(db: PgPool) {
    let world = World::new(db).await;
    let token = world.reset_token().await;
    world.spend("resetPassword", &token).await.is_done();
    let letters = world.post().await;
    assert_eq!(letters.len(), 1);
    let text = letters[0].content.text.as_str();
    assert_eq!(letters[0].to.as_str(), "example@domain.com");
    assert!(
        !text.contains("Qwerty1234!") && !text.contains(&token),
        "{text}"
    );
    assert!(text.contains("JohnDoe"), "{text}");
}

/// L14: a token without an end, or with one too far away, cannot be stored.
#[rekey_test::on_a_database]
async fn l14_a_token_without_a_sane_end_cannot_exist(db: PgPool) {
    let world = World::new(db).await;
    world.reset_token().await;
    for end in ["null", "created_at", "created_at + interval '25 hours'"] {
        let statement = format!("update recovery_token set expires_at = {end}");
        let done = sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
            .execute(&world.db)
            .await;
        assert!(done.is_err(), "{end}");
    }
}

/// Every recovery leaves a line for an auditor, with who, what, when, from where and how it ended.
#[rekey_test::on_a_database]
async fn o_01_every_recovery_is_written_down_for_good(db: PgPool) {
    let world = World::new(db).await;
    let token = world.reset_token().await;
    world.spend("resetPassword", &token).await.is_done();
    world.post().await;
    let body = about("resetPasswordRequest", "Nobody");
    world.sspr("resetPasswordRequest", &body).await.is_done();
    world.post().await;
    let trail: Vec<String> = sqlx::query_scalar(
        "select action || ': ' || outcome from audit_event \
         where host(address) = '192.0.2.1' and request_id <> '' order by at, event_id",
    )
    .fetch_all(&world.db)
    .await
    .unwrap();
    let mut trail = trail;
    trail.sort();
    assert_eq!(
        trail,
        [
            "letter.sent: done",
            "letter.sent: done",
            "password.reset: done",
            "recovery.asked: minted",
            "recovery.asked: unknown identifier",
        ]
    );
    for statement in [
        "update audit_event set outcome = 'x'",
        "delete from audit_event",
    ] {
        assert!(
            sqlx::raw_sql(statement).execute(&world.db).await.is_err(),
            "append-only"
        );
    }
}
