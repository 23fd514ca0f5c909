//! Letters with a link for each account of a mailbox, of which nobody says what became of them: every attempt
//! carries the same links, but for those that are of no use any more.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration as StdDuration;

use rekey::mail::{Patience, Security, Smtp, SmtpSettings};
use sqlx::PgPool;
use time::Duration;

use crate::harness::World;
use crate::harness::mime::Parsed;
use crate::harness::smtp::{Behaviour, Manner, Mode, SmtpServer, Step};
use crate::harness::world::Setting;
use crate::pages::{Agent, NEW};

const SHARED: &str = "office@shared.example";
/// Longer than a letter rests of which nobody knows.
const REST: Duration = Duration::minutes(20);

/// A letter: its name, and the paths of its links.
type Sent = (String, Vec<String>);

async fn world(db: PgPool, server: &SmtpServer, addresses: &[&str]) -> World {
    let settings = SmtpSettings {
        patience: Patience::of(StdDuration::from_millis(400)),
        ..SmtpSettings::new("127.0.0.1", server.port(), Security::Plain)
    };
    let setting = Setting {
        mailer: Some(Arc::new(Smtp::new(&settings).unwrap())),
        ..Setting::default()
    };
    let world = World::with(db, setting).await;
    let mut lines = String::new();
    for (number, address) in addresses.iter().enumerate() {
        writeln!(
            lines,
            r#"{{"login":"desk{number}","email":"{address}","passwords":{{"login":{{"value":"Forgotten-2026"}}}}}}"#
        )
        .unwrap();
    }
    world.import(&lines).await;
    world
}

async fn ask(world: &World) {
    let mut agent = Agent::new(world);
    let form = agent.open("/recover").await;
    let sent = agent.submit(&form, &[("name", SHARED)]).await;
    assert_eq!(sent.status, 200);
}

async fn work(world: &World) {
    while world.recovery.delivery.run_one_job().await.unwrap() {}
}

/// The letters with links to choose a password.
fn sent(server: &SmtpServer) -> Vec<Sent> {
    let letters = server.messages();
    let letters = letters.iter().map(|letter| {
        let parsed = Parsed::read(&letter.raw);
        let lines = parsed.text.lines().filter(|line| line.contains("/reset?"));
        let paths = lines.map(|line| line[line.find("/recover/").unwrap()..].trim().to_owned());
        (parsed.header("Message-ID").to_owned(), paths.collect())
    });
    letters
        .filter(|(_, paths): &Sent| !paths.is_empty())
        .collect()
}

async fn choose(world: &World, path: &str, password: &str) {
    let mut agent = Agent::new(world);
    let form = agent.open(path).await;
    let done = agent.submit(&form, &[("password", password)]).await;
    assert_eq!(done.status, 200, "{}", done.body);
}

#[rekey_test::on_a_database]
async fn every_attempt_carries_the_same_links(db: PgPool) {
    let server = SmtpServer::start(Mode::Plain).await;
    let world = world(db, &server, &[SHARED; 3]).await;
    server.behave(Behaviour::At(Step::Letter, Manner::Close));
    ask(&world).await;
    work(&world).await;
    world.hand.turn(REST);
    work(&world).await;
    let sent = sent(&server);
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0], sent[1]);
    assert_eq!(sent[0].1.len(), 3);
    for (number, path) in sent[0].1.iter().enumerate() {
        let page = Agent::new(&world).open(path).await;
        assert!(
            page.body.contains(&format!("desk{number}")),
            "{}",
            page.body
        );
    }
}

/// Where an address has two spellings too.
#[rekey_test::on_a_database]
async fn every_attempt_at_each_spelling_carries_the_same_links(db: PgPool) {
    let server = SmtpServer::start(Mode::Plain).await;
    let addresses = [SHARED, SHARED, "Office@shared.example"];
    let world = world(db, &server, &addresses).await;
    server.behave(Behaviour::At(Step::Letter, Manner::Close));
    ask(&world).await;
    work(&world).await;
    world.hand.turn(REST);
    work(&world).await;
    let mut sent = sent(&server);
    assert_eq!(sent.len(), 4);
    sent.sort();
    sent.dedup();
    assert_eq!(
        sent.len(),
        2,
        "two mailboxes, and one letter each: {sent:?}"
    );
}

/// A link that was used since is left out, and without any there is no letter.
#[rekey_test::on_a_database]
async fn a_link_that_was_used_since_is_not_mailed_again(db: PgPool) {
    let server = SmtpServer::start(Mode::Plain).await;
    let world = world(db, &server, &[SHARED; 3]).await;
    for (used, password) in [(1, NEW), (3, "Another-2028")] {
        let before = sent(&server).len();
        server.behave(Behaviour::At(Step::Letter, Manner::Close));
        ask(&world).await;
        work(&world).await;
        let first = sent(&server).remove(before);
        server.behave(Behaviour::Accept);
        for path in &first.1[..used] {
            choose(&world, path, password).await;
        }
        world.hand.turn(REST);
        work(&world).await;
        let again = sent(&server).split_off(before + 1);
        if used == 3 {
            assert_eq!(again, []);
        } else {
            assert_eq!(again.len(), 1);
            assert_eq!(again[0].1, first.1[used..]);
            assert_ne!(again[0].0, first.0, "it is another letter");
        }
        assert_eq!(world.count("select count(*) from job").await, 0);
    }
}

/// Where one account is left that may have a link, it is the link of the first letter.
#[rekey_test::on_a_database]
async fn who_is_left_alone_keeps_their_link(db: PgPool) {
    let server = SmtpServer::start(Mode::Plain).await;
    let world = world(db, &server, &[SHARED; 2]).await;
    server.behave(Behaviour::At(Step::Letter, Manner::Close));
    ask(&world).await;
    work(&world).await;
    world
        .import(&format!(
            r#"{{"login":"desk0","email":"{SHARED}","status":"disabled"}}"#
        ))
        .await;
    world.hand.turn(REST);
    work(&world).await;
    let sent = sent(&server);
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[1].1, sent[0].1[1..]);
}

/// A letter that comes late ends no link of a newer one, in whatever mailbox it is.
#[rekey_test::on_a_database]
async fn a_late_letter_ends_no_newer_link_of_any_account(db: PgPool) {
    let server = SmtpServer::start(Mode::Plain).await;
    let addresses = [SHARED, SHARED, "Office@shared.example"];
    let world = world(db, &server, &addresses).await;
    ask(&world).await;
    // The older request becomes a job of each mailbox after the newer one was asked.
    world.hand.turn(Duration::SECOND);
    ask(&world).await;
    world
        .sql("update job set due_at = due_at + interval '10 minutes' where job_id = (select job_id from job order by job_id limit 1)")
        .await;
    work(&world).await;
    let newer = sent(&server);
    assert_eq!(newer.len(), 2);
    world.hand.turn(REST);
    work(&world).await;
    assert_eq!(sent(&server).len(), 2, "the older letters are not sent");
    for path in newer.iter().flat_map(|(_, paths)| paths) {
        assert_eq!(Agent::new(&world).open(path).await.status, 200);
    }
    assert_eq!(world.count("select count(*) from job").await, 0);
}
