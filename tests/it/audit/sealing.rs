//! Putting events in order, however many do it and whatever happens meanwhile (O-03); keys that are
//! replaced (O-05), and a chain that is broken and holds nothing else up (O-04).

use std::sync::atomic::{AtomicBool, Ordering};

use rekey::operator::Wrong;
use sqlx::PgPool;
use time::Duration;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use super::{KEPT, KEY, NEXT_KEY, operator, server};
use crate::harness::World;
use crate::turbosmtp::{EMAIL, login};

#[rekey_test::on_a_database]
async fn four_sealers_make_one_chain_while_two_hundred_requests_go_on(db: PgPool) {
    let world = World::new(db).await;
    let is_over = AtomicBool::new(false);
    let seal = async |server: rekey::recovery::Recovery| {
        let mut sealed = 0;
        while !is_over.load(Ordering::SeqCst) {
            sealed += server.audit.seal().await.unwrap();
        }
        sealed + server.audit.seal().await.unwrap()
    };
    let requests = async {
        let wrong = login(EMAIL, "wrong");
        let calls = (0..200).map(|_| world.authorize(&wrong));
        let replies = futures::future::join_all(calls).await;
        is_over.store(true, Ordering::SeqCst);
        replies
    };
    let servers = [0, 1, 2, 3].map(|_| server(&world, &[KEY], KEPT));
    let (sealed, replies) = tokio::join!(futures::future::join_all(servers.map(seal)), requests);
    assert!(replies.iter().all(|reply| reply.status.is_client_error()));
    world.recovery.audit.seal().await.unwrap();
    let verified = world.verified().await;
    let count = "select count(*) from audit_event where tenant_id = (select tenant_id from tenant)";
    let events = world.count(count).await;
    assert!(events > 200 && verified.head.seq == events, "{verified:?}");
    assert!(sealed.iter().sum::<u64>() <= events.unsigned_abs());
    assert_eq!(world.count("select count(*) from audit_unsealed").await, 0);
}

#[rekey_test::on_a_database]
async fn tenants_have_chains_of_their_own(db: PgPool) {
    let world = World::new(db).await;
    world.neighbour().await;
    world.recovery.audit.seal().await.unwrap();
    let other = world.operator.find_tenant("other").await.unwrap();
    let (mine, theirs) = (
        world.verified().await,
        world.operator.verify_audit(&other, None).await.unwrap(),
    );
    assert_ne!(mine.head, theirs.head);
    assert!(mine.events > 0 && theirs.events > 0);
    // One that is broken holds nothing up.
    world
        .tamper("update audit_chain set erased_seq = 1 where tenant_id = (select min(tenant_id) from tenant)")
        .await;
    world.import(r#"{"login":"More"}"#).await;
    let file = super::super::harness::world::TENANT
        .replace("\"demo\"", "\"other\"")
        .replace("demo.localhost", "p.localhost");
    let file = rekey::config::tenant::parse("other.toml", &file).unwrap();
    world.operator.apply_tenant(&file).await.unwrap();
    world.recovery.audit.seal().await.unwrap_err();
    assert_eq!(world.found().await, (None, Wrong::Ends));
    let grown = world.operator.verify_audit(&other, None).await.unwrap();
    assert_eq!(grown.events, theirs.events + 1);
}

#[rekey_test::on_a_database]
async fn a_rotated_key_still_proves_what_it_sealed(db: PgPool) {
    let world = World::with_a_trail(db).await;
    let before = world.verified().await;
    let rotated = server(&world, &[NEXT_KEY, KEY], KEPT);
    world.passes(2).await;
    assert_eq!(rotated.audit.seal().await.unwrap(), 2);
    let both = operator(&world, &[NEXT_KEY, KEY]);
    let verified = both.verify_audit(&world.tenant, Some(before.head)).await;
    assert_eq!(verified.unwrap().events, before.events + 2);
    // One that has not heard of the new key says so, and builds nothing upon it.
    assert_eq!(world.found().await, (None, Wrong::UnknownKey));
    world.passes(1).await;
    world.recovery.audit.seal().await.unwrap_err();
    assert_eq!(rotated.audit.seal().await.unwrap(), 1);
    // Without the old key the old seals prove nothing, and that is told from an edit.
    let only_new = operator(&world, &[NEXT_KEY]);
    let error = only_new
        .verify_audit(&world.tenant, None)
        .await
        .unwrap_err();
    let said = error.to_string();
    assert!(
        said.starts_with("at seal 1: ") && said.ends_with("not in secrets.keys"),
        "{said}"
    );
}

#[rekey_test::on_a_database]
async fn an_event_that_waits_for_long_is_found_and_one_sealed_late_is_counted(db: PgPool) {
    let world = World::with_a_trail(db).await;
    world.passes(1).await;
    assert_eq!(world.verified().await.late, 0);
    world.hand.turn(Duration::minutes(11));
    assert_eq!(world.found().await, (None, Wrong::Unsealed));
    world.hand.turn(Duration::HOUR);
    world.recovery.audit.seal().await.unwrap();
    assert_eq!(world.verified().await.late, 1);
}

/// What a server of the version before records, which knows nothing of chains.
const UNSIGNED: &str = "insert into audit_event (tenant_id, event_id, at, action, outcome, account_id, address,
        request_id, detail)
    select tenant_id, gen_random_uuid(), at, action, outcome, account_id, address, request_id, detail
    from audit_event where address is not null limit 1";

