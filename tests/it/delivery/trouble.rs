//! Letters that do not leave at once: contracts/sspr.md row 12 with the mail server in trouble, and
//! what design.md, section 2 says of mail failures.

use std::sync::Arc;

use rand::SeedableRng as _;
use rekey::domain::Timestamp;
use rekey::domain::digest::Keyring;
use rekey::mail::{Patience, Security, Smtp, SmtpSettings};
use rekey::store::job::Leased;
use sqlx::PgPool;
use time::Duration;
use zeroize::Zeroizing;

use crate::harness::mime::Parsed;
use crate::harness::smtp::{Behaviour, Mode, SmtpServer};
use crate::harness::world::{KEY, Setting};
use crate::harness::{Call, World};
use crate::sspr::minimal;

/// A world whose letters go to a mail server, which is told within a second when it hangs.
async fn world(db: PgPool, server: &SmtpServer) -> World {
    let mut settings = SmtpSettings::new("127.0.0.1", server.port(), Security::Plain);
    settings.patience = Patience::of(std::time::Duration::from_secs(1));
    let mailer = Arc::new(Smtp::new(&settings).unwrap());
    World::with(
        db,
        Setting {
            mailer: Some(mailer),
            ..Setting::default()
        },
    )
    .await
}

/// Takes a due job, as a worker does.
async fn take(
    db: &mut sqlx::PgConnection,
    now: Timestamp,
    until: Timestamp,
) -> Option<Leased<serde_json::Value>> {
    let keys = Keyring::new(vec![Zeroizing::new(KEY)]).unwrap();
    let nonce = keys.nonce(&mut rand_chacha::ChaCha20Rng::seed_from_u64(7));
    rekey::store::job::lease(db, now, until, nonce, &keys.names())
        .await
        .unwrap()
}

async fn ask(world: &World) {
    world
        .sspr("resetPasswordRequest", &minimal("resetPasswordRequest"))
        .await
        .is_done();
}

async fn ready(world: &World) -> (u16, serde_json::Value) {
    let reply = world.send(Call::new("GET", "/health/ready")).await;
    (reply.status.as_u16(), reply.json())
}

/// L6, wish 4: the answer does not depend on the mail server; the letter arrives once it heals.
#[rekey_test::on_a_database]
async fn l6_a_letter_arrives_after_the_mail_server_heals(db: PgPool) {
    let mut server = SmtpServer::start(Mode::Plain).await;
    let world = world(db, &server).await;
    // First what happens to a new connection: later ones are used again.
    let troubles = [
        Behaviour::HangOnConnect,
        Behaviour::RefuseRecipient(450),
        Behaviour::RefuseLetter(451),
        Behaviour::HangAfterData,
        Behaviour::Drop,
    ];
    let mut arrived = 0;
    for trouble in troubles {
        server.behave(trouble);
        ask(&world).await;
        assert!(world.recovery.delivery.run_one_job().await.unwrap());
        assert!(
            !world.recovery.delivery.run_one_job().await.unwrap(),
            "it waits before it is tried again"
        );
        server.behave(Behaviour::Accept);
        // A letter that may have arrived rests longer.
        let wait = match trouble {
            Behaviour::HangAfterData => Duration::minutes(16),
            Behaviour::HangOnConnect
            | Behaviour::RefuseRecipient(_)
            | Behaviour::RefuseLetter(_)
            | Behaviour::RefuseSecondLetter(_)
            | Behaviour::Accept
            | Behaviour::Drop
            | Behaviour::At(..)
            | Behaviour::Rota(_) => Duration::seconds(3),
        };
        world.hand.turn(wait);
        assert!(world.recovery.delivery.run_one_job().await.unwrap());
        arrived += 1;
        let last = server.received(arrived).await.pop().unwrap();
        let text = Parsed::read(&last.raw).text;
        let token = text
            .split_whitespace()
            .find(|word| word.len() == 64)
            .unwrap();
        let body = crate::sspr::with_token("validateToken", token);
        world.sspr("validateToken", &body).await.is_done();
    }
    server.down().await;
    ask(&world).await;
    assert!(world.recovery.delivery.run_one_job().await.unwrap());
    server.up();
    world.hand.turn(Duration::seconds(3));
    assert!(world.recovery.delivery.run_one_job().await.unwrap());
    server.received(arrived + 1).await;
    assert_eq!(world.count("select count(*) from job").await, 0);
}

