//! Letters of which nobody says what became of them (RFC 1047): issue rows M1 and the like. What is in
//! somebody's hand stays good, whatever the mail server says or does not say.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration as StdDuration;

use rekey::mail::{Patience, Security, Smtp, SmtpSettings};
use sqlx::PgPool;
use time::Duration;

use crate::harness::World;
use crate::harness::mime::Parsed;
use crate::harness::smtp::{Behaviour, Manner, Mode, SmtpServer, Step};
use crate::harness::world::{Setting, token_in_text};

use crate::sspr::{about, minimal, with_token};

/// How long each step may take here.
const PATIENCE: StdDuration = StdDuration::from_millis(400);
/// Longer than a letter rests of which nobody knows.
const REST: Duration = Duration::minutes(20);

async fn world(db: PgPool, server: &SmtpServer) -> World {
    let settings = SmtpSettings {
        patience: Patience::of(PATIENCE),
        ..SmtpSettings::new("127.0.0.1", server.port(), Security::Plain)
    };
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

async fn ask(world: &World) {
    world
        .sspr("resetPasswordRequest", &minimal("resetPasswordRequest"))
        .await
        .is_done();
}

async fn work(world: &World) {
    while world.recovery.delivery.run_one_job().await.unwrap() {}
}

fn tokens(server: &SmtpServer) -> Vec<String> {
    let letters = server.messages();
    let token = |raw: &[u8]| token_in_text(&Parsed::read(raw).text);
    letters.iter().map(|letter| token(&letter.raw)).collect()
}

fn message_ids(server: &SmtpServer) -> Vec<String> {
    let letters = server.messages();
    let id = |raw: &[u8]| Parsed::read(raw).header("Message-ID").to_owned();
    letters.iter().map(|letter| id(&letter.raw)).collect()
}

/// M1: a server that has the letter and says so too late gets it once more at most, much later, and the same.
#[rekey_test::on_a_database]
async fn m1_a_letter_in_doubt_is_sent_once_more_and_is_the_same(db: PgPool) {
    let server = SmtpServer::start(Mode::Plain).await;
    let world = world(db, &server).await;
    server.behave(Behaviour::At(Step::Letter, Manner::Hang));
    ask(&world).await;
    work(&world).await;
    assert_eq!(server.messages().len(), 1);
    world.hand.turn(Duration::minutes(10));
    work(&world).await;
    assert_eq!(server.messages().len(), 1, "it rests");
    world.hand.turn(REST);
    work(&world).await;
    let sent = tokens(&server);
    assert_eq!((sent.len(), &sent[0]), (2, &sent[1]));
    let ids = message_ids(&server);
    assert_eq!(ids[0], ids[1]);
    world.hand.turn(Duration::minutes(59));
    let body = with_token("validateToken", &sent[0]);
    world.sspr("validateToken", &body).await.is_done();
    world.hand.turn(Duration::DAY);
    work(&world).await;
    assert_eq!(server.messages().len(), 2, "two copies, no more");
    let listed = world
        .operator
        .list_jobs(None, rekey::store::job::Which::All);
    let listed = listed.await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].state, rekey::operator::JobState::Unknown);
}

/// A lease is held for as long as the mail server takes: no other worker sends the letter meanwhile.
#[rekey_test::on_a_database]
async fn m1_a_lease_is_held_while_the_mail_server_takes_its_time(db: PgPool) {
    let server = SmtpServer::start(Mode::Plain).await;
    let settings = SmtpSettings::new("127.0.0.1", server.port(), Security::Plain);
    let setting = Setting {
        mailer: Some(Arc::new(Smtp::new(&settings).unwrap())),
        ..Setting::default()
    };
    let world = World::with(db, setting).await;
    server.behave(Behaviour::At(Step::Letter, Manner::Hang));
    ask(&world).await;
    let recovery = world.recovery.clone();
    let worker = tokio::spawn(async move { recovery.delivery.run_one_job().await });
    server.hung().await;
    let first: time::OffsetDateTime = sqlx::query_scalar("select leased_until from job")
        .fetch_one(&world.db)
        .await
        .unwrap();
    world.hand.turn(Duration::seconds(25));
    let mut tick = tokio::time::interval(StdDuration::from_millis(50));
    loop {
        let held: time::OffsetDateTime = sqlx::query_scalar("select leased_until from job")
            .fetch_one(&world.db)
            .await
            .unwrap();
        if held > first {
            break;
        }
        assert!(!worker.is_finished());
        tick.tick().await;
    }
    world.hand.turn(Duration::seconds(20));
    assert!(!world.recovery.delivery.run_one_job().await.unwrap());
    worker.abort();
}