#[rekey_test::on_a_database]
async fn events_of_before_the_chain_are_taken_on(db: PgPool) {
    let world = World::new(db).await;
    world.passes(2).await;
    // As they were before there were chains.
    world
        .tamper("update audit_event set digest = null, address_digest = null, address_salt = null")
        .await;
    let events = world.count("select count(*) from audit_event").await;
    world.verified().await;
    assert_eq!(
        world.recovery.audit.seal().await.unwrap(),
        events.unsigned_abs()
    );
    world.verified().await;
    let salted =
        "select count(*) from audit_event where address is not null and address_salt is not null";
    assert_eq!(world.count(salted).await, 2);

    // While servers are replaced one after the other, the old ones record as they always did.
    world.hand.turn(Duration::hours(23));
    world.sql(UNSIGNED).await;
    world.passes(1).await;
    assert_eq!(world.recovery.audit.seal().await.unwrap(), 2);
    assert_eq!(world.verified().await.events, events.unsigned_abs() + 2);
    world.hand.turn(Duration::HOUR);
    world.sql(UNSIGNED).await;
    world.recovery.audit.seal().await.unwrap_err();
    let wrong = world.found().await;
    assert!(
        matches!(wrong, (None, Wrong::Edited | Wrong::Unsealed)),
        "{wrong:?}"
    );
}

#[rekey_test::on_a_database]
async fn a_chain_that_began_with_signed_events_takes_on_no_others(db: PgPool) {
    let world = World::with_a_trail(db).await;
    world.sql(UNSIGNED).await;
    world.recovery.audit.seal().await.unwrap_err();
    assert_eq!(world.found().await, (None, Wrong::Edited));
    // Nor does moving the moment until which it would.
    world
        .tamper("update audit_chain set adopts_until = '2100-01-01Z'")
        .await;
    world.recovery.audit.seal().await.unwrap_err();
    assert_eq!(world.found().await, (None, Wrong::Ends));
}

/// A tenant that is made while servers are replaced begins with events of a new one; an old one still
/// records in it.
#[rekey_test::on_a_database]
async fn a_chain_that_begins_during_an_update_takes_on_what_old_servers_record(db: PgPool) {
    let world = World::new(db).await;
    world.passes(1).await;
    world
        .tamper("update audit_event set digest = null, address_digest = null, address_salt = null")
        .await;
    world.recovery.audit.seal().await.unwrap();
    world.hand.turn(Duration::hours(20));
    world.neighbour().await;
    world.recovery.audit.seal().await.unwrap();
    let other = world.operator.find_tenant("other").await.unwrap();
    let verified = async || world.operator.verify_audit(&other, None).await.unwrap();
    let before = verified().await;
    let theirs = UNSIGNED.replace(
        "select tenant_id,",
        "select (select max(tenant_id) from tenant),",
    );
    let record = async || {
        let theirs = sqlx::AssertSqlSafe(theirs.as_str());
        sqlx::raw_sql(theirs).execute(&world.db).await.unwrap();
    };
    world.hand.turn(Duration::hours(3));
    record().await;
    assert_eq!(world.recovery.audit.seal().await.unwrap(), 1);
    assert_eq!(verified().await.events, before.events + 1);
    // What is left of the time is shared, and not begun anew.
    world.hand.turn(Duration::HOUR);
    record().await;
    world.recovery.audit.seal().await.unwrap_err();
}