/// L6: a worker that hangs on the mail server holds up no request, known or not. (R-02.)
#[rekey_test::on_a_database]
async fn l6_requests_are_answered_while_the_mail_server_hangs(db: PgPool) {
    let server = SmtpServer::start(Mode::Plain).await;
    server.behave(Behaviour::HangOnConnect);
    let mut settings = SmtpSettings::new("127.0.0.1", server.port(), Security::Plain);
    let patience = std::time::Duration::from_secs(20);
    settings.patience = Patience::of(patience);
    let mailer = Arc::new(Smtp::new(&settings).unwrap());
    let world = World::with(
        db,
        Setting {
            mailer: Some(mailer),
            ..Setting::default()
        },
    )
    .await;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let recovery = world.recovery.clone();
    let workers = tokio::spawn(async move { recovery.upkeep.work(2, stopped).await });
    ask(&world).await;
    server.hung().await;
    for login in ["JohnDoe", "Nobody", "Blocked", "Nobody"] {
        let body = crate::sspr::about("resetPasswordRequest", login);
        let began = std::time::Instant::now();
        world.sspr("resetPasswordRequest", &body).await.is_done();
        assert!(
            began.elapsed() < patience / 2,
            "{login} waited for the mail server"
        );
    }
    assert!(server.messages().is_empty(), "it hangs still");
    stop.send_replace(true);
    workers.await.unwrap();
}

/// Of two workers that held a job one after the other, the earlier has no say any more: what it
/// finishes late is not finished for the later.
#[rekey_test::on_a_database]
async fn a_worker_that_comes_back_late_loses_no_letter(db: PgPool) {
    let server = SmtpServer::start(Mode::Plain).await;
    let world = world(db, &server).await;
    ask(&world).await;
    let now = world.clock.now();
    let mut connection = world.db.acquire().await.unwrap();
    let until = now + Duration::seconds(30);
    let first = take(&mut connection, now, until).await.unwrap().lease;
    world.hand.turn(Duration::seconds(31));
    server.behave(Behaviour::RefuseLetter(451));
    assert!(
        world.recovery.delivery.run_one_job().await.unwrap(),
        "another takes it up, in vain"
    );
    assert!(
        !rekey::store::job::finish(&mut connection, first)
            .await
            .unwrap()
    );
    drop(connection);
    server.behave(Behaviour::Accept);
    world.hand.turn(Duration::seconds(10));
    assert!(world.recovery.delivery.run_one_job().await.unwrap());
    server.received(1).await;
}

/// A lease taken by a clock that was ahead holds nobody up once the clock is right.
#[rekey_test::on_a_database]
async fn a_lease_from_a_clock_that_was_ahead_holds_no_more(db: PgPool) {
    let server = SmtpServer::start(Mode::Plain).await;
    let world = world(db, &server).await;
    ask(&world).await;
    let ahead = world.clock.now() + Duration::days(400);
    let mut connection = world.db.acquire().await.unwrap();
    let until = ahead + Duration::seconds(30);
    assert!(take(&mut connection, ahead, until).await.is_some());
    drop(connection);
    assert!(world.recovery.delivery.run_one_job().await.unwrap());
    server.received(1).await;
}

/// Wish 22: letters that wait are seen before anybody misses them.
#[rekey_test::on_a_database]
async fn a_backlog_is_visible_though_every_letter_was_put_off(db: PgPool) {
    let server = SmtpServer::start(Mode::Plain).await;
    let world = world(db, &server).await;
    server.behave(Behaviour::RefuseLetter(451));
    ask(&world).await;
    assert!(world.recovery.delivery.run_one_job().await.unwrap());
    let mail = ready(&world).await.1["mail"].clone();
    assert_eq!(mail, serde_json::json!({"waiting": 1, "due": 0, "dead": 0}));
    world
        .sql(
            "insert into job (tenant_id, job_id, work, created_at, due_at) \
             select tenant_id, gen_random_uuid(), '{}', created_at, 'infinity' \
             from tenant cross join generate_series(1, 10000)",
        )
        .await;
    assert_eq!(ready(&world).await.0, 503, "mail is not leaving");
}