/// What was asked for and has happened meanwhile is not sent again.
#[rekey_test::on_a_database]
async fn a_letter_in_doubt_whose_purpose_is_gone_is_dropped(db: PgPool) {
    let server = SmtpServer::start(Mode::Plain).await;
    let world = world(db, &server).await;
    server.behave(Behaviour::At(Step::Letter, Manner::Close));
    ask(&world).await;
    work(&world).await;
    server.behave(Behaviour::Accept);
    let body = with_token("resetPassword", &tokens(&server)[0]);
    world.sspr("resetPassword", &body).await.is_done();
    work(&world).await;
    assert_eq!(server.messages().len(), 2, "the notice");
    world.hand.turn(REST);
    work(&world).await;
    assert_eq!(
        server.messages().len(),
        2,
        "a spent link is not mailed again"
    );
    assert_eq!(world.count("select count(*) from job").await, 0);
}

/// A newer request has its own letter; an older one that comes late does not take its link away.
#[rekey_test::on_a_database]
async fn a_late_letter_ends_no_newer_link(db: PgPool) {
    let server = SmtpServer::start(Mode::Plain).await;
    let world = world(db, &server).await;
    for (step, manner) in [
        (Step::Letter, Manner::Hang),
        (Step::Letter, Manner::Say(b"451 4.3.0 later")),
        (Step::Rcpt, Manner::Say(b"450 4.2.0 later")),
    ] {
        let before = server.messages().len();
        server.behave(Behaviour::At(step, manner));
        ask(&world).await;
        work(&world).await;
        world.hand.turn(Duration::SECOND);
        server.behave(Behaviour::Accept);
        ask(&world).await;
        work(&world).await;
        let newest = tokens(&server).pop().unwrap();
        world.hand.turn(REST);
        work(&world).await;
        assert!(server.messages().len() <= before + 2, "{step:?} {manner:?}");
        let body = with_token("validateToken", &newest);
        world.sspr("validateToken", &body).await.is_done();
        assert_eq!(world.count("select count(*) from job").await, 0);
    }
}

/// Only the three digits of a reply decide: words in no encoding that we know, or none, are as good.
#[rekey_test::on_a_database]
async fn a_reply_in_any_words_delivers_once(db: PgPool) {
    let server = SmtpServer::start(Mode::Plain).await;
    let world = world(db, &server).await;
    let mut sent = 0;
    for words in [
        b"250".as_slice(),
        b"250 acept\xf1ado",
        b"250 \xbd\xd3\xca\xdc",
        b"250-\xff\r\n250",
    ] {
        server.behave(Behaviour::At(Step::Letter, Manner::Say(words)));
        ask(&world).await;
        work(&world).await;
        sent += 1;
        assert_eq!(server.messages().len(), sent);
        assert_eq!(world.count("select count(*) from job").await, 0);
    }
    server.behave(Behaviour::At(
        Step::Rcpt,
        Manner::Say(b"550 \xd3\xc3\xbb\xa7\xb2\xbb\xb4\xe6\xd4\xda"),
    ));
    ask(&world).await;
    work(&world).await;
    let dead = "select count(*) from job where dead_at is not null and last_error like '%(550)%'";
    assert_eq!(world.count(dead).await, 1);
}