/// What was taken on stays so, whatever goes wrong with the rest: nobody waits for millions of events.
#[rekey_test::on_a_database]
async fn a_long_past_is_taken_on_step_by_step(db: PgPool) {
    let world = World::new(db).await;
    world
        .sql(
            "insert into audit_event (tenant_id, event_id, at, action, outcome, detail)
            select tenant_id, gen_random_uuid(), at, action, outcome, detail
            from (select * from audit_event limit 1) as one, generate_series(1, 600)",
        )
        .await;
    world
        .sql(
            "create function breaks() returns trigger language plpgsql as
                $$ begin raise exception 'it breaks'; end $$;
            create trigger breaks before insert on audit_seal
                for each row when (new.seq > 500) execute function breaks()",
        )
        .await;
    world.recovery.audit.seal().await.unwrap_err();
    assert_eq!(world.count("select count(*) from audit_seal").await, 500);
    world.verified().await;
    world.sql("drop trigger breaks on audit_seal").await;
    assert!(world.recovery.audit.seal().await.unwrap() >= 100);
    assert_eq!(world.count("select count(*) from audit_unsealed").await, 0);
    assert!(world.verified().await.events >= 600);
}

/// An event that can never be sealed is no reason for others to wait.
#[rekey_test::on_a_database]
async fn a_tenant_that_cannot_be_sealed_makes_no_other_wait(db: PgPool) {
    let world = World::with_a_trail(db).await;
    world.neighbour().await;
    world.recovery.audit.seal().await.unwrap();
    world.sql(UNSIGNED).await;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let recovery = world.recovery.clone();
    let working = tokio::spawn(async move { recovery.upkeep.work(1, stopped).await });
    let waiting = "select count(*) from audit_unsealed
        where tenant_id = (select max(tenant_id) from tenant)";
    // The first time tells that the other tenant, which comes first, has been tried.
    for _ in 0..2 {
        world.operator.settle_restored().await.unwrap();
        let sealed = async {
            let mut tick = tokio::time::interval(std::time::Duration::from_millis(20));
            while world.count(waiting).await > 0 {
                tick.tick().await;
            }
        };
        let patience = std::time::Duration::from_secs(30);
        tokio::time::timeout(patience, sealed)
            .await
            .expect("it waits for the other");
    }
    stop.send_replace(true);
    working.await.unwrap();
}

/// Nor is one whose events somebody holds on to.
#[rekey_test::on_a_database]
async fn a_tenant_that_hangs_makes_no_other_wait_for_long(db: PgPool) {
    let world = World::with_a_trail(db).await;
    world.neighbour().await;
    world.recovery.audit.seal().await.unwrap();
    world.operator.settle_restored().await.unwrap();
    let mut held = world.db.begin().await.unwrap();
    let hold = "select from audit_unsealed
        where tenant_id = (select min(tenant_id) from tenant) for update";
    sqlx::query(hold).execute(&mut *held).await.unwrap();
    let patience = std::time::Duration::from_mins(2);
    let sealed = tokio::time::timeout(patience, world.recovery.audit.seal()).await;
    sealed.expect("it hangs too").unwrap_err();
    held.rollback().await.unwrap();
    // All but the one of the tenant that hung.
    assert_eq!(world.count("select count(*) from audit_unsealed").await, 1);
    // As soon as Postgres has noticed that nobody waits for it any more.
    let mut tick = tokio::time::interval(std::time::Duration::from_millis(20));
    while world.recovery.audit.seal().await.unwrap() == 0 {
        tick.tick().await;
    }
    world.verified().await;
}

/// Heads in the log.
#[derive(Clone, Default)]
struct Noted(std::sync::Arc<std::sync::Mutex<Vec<String>>>);

struct Message(String);

impl tracing::field::Visit for Message {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

impl<S: tracing::Subscriber> Layer<S> for Noted {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut message = Message(String::new());
        event.record(&mut message);
        if message.0 == "sealed the audit trail" {
            self.0.lock().unwrap().push(message.0);
        }
    }
}

/// Whoever owns the database cannot keep heads out of the log.
#[rekey_test::on_a_database]
async fn heads_are_noted_whatever_the_database_says(db: PgPool) {
    let world = World::with_a_trail(db).await;
    let noted = Noted::default();
    let subscriber = tracing_subscriber::registry().with(noted.clone());
    let _guard = tracing::subscriber::set_default(subscriber);
    let count = || noted.0.lock().unwrap().len();
    for (minutes, expected) in [(30, 0), (30, 1), (59, 1), (1, 2)] {
        world.hand.turn(Duration::minutes(minutes));
        sqlx::query("update audit_chain set noted_at = $1")
            .bind(world.clock.now())
            .execute(&world.db)
            .await
            .unwrap();
        world.tries(1).await;
        world.recovery.audit.seal().await.unwrap();
        assert_eq!(count(), expected);
    }
}