/// A mail server in trouble does not use up what the whole server may send.
#[rekey_test::on_a_database]
async fn a_letter_that_did_not_leave_is_not_counted(db: PgPool) {
    let server = SmtpServer::start(Mode::Plain).await;
    let world = world(db, &server).await;
    server.behave(Behaviour::RefuseLetter(451));
    ask(&world).await;
    for _ in 0..5 {
        assert!(world.recovery.delivery.run_one_job().await.unwrap());
        world.hand.turn(Duration::minutes(2));
    }
    server.behave(Behaviour::Accept);
    assert!(world.recovery.delivery.run_one_job().await.unwrap());
    server.received(1).await;
    let hits = "select hits from throttle where scope = 'mail.server'";
    assert_eq!(world.count(hits).await, 1);
}

/// design.md, section 2: refused for good is a dead letter at once, for an operator to see.
#[rekey_test::on_a_database]
async fn a_letter_refused_for_good_is_dead_at_once(db: PgPool) {
    let server = SmtpServer::start(Mode::Plain).await;
    let world = world(db, &server).await;
    server.behave(Behaviour::RefuseRecipient(550));
    ask(&world).await;
    assert!(world.recovery.delivery.run_one_job().await.unwrap());
    world.hand.turn(Duration::DAY);
    assert!(
        !world.recovery.delivery.run_one_job().await.unwrap(),
        "nobody tries again"
    );
    let (status, body) = ready(&world).await;
    assert_eq!((status, &body["mail"]["dead"]), (200, &1.into()));
    let why: String = sqlx::query_scalar("select last_error from job where dead_at is not null")
        .fetch_one(&world.db)
        .await
        .unwrap();
    assert!(
        why.contains("550") && !why.contains("example@domain.com"),
        "{why}"
    );
}

/// design.md, section 2: a mail server that is down for a day; the waits grow and then end.
#[rekey_test::on_a_database]
async fn a_letter_is_given_up_after_a_day_of_growing_waits(db: PgPool) {
    let server = SmtpServer::start(Mode::Plain).await;
    let world = world(db, &server).await;
    server.behave(Behaviour::RefuseLetter(451));
    ask(&world).await;
    let mut waits = Vec::new();
    while world
        .count("select count(*) from job where dead_at is null")
        .await
        > 0
    {
        assert!(world.recovery.delivery.run_one_job().await.unwrap());
        let due: Option<time::OffsetDateTime> =
            sqlx::query_scalar("select due_at from job where dead_at is null")
                .fetch_optional(&world.db)
                .await
                .unwrap();
        if let Some(due) = due {
            let wait = due - world.clock.now();
            waits.push(wait.whole_seconds());
            world.hand.turn(wait);
        }
    }
    assert!((2..=3).contains(&waits[0]), "{waits:?}");
    assert!(
        waits.iter().all(|wait| *wait <= 4_500),
        "an hour and its jitter: {waits:?}"
    );
    assert!(waits.iter().sum::<i64>() <= 86_400, "{waits:?}");
    assert!((25..60).contains(&waits.len()), "{waits:?}");
    assert_eq!(
        ready(&world).await.1["mail"]["dead"],
        1,
        "a dead letter is visible"
    );
    server.behave(Behaviour::Accept);
    world.hand.turn(Duration::DAY);
    assert!(!world.recovery.delivery.run_one_job().await.unwrap());
}

/// A worker that is killed while it holds a job loses it when the lease ends, not before.
#[rekey_test::on_a_database]
async fn a_job_of_a_dead_worker_is_taken_up_when_its_lease_ends(db: PgPool) {
    let server = SmtpServer::start(Mode::Plain).await;
    let world = world(db, &server).await;
    server.behave(Behaviour::HangAfterData);
    ask(&world).await;
    {
        // Dropped in the middle of its work, like a process that is killed.
        let work = world.recovery.delivery.run_one_job();
        tokio::pin!(work);
        tokio::select! {
            _ = &mut work => panic!("the mail server hangs"),
            () = server.hung() => {}
        }
    }
    server.behave(Behaviour::Accept);
    assert!(
        !world.recovery.delivery.run_one_job().await.unwrap(),
        "somebody may still be at it"
    );
    world.hand.turn(Duration::seconds(30));
    assert!(world.recovery.delivery.run_one_job().await.unwrap());
    server.received(1).await;
}
