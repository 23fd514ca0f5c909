//! O-06: how long addresses and events are kept, on a clock that is turned.

use rekey::operator::Wrong;
use sqlx::PgPool;
use time::Duration;

use super::{KEPT, KEY, NEXT_KEY, operator, server};
use crate::harness::World;

const ADDRESSES: &str =
    "select count(*) from audit_event where address is not null or address_salt is not null";
const EVENTS: &str = "select count(*) from audit_event";

#[sqlx::test(migrator = "rekey::store::MIGRATOR")]
async fn addresses_go_after_their_time_and_the_trail_stays_whole(db: PgPool) {
    let world = World::with_a_trail(db).await;
    let (events, before) = (world.count(EVENTS).await, world.verified().await);
    world.hand.turn(Duration::days(90));
    assert_eq!(world.recovery.retain().await.unwrap(), 0);
    assert!(world.count(ADDRESSES).await > 0);
    world.hand.turn(Duration::SECOND);
    world.passes(1).await;
    world.recovery.seal().await.unwrap();
    assert_eq!(
        world.recovery.retain().await.unwrap(),
        events.unsigned_abs()
    );
    assert_eq!(world.count(ADDRESSES).await, 1, "the new one");
    assert_eq!(world.count(EVENTS).await, events + 1);
    let verified = world.verified().await;
    assert_eq!(verified.events, before.events + 1);
    assert!(world.verify(Some(before.head)).await.is_ok());
    assert_eq!(world.recovery.retain().await.unwrap(), 0);
    // A cleared address cannot be put back, or another in its place.
    world
        .tamper("update audit_event set address = '192.0.2.1', address_salt = decode(repeat('00', 16), 'hex')
            where event_id = (select min(event_id::text)::uuid from audit_event where address_digest is not null)")
        .await;
    assert_eq!(world.found().await.1, Wrong::Edited);
}

#[sqlx::test(migrator = "rekey::store::MIGRATOR")]
async fn old_events_go_from_the_beginning_and_the_trail_stays_whole(db: PgPool) {
    let world = World::with_a_trail(db).await;
    let before = world.verified().await;
    world.hand.turn(Duration::days(400));
    world.passes(4).await;
    world.recovery.seal().await.unwrap();
    world.recovery.retain().await.unwrap();
    let noted = world.verified().await.head;
    world.hand.turn(Duration::days(331));
    world.recovery.retain().await.unwrap();
    assert_eq!(world.count(EVENTS).await, 4);
    assert_eq!(world.count("select count(*) from audit_seal").await, 4);
    let verified = world.verified().await;
    assert_eq!((verified.events, verified.anchor), (4, before.head));
    assert!(world.verify(Some(noted)).await.is_ok());
    assert!(
        world.verify(Some(before.head)).await.is_ok(),
        "the anchor itself"
    );
    let older = rekey::domain::audit::Point {
        seq: 1,
        ..before.head
    };
    let finding = world.verify(Some(older)).await.unwrap_err();
    assert_eq!(finding.wrong, Wrong::HeadForgotten);
    // The chain goes on, also when everything in it has been forgotten.
    world.hand.turn(Duration::days(800));
    world.recovery.retain().await.unwrap();
    assert_eq!(world.count(EVENTS).await, 0);
    assert_eq!(world.verified().await.events, 0);
    world.passes(1).await;
    world.recovery.seal().await.unwrap();
    assert_eq!(world.verified().await.head.seq, noted.seq + 1);
}

#[sqlx::test(migrator = "rekey::store::MIGRATOR")]
async fn a_chain_outlives_a_rotation_and_its_old_events(db: PgPool) {
    let world = World::with_a_trail(db).await;
    let rotated = server(&world, &[NEXT_KEY, KEY], KEPT);
    world.hand.turn(Duration::days(731));
    rotated.retain().await.unwrap();
    assert_eq!(world.count(EVENTS).await, 0);
    // Nothing is left that the old key had signed.
    let only_new = operator(&world, &[NEXT_KEY]);
    assert_eq!(
        only_new
            .verify_audit(&world.tenant, None)
            .await
            .unwrap()
            .events,
        0
    );
}

#[sqlx::test(migrator = "rekey::store::MIGRATOR")]
async fn retention_touches_no_chain_that_is_broken(db: PgPool) {
    let world = World::with_a_trail(db).await;
    let events = world.count(EVENTS).await;
    world
        .tamper("update audit_chain set anchor_seq = 2, anchor_digest = (select digest from audit_seal where seq = 2)")
        .await;
    world.hand.turn(Duration::days(731));
    world.recovery.retain().await.unwrap_err();
    assert_eq!(world.count(EVENTS).await, events);
}
