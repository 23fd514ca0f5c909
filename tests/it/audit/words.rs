//! O-02, O-03: `rekey audit`, as an operator runs it: what it prints of hostile text, and its exit codes.

use rekey::domain::Timestamp;
use rekey::domain::audit::{Address, Event};
use rekey::domain::id::{AccountId, EventId};
use serde_json::{Value, json};
use sqlx::PgPool;
use time::Duration;

use super::{KEY, keyring};
use crate::harness::World;
use crate::harness::binary::Setup;
use crate::harness::world::BEGINNING;

/// Text that means something to terminals, to line readers, to CEF and to JSON.
const HOSTILE: &str = "a|b=c\\d\"\r\nCEF:0|x\u{1b}[31m\u{85}\u{202e}\u{2028}é";

async fn hostile(db: PgPool) -> (World, Setup) {
    let world = World::new(db).await;
    world.recovery.audit.seal().await.unwrap();
    let mut event = Event {
        tenant_id: world.tenant.tenant_id,
        event_id: EventId::parse("019b7a00-0000-7000-8000-000000000001").unwrap(),
        at: Timestamp::from_unix_timestamp(BEGINNING).unwrap(),
        action: "x|y\\z\n".to_owned(),
        outcome: HOSTILE.to_owned(),
        account_id: AccountId::parse("42"),
        actor_id: AccountId::parse("43"),
        address: Some(Address {
            address: "2001:db8::1/128".parse().unwrap(),
            salt: [1; 16],
        }),
        address_digest: None,
        request_id: Some(HOSTILE.to_owned()),
        detail: json!({ "k=|": HOSTILE }),
        digest: None,
    };
    event.sign(&keyring(&[KEY]));
    let mut connection = world.db.acquire().await.unwrap();
    rekey::store::audit_event::insert(&mut connection, &event)
        .await
        .unwrap();
    world.recovery.audit.seal().await.unwrap();
    let setup = Setup::of(&world);
    (world, setup)
}

fn without_seal(line: &str) -> String {
    let at = line.find("cs4Label=").unwrap();
    let rest = line[at..].find("c6a2Label=").unwrap();
    format!("{}{}", &line[..at], &line[at + rest..])
}

