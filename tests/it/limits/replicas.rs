//! Limits over several servers on one database, and over a restart.

use futures::future::join_all;
use rekey::recovery::LimitError;
use sqlx::PgPool;
use time::Duration;

use super::{ask, hits, limited};
use crate::cyclos::{USER, call};
use crate::harness::World;
use crate::harness::world::generous;
use crate::harness::world::hourly;
use crate::sspr::minimal;

/// L-05, L-06, L10: requests to two servers at the same instant get no more than the limit.
#[rekey_test::on_a_database]
async fn l_06_a_burst_over_two_servers(db: PgPool) {
    let world = World::limited(db, |limits| limits.recovery_per_identifier = hourly(5)).await;
    let (other, _) = world.replica(world.db.clone());
    let asked = (0..500).map(|number| {
        let server = [&world.recovery, &other][number % 2];
        let address = format!("198.51.100.{}", number % 250);
        let world = &world;
        async move { ask(server, world, "example@domain.com", &address).await }
    });
    let mut taken = 0;
    for outcome in join_all(asked).await {
        match outcome {
            Ok(()) => taken += 1,
            Err(LimitError::TooMany(limit)) => {
                assert_eq!(limit.retry_after(world.clock.now()), 3600);
            }
            Err(LimitError::Fault(fault)) => panic!("{fault:?}"),
        }
    }
    assert_eq!(taken, 5);
    assert_eq!(world.count("select count(*) from job").await, 5);
    assert_eq!(hits(&world, "recovery.identifier").await, 500);
}

/// Batches that count the same in different orders wait for each other, and never in a circle.
#[rekey_test::on_a_database]
async fn batches_of_two_servers_do_not_deadlock(db: PgPool) {
    let world = limited(db, generous()).await;
    let (other, _) = world.replica(world.db.clone());
    for _ in 0..10 {
        let asked = (0..120_usize).flat_map(|number| {
            let there = (&world.recovery, number);
            [there, (&other, 119 - number)].map(|(server, number)| {
                let email = format!("somebody{}@domain.example", number % 60);
                let address = format!("198.51.100.{}", (number * 7) % 60);
                let world = &world;
                async move { ask(server, world, &email, &address).await }
            })
        });
        for outcome in join_all(asked).await {
            outcome.unwrap();
        }
    }
    assert_eq!(hits(&world, "recovery.tenant").await, 2_400);
    assert_eq!(world.count("select count(*) from job").await, 2_400);
}

/// L-06: a server that is started again knows what was counted before, and for how long.
#[rekey_test::on_a_database]
async fn l_06_limits_survive_a_restart(db: PgPool) {
    let world = World::limited(db, |limits| {
        limits.recovery_per_identifier = hourly(2);
        limits.login_per_address = hourly(1);
    })
    .await;
    let body = minimal("resetPasswordRequest");
    for _ in 0..2 {
        world.sspr("resetPasswordRequest", &body).await.is_done();
    }
    world.johns_session().await;
    world.hand.turn(Duration::minutes(20));
    let (_, router) = world.replica(world.db.clone());
    let again = world.sspr_call("resetPasswordRequest", &body);
    let reply = again.send(&router).await;
    reply.is_refused(429, "TOOMANYREQUESTS", "Too many requests");
    assert_eq!(reply.header("retry-after"), Some("2400"));
    let sign_in = call("POST", "/auth/session").basic(USER, crate::cyclos::OLD);
    let reply = sign_in.send(&router).await;
    reply.is_code(401, "remoteAddressBlocked");
    assert_eq!(reply.header("retry-after"), Some("2400"));
}

/// L9, L10, T-10: of 500 wrong codes in one burst over two servers, from 250 addresses, five are
/// evaluated; the right one is refused then.
#[rekey_test::on_a_database]
async fn l10_five_hundred_wrong_codes_over_two_servers(db: PgPool) {
    let world = World::new(db).await;
    let code = world.recovery_code(USER).await;
    let wrong: String = code.chars().rev().chain("0".chars()).collect();
    let (_, router) = world.replica(world.db.clone());
    let routers = [&world.router, &router];
    let path =
        |code: &str| format!("/auth/forgotten-password/data-for-change?user={USER}&code={code}");
    let calls = (0..500).map(|number| {
        let peer = format!("198.51.100.{}:1", number % 250);
        call("GET", &path(&wrong))
            .from(&peer)
            .send(routers[number % 2])
    });
    let replies = join_all(calls).await;
    assert!(replies.iter().all(|reply| reply.status == 403));
    let wrong = replies
        .iter()
        .filter(|reply| reply.body.contains("invalidPassword"));
    assert_eq!(wrong.count(), 4, "and the fifth closes it");
    let evaluated = "select count(*) from audit_event where action = 'recovery.tried' \
                     and outcome = 'wrong code'";
    assert_eq!(world.count(evaluated).await, 5);
    let right = call("GET", &path(&code)).send(&router).await;
    assert!(right.body.contains("temporarilyBlocked"), "{}", right.body);
}
