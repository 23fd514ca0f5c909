//! Recovery requests are counted and promised in one statement, many at a time.

use futures::future::join_all;
use futures::stream::{FuturesUnordered, StreamExt as _};
use rekey::domain::token::Purpose;
use rekey::recovery::{Fault, LimitError};
use sqlx::PgPool;
use tracing_subscriber::layer::SubscriberExt as _;

use super::{ask, hits, limited};
use crate::cyclos;
use crate::harness::seen::Statements;
use crate::harness::world::generous;
use crate::harness::world::hourly;
use crate::harness::{Call, Reply, World};
use crate::sspr::minimal;
use crate::turbosmtp;

const ADDRESS: &str = "198.51.100.1";
const JOBS: &str = "select count(*) from job";

/// A request that is taken is one statement beside the one that finds key and tenant, and all that
/// it wrote was written by one transaction.
#[rekey_test::on_a_database]
async fn a_request_is_one_statement_and_one_commit(db: PgPool) {
    let world = World::new(db).await;
    let statements = Statements::default();
    let subscriber = tracing_subscriber::registry().with(statements.clone());
    let _guard = tracing::subscriber::set_default(subscriber);
    let body = minimal("resetPasswordRequest");
    world.sspr("resetPasswordRequest", &body).await.is_done();
    statements.take();
    world.sspr("resetPasswordRequest", &body).await.is_done();
    let executed = statements.take();
    assert_eq!(executed.len(), 2, "{executed:#?}");
    assert!(executed[0].contains("from api_key join tenant"));
    assert!(executed[1].contains("insert into job"));
    world.sql("delete from job").await;
    world.sspr("resetPasswordRequest", &body).await.is_done();
    assert_eq!(world.count(JOBS).await, 1);
    let writers = "select count(distinct writer) from (select xmin::text as writer from throttle \
                   union all select xmin::text from job) as w";
    assert_eq!(world.count(writers).await, 1);
}

/// Sign-ins are counted by their address in one statement too.
#[rekey_test::on_a_database]
async fn a_sign_in_is_counted_in_one_statement(db: PgPool) {
    let world = World::new(db).await;
    world.johns_session().await;
    let statements = Statements::default();
    let subscriber = tracing_subscriber::registry().with(statements.clone());
    let _guard = tracing::subscriber::set_default(subscriber);
    for name in [cyclos::USER, "nobody"] {
        world
            .sign_in(name, cyclos::WRONG)
            .await
            .is_code(401, "login");
        let executed = statements.take();
        let counting = executed.iter().filter(|sql| sql.contains("throttle"));
        assert_eq!(counting.count(), 1, "{name}: {executed:#?}");
    }
}

/// Requests that arrive together share a commit, and each has its own answer.
#[rekey_test::on_a_database]
async fn a_burst_shares_a_commit(db: PgPool) {
    let world = World::limited(db, |limits| limits.recovery_per_identifier = hourly(3)).await;
    let asked = (0..100).map(|number| {
        let email = format!("somebody{}@domain.example", number % 20);
        let world = &world;
        async move { ask(&world.recovery, world, &email, ADDRESS).await.is_ok() }
    });
    let taken = join_all(asked).await;
    // Five for each of twenty names, of which the first three are taken.
    let expected: Vec<_> = (0..100).map(|number| number < 60).collect();
    assert_eq!(taken, expected, "in the order of their arrival");
    assert_eq!(world.count(JOBS).await, 60);
    let commits = "select count(distinct xmin::text) from job";
    assert_eq!(world.count(commits).await, 1);
    assert_eq!(hits(&world, "recovery.identifier").await, 100);
}

/// A request that one limit refuses uses up nothing of the limits after it, in one batch as one by
/// one: address, then tenant, then name.
#[rekey_test::on_a_database]
async fn a_refused_request_uses_up_no_later_limit(db: PgPool) {
    let world = World::limited(db, |limits| {
        limits.recovery_per_address = hourly(4);
        limits.recovery_per_tenant = hourly(6);
        limits.recovery_per_identifier = hourly(3);
    })
    .await;
    let asked = [
        // Of one address: three are taken, then the name is full, then the address.
        [("a", "1"); 6].as_slice(),
        // Of another: two are taken, then the tenant is full.
        &[("b", "2"), ("c", "2"), ("d", "2")],
        // Of a third: the tenant is full.
        &[("e", "3")],
    ]
    .concat();
    let asked = asked.into_iter().map(|(name, host)| {
        let (email, address) = (format!("{name}@x.example"), format!("198.51.100.{host}"));
        let world = &world;
        async move { ask(&world.recovery, world, &email, &address).await.is_ok() }
    });
    let taken = join_all(asked).await;
    let expected = [
        true, true, true, false, false, false, true, true, false, false,
    ];
    assert_eq!(taken, expected);
    assert_eq!(hits(&world, "recovery.address").await, 10);
    assert_eq!(hits(&world, "recovery.tenant").await, 8);
    assert_eq!(hits(&world, "recovery.identifier").await, 6);
    assert_eq!(world.count(JOBS).await, 5);
}

