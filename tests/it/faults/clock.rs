//! A clock that jumps, both ways.

use sqlx::PgPool;
use time::Duration;

use crate::cyclos::{NEW, OLD, USER, WRONG};
use crate::harness::World;
use crate::harness::world::{Setting, generous};
use crate::sspr::{minimal, with_token};

/// T-05: a clock that goes back makes no token live again after its end was seen, longer than its own
/// life; one that goes ahead and comes back has killed nothing.
#[rekey_test::on_a_database]
async fn t_05_tokens_under_a_clock_that_jumps(db: PgPool) {
    let world = World::new(db).await;
    let token = world.reset_token().await;
    let look = async || {
        let reply = world
            .sspr("validateToken", &with_token("validateToken", &token))
            .await;
        reply.status == 204
    };
    for (jump, is_live) in [
        (Duration::minutes(59), true),
        (Duration::minutes(2), false),
        (-Duration::minutes(2), true),
        // Before it was made: it has a beginning of its own, and no more than its life to come.
        (-Duration::hours(3), true),
        (Duration::hours(3), true),
        (Duration::days(400), false),
        (-Duration::days(400), true),
    ] {
        world.hand.turn(jump);
        assert_eq!(look().await, is_live, "{jump}");
    }
    let life =
        "select max(extract(epoch from expires_at - created_at))::bigint from recovery_token";
    assert_eq!(world.count(life).await, 3_600, "no jump made it longer");
    // Spent under one time, it is spent under any other.
    world
        .sspr("resetPassword", &with_token("resetPassword", &token))
        .await
        .is_done();
    for jump in [-Duration::days(1), Duration::days(2), -Duration::days(1)] {
        world.hand.turn(jump);
        assert!(!look().await, "{jump}");
    }
}

/// A newer token ends the older one also where the clock says that it is the older.
#[rekey_test::on_a_database]
async fn t_06_the_newest_token_under_a_clock_that_goes_back(db: PgPool) {
    let world = World::new(db).await;
    let first = world.reset_token().await;
    world.hand.turn(-Duration::minutes(30));
    let second = world.reset_token().await;
    let live = async |token: &str| {
        let body = with_token("validateToken", token);
        world.sspr("validateToken", &body).await.status == 204
    };
    assert!(!live(&first).await);
    assert!(live(&second).await);
    world.hand.turn(Duration::minutes(45));
    assert!(live(&second).await);
    world.hand.turn(Duration::minutes(16));
    assert!(!live(&second).await, "an hour after it was made");
}

/// A block is over when its time is over, whatever the clock did meanwhile; at worst that is its own length
/// after the clock is right again.
#[rekey_test::on_a_database]
async fn blocks_end_under_a_clock_that_jumps(db: PgPool) {
    let world = World::new(db).await;
    let block = async || {
        for _ in 0..5 {
            world.sign_in(USER, WRONG).await;
        }
    };
    let opens = async || world.sign_in(USER, OLD).await.status == 200;
    block().await;
    assert!(!opens().await);
    world.hand.turn(Duration::minutes(15));
    assert!(opens().await);
    // Made by a clock that was an hour ahead; the mailbox opens it, whatever the clock.
    world.hand.turn(Duration::HOUR);
    block().await;
    world.hand.turn(-Duration::HOUR);
    assert!(!opens().await);
    let token = world.unlock_token().await;
    world
        .sspr("unlockAccount", &with_token("unlockAccount", &token))
        .await
        .is_done();
    world.post().await;
    assert!(opens().await);
    // And without a mailbox it ends with the time that it was made for.
    world.hand.turn(Duration::HOUR);
    block().await;
    world.hand.turn(-Duration::HOUR);
    world.hand.turn(Duration::HOUR + Duration::minutes(15));
    assert!(opens().await);
}

/// Limits lock nobody out for longer than their own length after the clock is right again.
#[rekey_test::on_a_database]
async fn limits_end_under_a_clock_that_jumps(db: PgPool) {
    let hourly = rekey::domain::limit::Rate {
        times: 2,
        per: Duration::HOUR,
    };
    let setting = Setting {
        limits: rekey::recovery::Limits {
            recovery_per_identifier: hourly,
            ..generous()
        },
        ..Setting::default()
    };
    let world = World::with(db, setting).await;
    let asks = async || {
        let body = minimal("resetPasswordRequest");
        let reply = world.sspr("resetPasswordRequest", &body).await;
        if reply.status == 429 {
            let wait: i64 = reply.header("retry-after").unwrap().parse().unwrap();
            assert!((1..=3_600).contains(&wait), "{wait}");
        }
        reply.status.as_u16()
    };
    for jump in [
        Duration::ZERO,
        Duration::days(30),
        -Duration::days(30),
        -Duration::days(365),
    ] {
        world.hand.turn(jump);
        let mut told = Vec::new();
        for _ in 0..3 {
            told.push(asks().await);
        }
        assert!(told.contains(&429), "a limit there is: {told:?}");
        world.hand.turn(Duration::HOUR);
        assert_eq!(asks().await, 204, "after {jump}");
        world.hand.turn(Duration::HOUR);
    }
}

/// S-03: sessions do not outlive their time by a clock that goes back, and a password that was changed
/// under one time is that under any other.
#[rekey_test::on_a_database]
async fn s_03_sessions_under_a_clock_that_jumps(db: PgPool) {
    let world = World::new(db).await;
    let session = world.johns_session().await;
    world.hand.turn(-Duration::days(3));
    assert!(world.is_signed_in(&session).await);
    world.hand.turn(Duration::days(3) + Duration::minutes(31));
    assert!(!world.is_signed_in(&session).await);
    let token = world.reset_token().await;
    let mut body = with_token("resetPassword", &token);
    body["sPassword"] = NEW.into();
    world.sspr("resetPassword", &body).await.is_done();
    world.post().await;
    for jump in [-Duration::days(3), Duration::days(9)] {
        world.hand.turn(jump);
        world.session_of(USER, NEW).await;
        assert_eq!(world.sign_in(USER, OLD).await.status, 401);
    }
}
