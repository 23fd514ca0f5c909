//! One mailbox, several accounts: who types the address gets one letter, with a link for each.

use std::fmt::Write as _;

use sqlx::PgPool;
use tracing_subscriber::layer::SubscriberExt as _;

use super::{Agent, NEW, reference_in};
use crate::harness::World;
use crate::harness::seen::{Statements, touches_accounts};

const SHARED: &str = "office@shared.example";

/// `count` people who share a mailbox.
async fn share(world: &World, count: usize) {
    let mut lines = String::new();
    for number in 1..=count {
        writeln!(
            lines,
            r#"{{"login":"desk{number}","email":"{SHARED}","name":"Desk {number}","passwords":{{"login":{{"value":"Forgotten-2026"}}}}}}"#
        )
        .unwrap();
    }
    world.import(&lines).await;
}

async fn ask(world: &World, door: &str, typed: &str) -> String {
    let mut agent = Agent::new(world);
    let form = agent.open(door).await;
    let sent = agent.submit(&form, &[("name", typed)]).await;
    assert_eq!(sent.status, 200);
    sent.body
}

/// The paths of the links in a letter, in order.
fn paths(text: &str) -> Vec<String> {
    let links = text.lines().filter(|line| line.contains("/recover/"));
    links
        .map(|link| link[link.find("/recover/").unwrap()..].to_owned())
        .collect()
}