/// A request that cannot be written takes no other with it, and is counted all the same.
#[rekey_test::on_a_database]
async fn a_poisonous_request_fails_alone(db: PgPool) {
    let world = World::limited(db, |limits| limits.recovery_per_identifier = hourly(2)).await;
    world
        .sql("alter table job add constraint edible check (work::text not like '%poison%')")
        .await;
    let asked = ["a", "poison", "b", "poison", "c", "poison", "d"].map(|name| {
        let email = format!("{name}@domain.example");
        let world = &world;
        async move { ask(&world.recovery, world, &email, ADDRESS).await }
    });
    let outcomes: Vec<_> = join_all(asked)
        .await
        .into_iter()
        .map(|outcome| match outcome {
            Ok(()) => "taken",
            Err(LimitError::TooMany(_)) => "too many",
            Err(LimitError::Fault(Fault::Broken(_))) => "broken",
            Err(LimitError::Fault(_)) => "unavailable",
        })
        .collect();
    assert_eq!(
        outcomes,
        [
            "taken", "broken", "taken", "broken", "taken", "too many", "taken"
        ]
    );
    assert_eq!(world.count(JOBS).await, 4);
    assert_eq!(hits(&world, "recovery.address").await, 7);
}

/// Whoever hangs up is served all the same, and holds up nobody.
#[rekey_test::on_a_database]
async fn a_caller_who_hangs_up_does_no_harm(db: PgPool) {
    let world = World::new(db).await;
    for number in 0..20 {
        let email = format!("somebody{number}@domain.example");
        let asked = ask(&world.recovery, &world, &email, ADDRESS);
        // Asked, and not waited for.
        assert!(futures::poll!(Box::pin(asked)).is_pending());
    }
    world.recovery.asking.finish_recording().await;
    assert_eq!(world.count(JOBS).await, 20);
    ask(&world.recovery, &world, "more@domain.example", ADDRESS)
        .await
        .unwrap();
}

/// A form that is sent twice at the same instant asks once.
#[rekey_test::on_a_database]
async fn a_form_sent_twice_at_once_asks_once(db: PgPool) {
    use rekey::domain::identifier::{Kind, Names};
    use rekey::domain::language::Language;
    use rekey::recovery::{FormRequest, LetterKind, Origin};
    let world = World::limited(db, |limits| limits.recovery_per_identifier = hourly(2)).await;
    let names = Names::read("JohnDoe", &[Kind::Login], None);
    let origin = Origin::new(ADDRESS.parse().unwrap(), "test".to_owned());
    let form = |form_id| FormRequest {
        names: &names,
        form_id,
        language: Some(Language::En),
        origin: &origin,
    };
    let (one, two, three) = (form("one"), form("two"), form("three"));
    let forms = [&one, &one, &two, &one, &two, &three, &three];
    let asked = forms.map(|form| {
        let wanted = LetterKind::Token(Purpose::Reset);
        world.recovery.asking.ask(&world.tenant, wanted, form)
    });
    let outcomes: Vec<_> = join_all(asked).await.iter().map(Result::is_ok).collect();
    assert_eq!(outcomes, [true, true, true, true, true, false, false]);
    assert_eq!(world.count(JOBS).await, 2);
}

/// A form that is sent again and again at once takes no more commits than as many forms would: nobody
/// turns batches off for the others.
#[rekey_test::on_a_database]
async fn a_form_sent_a_hundred_times_shares_a_commit(db: PgPool) {
    use rekey::domain::identifier::{Kind, Names};
    use rekey::domain::language::Language;
    use rekey::recovery::{FormRequest, LetterKind, Origin};
    let world = limited(db, generous()).await;
    let names = Names::read("JohnDoe", &[Kind::Login], None);
    let origin = Origin::new(ADDRESS.parse().unwrap(), "test".to_owned());
    let form = FormRequest {
        names: &names,
        form_id: "one",
        language: Some(Language::En),
        origin: &origin,
    };
    let statements = Statements::default();
    let subscriber = tracing_subscriber::registry().with(statements.clone());
    let guard = tracing::subscriber::set_default(subscriber);
    let asked = (0..100).map(|_| {
        let wanted = LetterKind::Token(Purpose::Reset);
        world.recovery.asking.ask(&world.tenant, wanted, &form)
    });
    let taken = join_all(asked).await;
    drop(guard);
    assert!(taken.iter().all(Result::is_ok));
    assert_eq!(world.count(JOBS).await, 1);
    assert_eq!(hits(&world, "recovery.address").await, 100);
    assert_eq!(hits(&world, "recovery.identifier").await, 1);
    assert_eq!(statements.take().len(), 1);
}

