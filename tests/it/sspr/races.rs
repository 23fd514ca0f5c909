//! What comes twice at the same instant.

use futures::future::join_all;
use sqlx::PgPool;

use super::{minimal, with_token};
use crate::harness::World;
use crate::harness::world::Setting;

/// Table 7, T-04, L11 and wish 9: a hundred completions of one token with a queue of the default
/// length: one 204, 99 times the same 422, one notice, one line in the trail.
#[rekey_test::on_a_database]
async fn l11_a_hundred_completions_have_one_winner(db: PgPool) {
    let world = World::with(
        db,
        Setting {
            queue: 64,
            ..Setting::default()
        },
    )
    .await;
    let token = world.reset_token().await;
    let calls = (0..100).map(|number| {
        let mut body = with_token("resetPassword", &token);
        body["sPassword"] = format!("Qwerty1234!-{number}").into();
        let world = &world;
        async move { (number, world.sspr("resetPassword", &body).await) }
    });
    let mut winners = Vec::new();
    for (number, reply) in join_all(calls).await {
        if reply.status == 204 {
            winners.push(number);
        } else {
            reply.is_a_dead_token();
        }
    }
    assert_eq!(winners.len(), 1);
    assert!(
        world
            .is_password("JohnDoe", &format!("Qwerty1234!-{}", winners[0]))
            .await
    );
    assert_eq!(world.post().await.len(), 1, "one notice");
    let resets = "select count(*) from audit_event where action = 'password.reset'";
    assert_eq!(world.count(resets).await, 1);
}

/// L11: the same for an unlock, which no turnstile guards: the database alone decides.
#[rekey_test::on_a_database]
async fn l11_a_hundred_unlocks_have_one_winner(db: PgPool) {
    let world = World::new(db).await;
    world
        .sql("update password set failures = 5, blocked_forever = true")
        .await;
    let body = with_token("unlockAccount", &world.unlock_token().await);
    let replies = join_all((0..100).map(|_| world.sspr("unlockAccount", &body))).await;
    assert_eq!(
        replies.iter().filter(|reply| reply.status == 204).count(),
        1
    );
    replies
        .iter()
        .filter(|reply| reply.status != 204)
        .for_each(crate::harness::Reply::is_a_dead_token);
    assert_eq!(world.post().await.len(), 1, "one notice");
}

/// Two workers that mint for one account at once leave one live token, and both letters go out.
#[rekey_test::on_a_database]
async fn racing_workers_leave_one_live_token(db: PgPool) {
    let world = World::new(db).await;
    for _ in 0..8 {
        world
            .sspr("resetPasswordRequest", &minimal("resetPasswordRequest"))
            .await
            .is_done();
    }
    let results = join_all((0..8).map(|_| world.recovery.delivery.run_one_job())).await;
    assert!(results.into_iter().all(|done| done.unwrap()));
    let letters = world.mailbox.letters();
    assert_eq!(letters.len(), 8);
    let mut good = 0;
    for letter in &letters {
        let body = with_token("validateToken", &crate::harness::token_in(letter));
        good += i32::from(world.sspr("validateToken", &body).await.status == 204);
    }
    assert_eq!(good, 1);
}