#[rekey_test::on_a_database]
async fn who_types_an_address_gets_one_letter_with_a_link_for_each_account(db: PgPool) {
    let world = World::new(db).await;
    share(&world, 3).await;
    world
        .import(r#"{"login":"desk4","email":"office@shared.example","status":"disabled"}"#)
        .await;
    for (door, purpose) in [("/recover", "reset"), ("/recover/locked", "unlock")] {
        let sent = ask(&world, door, "Office@SHARED.example").await;
        let letters = world.post().await;
        assert_eq!(letters.len(), 1, "one letter");
        let letter = &letters[0];
        assert_eq!(letter.to.as_str(), SHARED);
        assert!(sent.contains(reference_in(letter)));
        let text = letter.content.text.as_str();
        assert!(
            text.starts_with("Hello,\n"),
            "to nobody in particular: {text}"
        );
        assert!(!text.contains("desk4"), "out of use: {text}");
        let links = paths(text);
        assert_eq!(links.len(), 3, "{text}");
        for (number, link) in links.iter().enumerate() {
            let login = format!("desk{}", number + 1);
            assert!(text.contains(&format!("“{login}”\n\nhttp")), "{text}");
            let shown = Agent::new(&world).open(link).await;
            assert_eq!(shown.status, 200);
            assert!(shown.body.contains(&login), "{login} in {}", shown.body);
            assert!(letter.content.html.contains(&format!("“{login}”")));
        }
        let sql = format!(
            "select count(distinct account_id) from audit_event where action = 'letter.sent' \
             and detail->>'letter' = '{purpose}'"
        );
        let noted: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .fetch_one(&world.db)
            .await
            .unwrap();
        assert_eq!(noted, 3, "an event for each account");
    }
    let minted = "select count(distinct account_id) from audit_event \
                  where action = 'recovery.asked' and outcome = 'minted'";
    assert_eq!(world.count(minted).await, 3);
}

/// One link spent leaves the others as they are, and sets one password.
#[rekey_test::on_a_database]
async fn each_link_of_a_letter_is_its_own(db: PgPool) {
    let world = World::new(db).await;
    share(&world, 2).await;
    ask(&world, "/recover", SHARED).await;
    let letter = world.post().await.remove(0);
    let links = paths(&letter.content.text);
    let mut agent = Agent::new(&world);
    let form = agent.open(&links[1]).await;
    agent.submit(&form, &[("password", NEW)]).await;
    assert!(world.is_password("desk2", NEW).await);
    assert!(!world.is_password("desk1", NEW).await);
    assert_eq!(Agent::new(&world).open(&links[1]).await.status, 410);
    assert_eq!(Agent::new(&world).open(&links[0]).await.status, 200);
    world.post().await;
    // A newer letter ends what the older one holds, of every account in it.
    ask(&world, "/recover", SHARED).await;
    world.post().await;
    assert_eq!(Agent::new(&world).open(&links[0]).await.status, 410);
}

#[rekey_test::on_a_database]
async fn five_get_a_link_and_the_others_are_told_by_login_name(db: PgPool) {
    let world = World::new(db).await;
    share(&world, 8).await;
    ask(&world, "/recover", SHARED).await;
    let letters = world.post().await;
    assert_eq!(letters.len(), 1);
    let text = letters[0].content.text.as_str();
    assert_eq!(paths(text).len(), 5, "{text}");
    let more = "type its login name instead:\n\n- desk6\n- desk7\n- desk8\n\n";
    assert!(text.contains(more), "{text}");
    let tokens = "select count(*) from recovery_token";
    assert_eq!(world.count(tokens).await, 5);
    // Whoever does as they are told, gets theirs.
    ask(&world, "/recover", "desk7").await;
    assert!(world.post().await[0].content.text.contains("“desk7”"));
}

/// Frozen, disabled and nameless ones are left out; what is left of one is the usual letter.
#[rekey_test::on_a_database]
async fn who_may_not_recover_gets_no_link(db: PgPool) {
    let world = World::new(db).await;
    share(&world, 3).await;
    world
        .sql(
            "update account set recovery_frozen_until = '2026-01-02Z' where login = 'desk1'; \
             update password set disabled_at = '2025-01-02Z' from account \
             where account.account_id = password.account_id and login = 'desk2'",
        )
        .await;
    ask(&world, "/recover", SHARED).await;
    let letters = world.post().await;
    assert_eq!(letters.len(), 1);
    let text = letters[0].content.text.as_str();
    assert!(text.starts_with("Hello Desk 3,\n"), "{text}");
    assert_eq!(paths(text).len(), 1);
    let outcomes: Vec<(String, String)> = sqlx::query_as(
        "select login, outcome from audit_event join account using (tenant_id, account_id) \
         where action = 'recovery.asked' order by login",
    )
    .fetch_all(&world.db)
    .await
    .unwrap();
    let told: Vec<_> = outcomes
        .iter()
        .map(|(login, outcome)| (login.as_str(), outcome.as_str()))
        .collect();
    let expected = [
        ("desk1", "frozen"),
        ("desk2", "password not recoverable"),
        ("desk3", "minted"),
    ];
    assert_eq!(told, expected);
    world
        .sql("update account set recovery_frozen_until = '2026-01-02Z'")
        .await;
    ask(&world, "/recover", SHARED).await;
    assert!(world.post().await.is_empty());
    assert_eq!(world.count("select count(*) from job").await, 0);
}

/// Two spellings of a local part may be two people's mailboxes: neither is told of the other's accounts. A
/// domain is the same however it is written.
#[rekey_test::on_a_database]
async fn two_spellings_are_two_letters_and_one_reference(db: PgPool) {
    let world = World::new(db).await;
    world
        .import(
            r#"{"login":"one","email":"Office@shared.example"}
{"login":"two","email":"office@shared.example"}
{"login":"three","email":"office@SHARED.example"}"#,
        )
        .await;
    let sent = ask(&world, "/recover", SHARED).await;
    let mut letters = world.post().await;
    letters.sort_by_key(|letter| letter.content.text.len());
    let [one, both] = letters.as_slice() else {
        panic!("{} letters", letters.len());
    };
    assert_eq!(one.to.as_str(), "Office@shared.example");
    assert!(one.content.text.contains("“one”") && !one.content.text.contains("“two”"));
    assert_eq!(paths(&both.content.text).len(), 2);
    assert!(both.content.text.contains("“two”") && both.content.text.contains("“three”"));
    assert!(!both.content.text.contains("“one”"));
    for letter in [one, both] {
        assert!(sent.contains(reference_in(letter)), "as the page said");
    }
    assert_ne!(one.message_id, both.message_id);
}

/// Tenet 1: whose address it is, is looked up by a worker.
#[rekey_test::on_a_database]
async fn nobody_is_looked_up_while_a_page_answers(db: PgPool) {
    let world = World::new(db).await;
    share(&world, 3).await;
    let statements = Statements::default();
    let subscriber = tracing_subscriber::registry().with(statements.clone());
    let _guard = tracing::subscriber::set_default(subscriber);
    let mut executed = Vec::new();
    for name in [SHARED, "nobody@shared.example", "example@domain.com"] {
        for _ in 0..2 {
            let mut agent = Agent::new(&world);
            let form = agent.open("/recover").await;
            statements.take();
            agent.post(&form, &[("name", name)]).await;
            executed.push(statements.take());
        }
    }
    let warm: Vec<_> = executed.into_iter().skip(1).step_by(2).collect();
    assert!(!warm[0].is_empty() && warm.iter().all(|one| *one == warm[0]));
    assert!(!warm[0].iter().any(|sql| touches_accounts(sql)), "{warm:?}");
    world.post().await;
}

/// Through an API an address names one account: the one that was there first.
#[rekey_test::on_a_database]
async fn through_an_api_an_address_names_the_one_that_was_there_first(db: PgPool) {
    let world = World::new(db).await;
    share(&world, 1).await;
    world
        .import(r#"{"login":"adesk","email":"office@shared.example"}"#)
        .await;
    let ask = serde_json::json!({"email": SHARED});
    world
        .send(crate::turbosmtp::call("POST", "forgot-password").json(&ask))
        .await;
    let letters = world.post().await;
    assert_eq!(letters.len(), 1);
    assert!(letters[0].content.text.contains("“desk1”"));
    assert_eq!(paths(&letters[0].content.text).len(), 1);
}
