//! Asking: the same page whoever asks, once for each form, and only so often.

use rekey::domain::limit::Rate;
use sqlx::PgPool;
use time::Duration;
use tracing_subscriber::layer::SubscriberExt as _;

use super::{Agent, reference_in, with};
use crate::harness::World;
use crate::harness::seen::{Statements, seen, touches_accounts};

const DOORS: [&str; 3] = ["/recover", "/recover/locked", "/recover/username"];

const NAMES: [&str; 6] = [
    "example@domain.com",
    "nobody@domain.example",
    "disabled@domain.example",
    "pending@domain.example",
    "blocked@domain.example",
    "neighbour@domain.example",
];

/// R-01, R-10: what is answered, and by which statements, does not depend on who it is.
#[rekey_test::on_a_database]
async fn everybody_gets_the_same_page(db: PgPool) {
    let world = World::new(db).await;
    world.neighbour().await;
    let statements = Statements::default();
    let subscriber = tracing_subscriber::registry().with(statements.clone());
    let _guard = tracing::subscriber::set_default(subscriber);
    for door in DOORS {
        let mut first = None;
        for name in NAMES {
            let mut agent = Agent::new(&world);
            // The first form of a kind prepares its statements; measured is the second.
            let warm = agent.open(door).await;
            agent.submit(&warm, &[("name", name)]).await;
            let ask = agent.open(door).await;
            statements.take();
            let reply = agent.post(&ask, &[("name", name)]).await;
            let executed = statements.take();
            assert!(!executed.is_empty(), "statements are seen at all");
            assert!(
                !executed.iter().any(|sql| touches_accounts(sql)),
                "{executed:?}"
            );
            let to = reply.header("location").unwrap().to_owned();
            let sent = agent.get(&to).await;
            // The reference is made for the form.
            let reference = &to[to.len() - 8..];
            assert!(reference.bytes().all(|b| b.is_ascii_hexdigit()));
            let alike = |reply: &crate::harness::Reply| {
                format!("{:?}", seen(reply)).replace(reference, "REFERENCE")
            };
            let now = (alike(&reply), alike(&sent), executed);
            assert_eq!(
                first.get_or_insert_with(|| now.clone()),
                &now,
                "{door} {name}"
            );
        }
    }
    let letters = world.post().await;
    let to = |address: &str| letters.iter().filter(|l| l.to.as_str() == address).count();
    assert_eq!(
        (to("example@domain.com"), to("blocked@domain.example")),
        (6, 6)
    );
    assert_eq!(letters.len(), 12, "nobody else");
}

#[rekey_test::on_a_database]
async fn a_form_that_is_sent_twice_asks_once(db: PgPool) {
    let world = World::new(db).await;
    let mut agent = Agent::new(&world);
    let ask = agent.open("/recover").await;
    let typed = [("name", "JohnDoe")];
    let first = agent.post(&ask, &typed).await;
    let second = agent.post(&ask, &typed).await;
    assert_eq!(first.header("location"), second.header("location"));
    let letters = world.post().await;
    assert_eq!(letters.len(), 1);
    let reference = reference_in(&letters[0]).to_lowercase();
    assert!(
        first
            .header("location")
            .unwrap()
            .to_lowercase()
            .ends_with(&reference)
    );
    // Even after the letter has left.
    agent.post(&ask, &typed).await;
    assert_eq!(world.post().await.len(), 0);
    // Another name is another question, and a fresh form is one too.
    agent.post(&ask, &[("name", "Ezra")]).await;
    let fresh = agent.open("/recover").await;
    agent.post(&fresh, &typed).await;
    assert_eq!(world.post().await.len(), 2);
}

#[rekey_test::on_a_database]
async fn one_too_many_is_told_how_long_to_wait(db: PgPool) {
    let hourly = |times| Rate {
        times,
        per: Duration::HOUR,
    };
    let world = World::limited(db, |limits| {
        limits.recovery_per_identifier = hourly(2);
        limits.recovery_per_address = hourly(7);
    })
    .await;
    let mut agent = Agent::new(&world);
    for name in ["JohnDoe", "Nobody"] {
        for _ in 0..2 {
            let ask = agent.open("/recover").await;
            assert_eq!(agent.submit(&ask, &[("name", name)]).await.status, 200);
        }
        let ask = agent.open("/recover").await;
        let refused = agent.submit(&ask, &[("name", name)]).await;
        assert_eq!(refused.status, 429, "{name}");
        assert_eq!(refused.header("retry-after"), Some("3600"));
        assert!(
            refused.body.contains("Try again in 1 hour."),
            "{}",
            refused.body
        );
    }
    // The address has one left, whatever it asks; looking at pages counts for nothing.
    for (name, status) in [("Ezra", 200), ("Blocked", 429)] {
        let ask = agent.open("/recover").await;
        assert_eq!(agent.submit(&ask, &[("name", name)]).await.status, status);
    }
    // After the wait, the very form that was refused is taken.
    let ask = agent.open("/recover").await;
    assert_eq!(agent.submit(&ask, &[("name", "Blocked")]).await.status, 429);
    world.post().await;
    world.hand.turn(Duration::HOUR);
    assert_eq!(agent.submit(&ask, &[("name", "Blocked")]).await.status, 200);
    assert_eq!(world.post().await.len(), 1);
}

#[rekey_test::on_a_database]
async fn a_name_is_found_as_address_or_as_login(db: PgPool) {
    let world = World::with(db, with("")).await;
    world
        .import(
            r#"{"login":"sam@signers.example","email":"sam@mail.example","identifiers":["login"]}"#,
        )
        .await;
    for (name, to) in [
        ("sam@signers.example", "sam@mail.example"),
        (" johndoe ", "example@domain.com"),
        ("Example@DOMAIN.com", "example@domain.com"),
        ("+1 514 555 0100", "example@domain.com"),
    ] {
        let mut agent = Agent::new(&world);
        let ask = agent.open("/recover").await;
        agent.submit(&ask, &[("name", name)]).await;
        let letters = world.post().await;
        assert_eq!(letters.len(), 1, "{name}");
        assert_eq!(letters[0].to.as_str(), to, "{name}");
    }
}