/// Whoever hangs up at the right moment does not keep the first refusal of a window out of the trail.
#[rekey_test::on_a_database]
async fn a_refusal_that_nobody_waits_for_is_recorded(db: PgPool) {
    let world = World::limited(db, |limits| limits.recovery_per_address = hourly(3)).await;
    for number in 0..6 {
        let email = format!("somebody{number}@domain.example");
        let asked = ask(&world.recovery, &world, &email, ADDRESS);
        assert!(futures::poll!(Box::pin(asked)).is_pending());
    }
    world.recovery.asking.finish_recording().await;
    let refused = "select count(*) from audit_event where action = 'limit.reached'";
    assert_eq!(world.count(refused).await, 1);
}

/// Each dialect's way of saying that it cannot tell: closed, and when to come back.
fn is_closed(reply: &Reply, wait: &str) {
    assert_eq!(reply.status, 503, "{}", reply.body);
    assert_eq!(reply.header("retry-after"), Some(wait));
}

/// O-04: a limit that cannot be checked lets nobody through, whatever is asked for in whichever
/// dialect.
#[rekey_test::on_a_database]
async fn o_04_without_a_database_nothing_opens(db: PgPool) {
    let world = World::new(db).await;
    let (_, router) = world.replica(gone(&world.db).await);
    let calls = [
        world.sspr_call("resetPasswordRequest", &minimal("resetPasswordRequest")),
        crate::clevermaps::asking(cyclos::EMAIL),
        turbosmtp::call("POST", "forgot-password")
            .json(&serde_json::json!({"email": cyclos::EMAIL})),
        turbosmtp::call("POST", "authorize").json(&turbosmtp::login(cyclos::EMAIL, cyclos::OLD)),
        cyclos::call("POST", "/auth/session").basic(cyclos::USER, cyclos::OLD),
        cyclos::call("POST", "/auth/forgotten-password/request")
            .json(&serde_json::json!({"user": cyclos::USER})),
    ];
    for call in calls {
        is_closed(&call.send(&router).await, "5");
    }
    assert_eq!(world.count(JOBS).await, 0);
    let page = Call::new("GET", "/recover").send(&router).await;
    assert_eq!(page.status, 503);
}

/// A pool that nobody gets a connection from.
async fn gone(db: &PgPool) -> PgPool {
    let options = db.connect_options();
    let pool = sqlx::postgres::PgPoolOptions::new().connect_lazy_with((*options).clone());
    pool.close().await;
    pool
}

/// Keeps everybody from counting anything until it is dropped.
async fn hold_up(world: &World) -> sqlx::Transaction<'static, sqlx::Postgres> {
    let mut blocker = world.db.begin().await.unwrap();
    let lock = sqlx::query("lock table throttle in exclusive mode");
    lock.execute(&mut *blocker).await.unwrap();
    blocker
}

/// A queue that is full says so at once; those who wait in it are served once that is possible.
#[rekey_test::on_a_database]
async fn a_full_queue_is_told_and_loses_nobody(db: PgPool) {
    let world = World::new(db).await;
    let blocker = hold_up(&world).await;
    let asked = (0..1024 + 40).map(|number| {
        let email = format!("somebody{number}@domain.example");
        let world = &world;
        async move { ask(&world.recovery, world, &email, ADDRESS).await }
    });
    let full = async {
        let body = minimal("resetPasswordRequest");
        let mut calls: FuturesUnordered<_> = (0..200)
            .map(|_| world.sspr("resetPasswordRequest", &body))
            .collect();
        // Nobody else can be answered yet.
        let reply = calls.next().await.unwrap();
        reply.is_refused(503, "ERROR_INTERNAL", "Temporarily unavailable");
        assert_eq!(reply.header("retry-after"), Some("1"));
        blocker.rollback().await.unwrap();
        let done = calls.filter(|reply| std::future::ready(reply.status == 204));
        done.count().await
    };
    let (outcomes, done) = futures::join!(join_all(asked), full);
    let mut taken = 0;
    for outcome in outcomes {
        match outcome {
            Ok(()) => taken += 1,
            Err(LimitError::Fault(Fault::Busy { .. })) => {}
            Err(refused) => panic!("{refused:?}"),
        }
    }
    assert_eq!(taken, 1024, "as many as the queue holds");
    assert!(done >= 128, "and as many again as left it");
    let promised = usize::try_from(world.count(JOBS).await).unwrap();
    assert_eq!(promised, taken + done);
}

/// O-04: where counting takes too long nobody is let through, and the rest goes on.
#[rekey_test::on_a_database]
async fn o_04_a_slow_database_opens_nothing(db: PgPool) {
    let world = World::new(db).await;
    let blocker = hold_up(&world).await;
    let body = minimal("resetPasswordRequest");
    let reply = world.sspr("resetPasswordRequest", &body).await;
    reply.is_refused(503, "ERROR_INTERNAL", "Temporarily unavailable");
    assert_eq!(reply.header("retry-after"), Some("5"));
    assert_eq!(world.count(JOBS).await, 0);
    blocker.rollback().await.unwrap();
    world.sspr("resetPasswordRequest", &body).await.is_done();
}
