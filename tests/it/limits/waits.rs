//! Blocks that grow, and what asking for a reset cannot do to anybody (docs/decisions/0033).

use serde_json::json;
use sqlx::PgPool;
use time::Duration;

use crate::cyclos::{EMAIL, OLD, USER, WRONG};
use crate::harness::World;
use crate::sspr::{about, minimal, with_token};

/// How long a name is blocked after five wrong tries, to the second.
async fn blocked_for(world: &World, name: &str) -> i64 {
    // Each another: one that is repeated counts once where the password is young (docs/decisions/0078).
    for number in 0..5 {
        let wrong = format!("{WRONG}{number}");
        world.sign_in(name, &wrong).await.is_code(401, "login");
    }
    let blocked = json!({"code": "login", "passwordStatus": "temporarilyBlocked"});
    let mut minutes = 0;
    while world.sign_in(name, WRONG).await.json() == blocked {
        world.hand.turn(Duration::MINUTE);
        minutes += 1;
        assert!(minutes < 24 * 60, "it never ends");
    }
    minutes
}

/// L-02, D-10: the first block is as long as the tenant says; those that follow are twice as long, up to
/// an hour, for names that nobody has as for those that somebody has. Every series takes as many
/// tries.
#[rekey_test::on_a_database]
async fn l_02_blocks_grow_for_anybody_and_nobody(db: PgPool) {
    let world = World::new(db).await;
    for name in [USER, "nobody"] {
        let mut lasted = Vec::new();
        for _ in 0..4 {
            lasted.push(blocked_for(&world, name).await);
            // The try that found it open was the first of the next series; it is forgotten with a
            // right one, so begin each series from a block that has just ended.
            world
                .sql("update password set failures = 0; update shadow_password set failures = 0")
                .await;
        }
        assert_eq!(lasted, [15, 30, 60, 60], "{name}");
    }
}

/// A right password, and a reset, begin anew.
#[rekey_test::on_a_database]
async fn l_02_a_right_password_begins_anew(db: PgPool) {
    let world = World::new(db).await;
    assert_eq!(blocked_for(&world, USER).await, 15);
    world.johns_session().await;
    assert_eq!(blocked_for(&world, USER).await, 15);
    let token = world.reset_token().await;
    world
        .sspr("resetPassword", &with_token("resetPassword", &token))
        .await
        .is_done();
    assert_eq!(blocked_for(&world, USER).await, 15);
}

/// L21, R-03, S-01: whoever asks for resets without the mailbox can neither lock out nor sign out nor
/// change anything of a victim; and the victim comes back while it goes on, also from a block.
#[rekey_test::on_a_database]
async fn l21_asking_for_resets_is_no_weapon(db: PgPool) {
    let world = World::new(db).await;
    let token = world.johns_session().await;
    let state = "select hashtextextended(string_agg(row, ','), 0) from (\
                 select account::text from account union all select password::text from password \
                 union all select session::text from session order by 1) as t(row)";
    let before = world.count(state).await;
    for _ in 0..50 {
        for operation in ["resetPasswordRequest", "unlockAccountRequest"] {
            world
                .sspr(operation, &about(operation, USER))
                .await
                .is_done();
        }
        assert_eq!(world.ask_clevermaps(EMAIL).await.status, 201);
        world.forgot(&json!({"user": USER})).await.is_empty(204);
    }
    assert_eq!(world.count(state).await, before);
    world.post().await;
    assert_eq!(world.count(state).await, before);
    assert!(world.is_signed_in(&token).await);
    // The old password signs in all the while.
    world.johns_session().await;
    // Now somebody guesses too, and the owner recovers: the newest link works, and opens at once.
    for _ in 0..20 {
        world.sign_in(USER, WRONG).await;
    }
    assert_ne!(world.sign_in(USER, OLD).await.status, 200);
    let reset = world.asked_token(EMAIL).await;
    world
        .sspr("resetPasswordRequest", &minimal("resetPasswordRequest"))
        .await
        .is_done();
    let done = world.reset(&reset, "Qwerty1234!").await;
    done.is_empty(204);
    world.session_of(USER, "Qwerty1234!").await;
}