#[rekey_test::on_a_database]
async fn hostile_text_stays_text(db: PgPool) {
    let (world, setup) = hostile(db).await;
    let seq = world.verified().await.head.seq;
    let export = |format: &'static str| ["audit", "export", "--tenant", "demo", "--format", format];

    let lines = setup.run(&export("cef")).await;
    assert_eq!(lines.lines().count(), usize::try_from(seq).unwrap());
    let last = lines.lines().last().unwrap();
    let expected = format!(
        "CEF:0|Rekey|Rekey|{}|x\\|y\\\\z |x\\|y\\\\z |6|rt=1767268800000 \
         externalId=019b7a00-0000-7000-8000-000000000001 act=x|y\\\\z\\n \
         outcome=a|b\\=c\\\\d\"\\r\\nCEF:0|x [31m   é suid=43 duid=42 cn1Label=seq cn1={seq} \
         cs1Label=requestId cs1=a|b\\=c\\\\d\"\\r\\nCEF:0|x [31m   é cs2Label=tenant cs2=demo \
         cs3Label=detail cs3={{\"k\\=|\":\"a|b\\=c\\\\\\\\d\\\\\"\\\\r\\\\nCEF:0|x\\\\u001b[31m   é\"}} \
         c6a2Label=Source IPv6 Address c6a2=2001:db8::1",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(without_seal(last), expected);

    let lines = setup.run(&export("jsonl")).await;
    let last = lines.lines().last().unwrap();
    assert!(
        last.chars()
            .all(|c| !c.is_control() && c != '\u{202e}' && c != '\u{2028}')
    );
    let value: Value = serde_json::from_str(last).unwrap();
    let head = world.verified().await.head;
    let expected = json!({
        "seq": seq,
        "eventId": "019b7a00-0000-7000-8000-000000000001",
        "at": "2026-01-01T12:00:00Z",
        "tenant": "demo",
        "action": "x|y\\z\n",
        "outcome": HOSTILE,
        "accountId": "42",
        "actorId": "43",
        "address": "2001:db8::1",
        "requestId": HOSTILE,
        "detail": { "k=|": HOSTILE },
        "digest": head.digest.unwrap().to_string(),
    });
    assert_eq!(value, expected);

    let shown = setup.run(&["audit", "list", "--tenant", "demo"]).await;
    assert!(
        shown.chars().all(|c| c == '\n' || !c.is_control()),
        "{shown:?}"
    );
    let only = [
        "audit",
        "list",
        "--tenant",
        "demo",
        "--action",
        "key.created",
    ];
    assert_eq!(setup.run(&only).await.lines().count(), 1);
    let newest = [
        "audit", "list", "--tenant", "demo", "--limit", "2", "--json",
    ];
    assert_eq!(setup.run(&newest).await.lines().count(), 2);
    let after = (seq - 2).to_string();
    let rest = ["audit", "export", "--tenant", "demo", "--after", &after];
    assert_eq!(setup.run(&rest).await.lines().count(), 2);
}

#[rekey_test::on_a_database]
async fn list_shows_what_it_is_asked_for(db: PgPool) {
    let (world, setup) = hostile(db).await;
    world.passes(2).await;
    world.hand.turn(Duration::SECOND);
    world.tries(1).await;
    let list = async |more: &[&str]| {
        let command = [&["audit", "list", "--tenant", "demo", "--json"], more].concat();
        let lines = setup.run(&command).await;
        let values = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        values.collect::<Vec<Value>>()
    };
    let said = |values: &[Value], name: &str| -> Vec<String> {
        let said = values.iter().map(|value| value[name].as_str().unwrap());
        said.map(str::to_owned).collect()
    };
    let johns = list(&["--account", "johndoe"]).await;
    let outcomes = ["done", "done", "wrong password"];
    assert_eq!(said(&johns, "outcome"), outcomes);
    let johns = list(&["--account", "JohnDoe", "--limit", "1"]).await;
    assert_eq!(said(&johns, "outcome"), ["wrong password"]);
    assert_eq!(said(&johns, "address"), ["192.0.2.1"]);
    let both = ["--account", "JohnDoe", "--action", "key.created"];
    assert!(list(&both).await.is_empty());
    // The world's clock stands long ago; what commands did just now is younger.
    let young = list(&["--since", "1h"]).await;
    assert_eq!(said(&young, "action"), ["secret-key.promoted"]);
    let nobody = ["audit", "list", "--tenant", "demo", "--account", "Nobody"];
    let refused = setup.command(&nobody).output().await.unwrap();
    assert_eq!(refused.status.code(), Some(1));
}

#[rekey_test::on_a_database]
async fn verify_says_where_and_exits_with_1(db: PgPool) {
    let (world, setup) = hostile(db).await;
    let head = world.verified().await.head;
    // What commands do waits for the clock of this world to catch up, and says so of itself.
    let noted = head.to_string();
    let verify = ["audit", "verify", "--tenant", "demo", "--head", &noted];
    let said = setup.run(&verify).await;
    assert!(
        said.starts_with(&format!("demo: whole; {} events", head.seq)),
        "{said}"
    );
    assert!(said.trim_end().ends_with(&noted), "{said}");
    world
        .tamper("update audit_event set outcome = 'x' where event_id = (select event_id from audit_seal where seq = 2)")
        .await;
    let output = setup
        .command(&["audit", "verify", "--json"])
        .output()
        .await
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&said["whole"], &said["seq"]), (&json!(false), &json!(2)));
    assert_eq!(said["found"], "the event was edited");
    let output = setup
        .command(&["audit", "verify", "--tenant", "demo", "--head", "3"])
        .output();
    assert_eq!(output.await.unwrap().status.code(), Some(2));
}
