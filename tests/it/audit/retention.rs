//! O-06: how long addresses and events are kept, on a clock that is turned.

use rekey::operator::Wrong;
use sqlx::PgPool;
use time::Duration;

use super::{KEPT, KEY, NEXT_KEY, operator, server};
use crate::harness::World;

const ADDRESSES: &str =
    "select count(*) from audit_event where address is not null or address_salt is not null";
const EVENTS: &str = "select count(*) from audit_event";

#[rekey_test::on_a_database]
async fn addresses_go_after_their_time_and_the_trail_stays_whole(db: PgPool) {
    let world = World::with_a_trail(db).await;
    let (events, before) = (world.count(EVENTS).await, world.verified().await);
    world.hand.turn(Duration::days(90));
    assert_eq!(world.recovery.audit.retain().await.unwrap(), 0);
    assert!(world.count(ADDRESSES).await > 0);
    world.hand.turn(Duration::SECOND);
    world.passes(1).await;
    world.recovery.audit.seal().await.unwrap();
    assert_eq!(
        world.recovery.audit.retain().await.unwrap(),
        events.unsigned_abs()
    );
    assert_eq!(world.count(ADDRESSES).await, 1, "the new one");
    assert_eq!(world.count(EVENTS).await, events + 1);
    let verified = world.verified().await;
    assert_eq!(verified.events, before.events + 1);
    assert!(world.verify(Some(before.head)).await.is_ok());
    assert_eq!(world.recovery.audit.retain().await.unwrap(), 0);
    // A cleared address cannot be put back, or another in its place.
    world
        .tamper("update audit_event set address = '192.0.2.1', address_salt = decode(repeat('00', 16), 'hex')
            where event_id = (select min(event_id::text)::uuid from audit_event where address_digest is not null)")
        .await;
    assert_eq!(world.found().await.1, Wrong::Edited);
}

#[rekey_test::on_a_database]
async fn old_events_go_from_the_beginning_and_the_trail_stays_whole(db: PgPool) {
    let world = World::with_a_trail(db).await;
    let before = world.verified().await;
    world.hand.turn(Duration::days(400));
    world.passes(4).await;
    world.recovery.audit.seal().await.unwrap();
    world.recovery.audit.retain().await.unwrap();
    let noted = world.verified().await.head;
    world.hand.turn(Duration::days(331));
    world.recovery.audit.retain().await.unwrap();
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
    world.recovery.audit.retain().await.unwrap();
    assert_eq!(world.count(EVENTS).await, 0);
    assert_eq!(world.verified().await.events, 0);
    world.passes(1).await;
    world.recovery.audit.seal().await.unwrap();
    assert_eq!(world.verified().await.head.seq, noted.seq + 1);
}

#[rekey_test::on_a_database]
async fn a_chain_outlives_a_rotation_and_its_old_events(db: PgPool) {
    let world = World::with_a_trail(db).await;
    let rotated = server(&world, &[NEXT_KEY, KEY], KEPT);
    world.hand.turn(Duration::days(731));
    rotated.audit.retain().await.unwrap();
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

#[rekey_test::on_a_database]
async fn retention_touches_no_chain_that_is_broken(db: PgPool) {
    let world = World::with_a_trail(db).await;
    let events = world.count(EVENTS).await;
    world
        .tamper("update audit_chain set anchor_seq = 2, anchor_digest = (select digest from audit_seal where seq = 2)")
        .await;
    world.hand.turn(Duration::days(731));
    world.recovery.audit.retain().await.unwrap_err();
    assert_eq!(world.count(EVENTS).await, events);
}

/// Somebody who owns the database makes events look as if their time had come. Nothing is signed for
/// them: what they did stays to be found.
async fn is_not_retained(db: PgPool, sql: &'static str, days: i64, found: (Option<i64>, Wrong)) {
    let world = World::with_a_trail(db).await;
    world.hand.turn(Duration::days(days));
    world.tamper(sql).await;
    let left = async || {
        let seals = world.count("select count(*) from audit_seal").await;
        (
            world.count(EVENTS).await,
            world.count(ADDRESSES).await,
            seals,
        )
    };
    let before = left().await;
    let fault = world.recovery.audit.retain().await.unwrap_err();
    let cause = std::error::Error::source(&fault).unwrap().to_string();
    assert!(cause.contains("is not whole at seal"), "{cause}");
    assert_eq!(left().await, before, "{sql}");
    assert_eq!(world.found().await, found, "{sql}");
}

/// O-03: retention does not make it genuine that they are gone.
#[rekey_test::on_a_database]
async fn events_that_somebody_deleted_are_not_forgotten(db: PgPool) {
    let sql = "delete from audit_event where event_id in (select event_id from audit_seal where seq <= 4)";
    is_not_retained(db, sql, 1, (Some(1), Wrong::EventMissing)).await;
}

#[rekey_test::on_a_database]
async fn events_deleted_with_their_seals_are_not_forgotten(db: PgPool) {
    let sql = "delete from audit_event where event_id in (select event_id from audit_seal where seq <= 4);
        delete from audit_seal where seq <= 4";
    is_not_retained(db, sql, 731, (Some(1), Wrong::SealMissing)).await;
}

#[rekey_test::on_a_database]
async fn events_that_were_dated_back_are_not_forgotten(db: PgPool) {
    let sql = "update audit_event set at = '2000-01-01Z'
        where event_id in (select event_id from audit_seal where seq <= 4)";
    is_not_retained(db, sql, 1, (Some(1), Wrong::Edited)).await;
}

#[rekey_test::on_a_database]
async fn addresses_of_events_that_were_dated_back_are_not_cleared(db: PgPool) {
    let world = World::with_a_trail(db).await;
    world.hand.turn(Duration::days(91));
    assert!(world.recovery.audit.retain().await.unwrap() > 0);
    world.passes(3).await;
    world.recovery.audit.seal().await.unwrap();
    let addresses = world.count(ADDRESSES).await;
    world
        .tamper("update audit_event set at = '2000-01-01Z' where address is not null")
        .await;
    world.recovery.audit.retain().await.unwrap_err();
    assert_eq!(world.count(ADDRESSES).await, addresses);
    assert_eq!(world.found().await.1, Wrong::Edited);
}

/// What was cleared by hand is not made right by the time of it coming.
#[rekey_test::on_a_database]
async fn a_late_clearing_hides_no_early_one(db: PgPool) {
    let sql = "update audit_event set address = null, address_salt = null
        where event_id in (select event_id from audit_seal join audit_event using (event_id)
            where address is not null order by seq limit 1)";
    let world = World::with_a_trail(db).await;
    world.tamper(sql).await;
    let before = world.found().await;
    assert_eq!(before.1, Wrong::AddressCleared);
    world.hand.turn(Duration::days(91));
    world.recovery.audit.retain().await.unwrap_err();
    assert_eq!(world.found().await, before);
}

/// A key that was dropped by force lets go of what it signed until then, and of nothing else.
#[rekey_test::on_a_database]
async fn what_a_dropped_key_signed_goes_at_its_time(db: PgPool) {
    let world = World::with_a_trail(db).await;
    let both = operator(&world, &[NEXT_KEY, KEY]);
    both.check_keyring().await.unwrap();
    server(&world, &[NEXT_KEY, KEY], KEPT)
        .audit
        .seal()
        .await
        .unwrap();
    let alone = server(&world, &[NEXT_KEY], KEPT);
    world.hand.turn(Duration::days(91));
    // A server that was only not given the key has no reason to let go of anything.
    alone.audit.retain().await.unwrap_err();
    both.forget_oldest_key().await.unwrap();
    alone.audit.seal().await.unwrap();
    assert!(alone.audit.retain().await.unwrap() > 0);
    assert_eq!(world.count(ADDRESSES).await, 0);
    // An event of later that names the dropped key was made up.
    let last = operator(&world, &[NEXT_KEY]);
    last.settle_restored().await.unwrap();
    alone.audit.seal().await.unwrap();
    world
        .tamper(
            "update audit_event set at = '2000-01-01Z', digest = (
                select e.digest from audit_event as e join audit_seal using (tenant_id, event_id) where seq = 1)
            where action = 'database.restored'",
        )
        .await;
    let events = world.count(EVENTS).await;
    world.hand.turn(KEPT.audit + Duration::SECOND);
    alone.audit.retain().await.unwrap_err();
    assert_eq!(world.count(EVENTS).await, events);
}
