//! A device that keeps sending the former password: a wrong value that is repeated counts once while the new
//! password is young, and guessing gains nothing (docs/decisions/0078).

use sqlx::PgPool;
use time::Duration;

use super::{EMAIL, NEW, OLD, change, login, update};
use crate::harness::World;

/// Refuses a wrong value so many times.
async fn send(world: &World, password: &str, times: usize) {
    for _ in 0..times {
        let reply = world.authorize(&login(EMAIL, password)).await;
        reply.says(403, "wrong_credentials_specified");
    }
}

async fn failures(world: &World) -> i64 {
    let query = "select failures::bigint from password join account using (tenant_id, account_id) \
                 join password_type using (tenant_id, password_type_id) \
                 where login = 'JohnDoe' and access";
    world.count(query).await
}

async fn remembered(world: &World) -> i64 {
    let query = "select coalesce(sum(cardinality(recent)), 0)::bigint from \
                 (select recent from password union all select recent from shadow_password) as all_of_them";
    world.count(query).await
}

async fn resets(world: &World, new: &str) {
    let token = world.turbo_token().await;
    world.update(&update(&token, new)).await.is_success();
    world.post().await;
}

#[rekey_test::on_a_database]
async fn seven_repeats_of_the_former_password_lock_nobody_out(db: PgPool) {
    let world = World::new(db).await;
    resets(&world, NEW).await;
    send(&world, OLD, 7).await;
    assert_eq!(failures(&world).await, 1, "seven are one");
    assert_eq!(remembered(&world).await, 1);
    let key = world.turbo_key(EMAIL, NEW).await;
    assert_eq!((failures(&world).await, remembered(&world).await), (0, 0));

    let other = "Remembered-2028";
    world.change(&key, &change(NEW, other)).await.is_success();
    world.post().await;
    for _ in 0..3 {
        send(&world, OLD, 1).await;
        send(&world, NEW, 1).await;
    }
    assert_eq!(failures(&world).await, 2, "two devices");
    world.turbo_key(EMAIL, other).await;
}

#[rekey_test::on_a_database]
async fn a_first_value_and_one_that_an_import_set_count_every_try(db: PgPool) {
    let world = World::new(db).await;
    send(&world, "Wrong-Password-1", 5).await;
    assert_eq!(failures(&world).await, 5);
    let reply = world.authorize(&login(EMAIL, OLD)).await;
    reply.says(403, "wrong_credentials_specified");

    resets(&world, NEW).await;
    world
        .import(r#"{"login":"JohnDoe","passwords":{"login":{"value":"Imported-2029"}}}"#)
        .await;
    send(&world, OLD, 5).await;
    assert_eq!((failures(&world).await, remembered(&world).await), (5, 0));
}

#[rekey_test::on_a_database]
async fn after_seven_days_every_try_counts_again(db: PgPool) {
    let world = World::new(db).await;
    resets(&world, NEW).await;
    world.hand.turn(Duration::days(7));
    send(&world, OLD, 5).await;
    assert_eq!((failures(&world).await, remembered(&world).await), (5, 0));
    let reply = world.authorize(&login(EMAIL, NEW)).await;
    reply.says(403, "wrong_credentials_specified");
}

#[rekey_test::on_a_database]
async fn different_wrong_values_block_as_ever(db: PgPool) {
    let world = World::new(db).await;
    resets(&world, NEW).await;
    let before = world.hasher.computed();
    for number in 0..8 {
        send(&world, &format!("Wrong-Password-{number}"), 1).await;
        send(&world, OLD, 1).await;
    }
    assert_eq!(world.hasher.computed() - before, 16, "each costs one hash");
    assert_eq!(failures(&world).await, 5);
    let evaluated = "select count(*) from audit_event where action = 'account.signed-in' \
                     and outcome = 'wrong password'";
    // Four new values and the former one, which came five times by then.
    assert!(world.count(evaluated).await <= 9);
    let reply = world.authorize(&login(EMAIL, NEW)).await;
    reply.says(403, "wrong_credentials_specified");
}

/// Where somebody is signed in and is asked for the present password, each wrong one counts.
#[rekey_test::on_a_database]
async fn a_present_password_is_counted_however_often_it_is_wrong(db: PgPool) {
    let world = World::new(db).await;
    resets(&world, NEW).await;
    let key = world.turbo_key(EMAIL, NEW).await;
    for _ in 0..5 {
        let reply = world.change(&key, &change(OLD, "Remembered-2028")).await;
        reply.says(403, "password_is_invalid");
    }
    assert_eq!((failures(&world).await, remembered(&world).await), (5, 0));
}

/// What a wrong value is recognised by is not kept for more than an hour.
#[rekey_test::on_a_database]
async fn wrong_values_are_forgotten_within_an_hour(db: PgPool) {
    let world = World::new(db).await;
    resets(&world, NEW).await;
    send(&world, OLD, 1).await;
    assert_eq!(remembered(&world).await, 1);
    world.hand.turn(Duration::minutes(49));
    world.recovery.upkeep.purge().await.unwrap();
    assert_eq!(remembered(&world).await, 1);
    world.hand.turn(Duration::minutes(1));
    world.recovery.upkeep.purge().await.unwrap();
    assert_eq!(remembered(&world).await, 0);
    assert_eq!(failures(&world).await, 1, "the count stays");
    send(&world, OLD, 2).await;
    assert_eq!(failures(&world).await, 2, "and grows by one");
}