/// What mail servers do, good and bad, each in its place.
const MANNERS: &[(Step, Manner)] = &[
    (Step::Connect, Manner::Usual),
    (Step::Connect, Manner::Slow(StdDuration::from_millis(30))),
    (Step::Connect, Manner::Hang),
    (Step::Connect, Manner::Close),
    (Step::Connect, Manner::Say(b"220")),
    (Step::Connect, Manner::Say(b"421 4.3.2 \xe9t\xe9")),
    (Step::Connect, Manner::Say(b"SSH-2.0-x")),
    (Step::Hello, Manner::Slow(StdDuration::from_millis(30))),
    (Step::Hello, Manner::Hang),
    (Step::Hello, Manner::Close),
    (Step::Hello, Manner::Say(b"502 5.5.1 no")),
    (Step::Mail, Manner::Slow(StdDuration::from_millis(30))),
    (Step::Mail, Manner::Hang),
    (Step::Mail, Manner::Close),
    (Step::Mail, Manner::Say(b"451 4.3.0 later")),
    (Step::Rcpt, Manner::Slow(StdDuration::from_millis(30))),
    (Step::Rcpt, Manner::Hang),
    (Step::Rcpt, Manner::Close),
    (Step::Rcpt, Manner::Say(b"550 5.7.1 not from you")),
    (Step::Rcpt, Manner::Say(b"550 5.1.1 nobody")),
    (Step::Rcpt, Manner::Say(b"250 \xbd\xd3")),
    (Step::Data, Manner::Slow(StdDuration::from_millis(30))),
    (Step::Data, Manner::Hang),
    (Step::Data, Manner::Close),
    (Step::Data, Manner::Say(b"354")),
    (Step::Data, Manner::Say(b"452 4.3.1 full")),
    (Step::Body, Manner::Close),
    (Step::Letter, Manner::Slow(StdDuration::from_millis(30))),
    (Step::Letter, Manner::Hang),
    (Step::Letter, Manner::Close),
    (Step::Letter, Manner::Say(b"250")),
    (Step::Letter, Manner::Say(b"250 acept\xf1ado")),
    (Step::Letter, Manner::Say(b"2 what")),
    (Step::Letter, Manner::Say(b"451 4.7.1 greylisted")),
    (Step::Letter, Manner::Say(b"554 5.6.0 unwanted")),
];
/// How many letters meet them.
const LETTERS: usize = 500;

/// 500 letters through everything that mail servers do: each is delivered or listed, none arrives in more than
/// two copies, all copies are the same, and no link in them dies before its time.
#[rekey_test::on_a_database]
async fn letters_survive_every_manner_of_a_mail_server(db: PgPool) {
    let server = SmtpServer::start(Mode::Plain).await;
    let world = world(db, &server).await;
    let mut people = String::new();
    for number in 0..LETTERS {
        writeln!(
            people,
            r#"{{"login":"p{number}","email":"p{number}@domain.example"}}"#
        )
        .unwrap();
    }
    world.import(&people).await;
    world
        .sql("update password set standing = 'set', hash = (select min(hash) from password), set_at = changed_at")
        .await;
    for number in 0..LETTERS {
        let body = about("resetPasswordRequest", &format!("p{number}"));
        world.sspr("resetPasswordRequest", &body).await.is_done();
    }
    server.behave(Behaviour::Rota(MANNERS));
    let alive = "select count(*) from job where dead_at is null";
    let mut rounds = 0;
    while world.count(alive).await > 0 {
        rounds += 1;
        assert!(rounds < 500, "letters that never end");
        futures::future::join_all((0..8).map(|_| work(&world))).await;
        world.hand.turn(Duration::minutes(5));
    }
    let mut copies = BTreeMap::<String, Vec<String>>::new();
    for (letter, token) in server.messages().iter().zip(tokens(&server)) {
        copies.entry(letter.to[0].clone()).or_default().push(token);
    }
    for (to, tokens) in &copies {
        assert!(tokens.len() <= 2, "{to}: {} copies", tokens.len());
        assert!(tokens.iter().all(|token| *token == tokens[0]), "{to}");
    }
    let given_up = world
        .count("select count(*) from job where dead_at is not null")
        .await;
    let in_doubt = world
        .count("select count(*) from job where dead_at is not null and doubts > 0")
        .await;
    assert!(
        given_up < 120 && in_doubt < given_up,
        "{given_up} {in_doubt}"
    );
    // Delivered, listed as dead, or listed as unknown.
    let lost = LETTERS - copies.len();
    assert!(
        i64::try_from(lost).unwrap() <= given_up,
        "{lost} lost, {given_up} listed"
    );
    assert_eq!(
        world
            .count("select count(*) from recovery_token where voided_at is not null")
            .await,
        0,
        "no link was ended by another attempt at its letter"
    );
    let tokens = "select count(*) from (select account_id from recovery_token group by 1 having count(*) > 1) as twice";
    assert_eq!(world.count(tokens).await, 0);
    let short =
        "select count(*) from recovery_token where expires_at < created_at + interval '1 hour'";
    assert_eq!(world.count(short).await, 0);
}
