//! Decisions 1 and 18, and table "Check order": limits, driven by request data only.

use rekey::recovery::Limits;
use sqlx::PgPool;
use time::Duration;

use super::{SEND, asking, call, concealing};
use crate::harness::world::{Setting, TENANT, generous, hourly};
use crate::harness::{Reply, World};

async fn world(db: PgPool, tenant: String, limits: Limits) -> World {
    World::with(
        db,
        Setting {
            tenant,
            limits,
            ..Setting::default()
        },
    )
    .await
}

fn is_one_too_many(reply: &Reply, wait: &str) {
    reply.is_neutral(429);
    assert_eq!(reply.header("retry-after"), Some(wait), "accurate");
}

/// Decision 1: an address is counted in both modes, whether anybody has it or not, and before it is
/// looked up.
#[rekey_test::on_a_database]
async fn d_1_an_identifier_over_its_limit_known_or_not(db: PgPool) {
    let limits = Limits {
        recovery_per_identifier: hourly(2),
        ..generous()
    };
    let world = world(db, TENANT.to_owned(), limits).await;
    for (email, status) in [
        ("example@domain.com", 201),
        ("nobody@domain.example", 404),
        ("disabled@domain.example", 404),
        ("@@", 404),
        ("", 404),
    ] {
        for _ in 0..2 {
            assert_eq!(world.ask_clevermaps(email).await.status, status, "{email}");
        }
        is_one_too_many(&world.ask_clevermaps(email).await, "3600");
    }
    is_one_too_many(&world.ask_clevermaps(" EXAMPLE@domain.com").await, "3600");
    world.hand.turn(Duration::HOUR);
    world
        .ask_clevermaps("example@domain.com")
        .await
        .is_empty(201);
}

/// The same where unknown addresses are concealed. What is no address is counted as what it is.
#[rekey_test::on_a_database]
async fn d_1_an_identifier_over_its_limit_concealed(db: PgPool) {
    let limits = Limits {
        recovery_per_identifier: hourly(2),
        ..generous()
    };
    let world = world(db, concealing(), limits).await;
    for email in ["example@domain.com", "nobody@domain.example", "@@", "@", ""] {
        for _ in 0..2 {
            world.ask_clevermaps(email).await.is_empty(201);
        }
        is_one_too_many(&world.ask_clevermaps(email).await, "3600");
    }
}

/// Check order: the caller's address is counted before the body is read, so a broken one counts.
#[rekey_test::on_a_database]
async fn the_callers_address_is_counted_first(db: PgPool) {
    let limits = Limits {
        recovery_per_address: hourly(2),
        ..generous()
    };
    let world = world(db, TENANT.to_owned(), limits).await;
    world
        .ask_clevermaps("nobody@domain.example")
        .await
        .is_neutral(404);
    world
        .send(call("POST", SEND).body("{"))
        .await
        .is_neutral(400);
    is_one_too_many(&world.send(call("POST", SEND).body("{")).await, "3600");
    world.hand.turn(Duration::milliseconds(1_500));
    is_one_too_many(&world.ask_clevermaps("example@domain.com").await, "3599");
    let other = asking("example@domain.com").from("198.51.100.9:1");
    world.send(other).await.is_empty(201);
}

/// The tenant as a whole.
#[rekey_test::on_a_database]
async fn the_tenant_is_counted(db: PgPool) {
    let limits = Limits {
        recovery_per_tenant: hourly(1),
        ..generous()
    };
    let world = world(db, TENANT.to_owned(), limits).await;
    world
        .ask_clevermaps("example@domain.com")
        .await
        .is_empty(201);
    let other = asking("ezra@domain.example").from("198.51.100.9:1");
    is_one_too_many(&world.send(other).await, "3600");
}

/// Decision 18: the client sleeps on a 429 of the GET. Looking at a token and using it count against
/// no limit, so it has no reason to.
#[rekey_test::on_a_database]
async fn d_18_a_token_can_be_used_while_the_address_is_over_its_limit(db: PgPool) {
    let limits = Limits {
        recovery_per_address: hourly(1),
        ..generous()
    };
    let world = world(db, TENANT.to_owned(), limits).await;
    let token = world.asked_token("example@domain.com").await;
    is_one_too_many(&world.ask_clevermaps("example@domain.com").await, "3600");
    for _ in 0..50 {
        assert_eq!(world.look(&token).await.status, 200);
    }
    world.reset(&token, "weak").await.is_neutral(400);
    world.reset(&token, "Qwerty1234!").await.is_empty(204);
}

/// A burst gets no more than the limit.
#[rekey_test::on_a_database]
async fn a_burst_gets_no_more_than_the_limit(db: PgPool) {
    let limits = Limits {
        recovery_per_identifier: hourly(5),
        ..generous()
    };
    let world = world(db, TENANT.to_owned(), limits).await;
    let replies =
        futures::future::join_all((0..50).map(|_| world.ask_clevermaps("example@domain.com")))
            .await;
    let taken = replies.iter().filter(|reply| reply.status == 201).count();
    assert_eq!(taken, 5);
    assert_eq!(world.count("select count(*) from job").await, 5);
}
