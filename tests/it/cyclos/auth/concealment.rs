//! D-9 and D-10: what an answer tells of an account, and what it does not.

use serde_json::{Value, json};
use sqlx::PgPool;
use time::Duration;
use tracing_subscriber::layer::SubscriberExt as _;

use super::is_a_dead_key;
use crate::cyclos::{EMAIL, LOGIN, USER, WRONG, call, with};
use crate::harness::seen::{Statements, seen, touches_accounts};
use crate::harness::world::{Setting, TENANT};
use crate::harness::{Reply, World};

/// R-01, L-03: a known name, unknown ones and an account without a password are told apart by
/// nothing, and each try costs one hash, on the way into the block and beyond it.
#[rekey_test::on_a_database]
async fn d_10_known_and_unknown_names_block_alike(db: PgPool) {
    let world = World::new(db).await;
    let shown = [
        ("15m", Some("temporarilyBlocked")),
        ("forever", Some("indefinitelyBlocked")),
        ("disable", None),
    ];
    // Each policy has people of its own, whose counts begin at none.
    for (turn, (policy, status)) in shown.into_iter().enumerate() {
        let file = format!("{TENANT}{LOGIN}block = \"{policy}\"\n");
        let file = rekey::config::tenant::parse("tenant.toml", &file).unwrap();
        world.operator.apply_tenant(&file).await.unwrap();
        let known = format!(
            r#"{{"login":"known{turn}","email":"known{turn}@domain.example","passwords":{{"login":{{"value":"Forgotten-2026"}}}}}}
{{"login":"empty{turn}"}}
{{"login":"away{turn}","status":"disabled","passwords":{{"login":{{"value":"Forgotten-2026"}}}}}}"#
        );
        world.import(&known).await;
        let mut first = None;
        for name in [
            format!("known{turn}"),
            format!("empty{turn}"),
            format!("away{turn}"),
            format!("unknown{turn}"),
            format!("unknown{turn}@domain.example"),
            format!("+1514555019{turn}"),
        ] {
            let mut sequence = Vec::new();
            for number in 0..8 {
                let before = world.hasher.computed();
                let reply = if number % 2 == 0 {
                    world.sign_in(&name, WRONG).await
                } else {
                    world.send(call("GET", "/auth").basic(&name, WRONG)).await
                };
                assert_eq!(world.hasher.computed() - before, 1, "{name}");
                assert_eq!(
                    reply.json()["passwordStatus"].as_str(),
                    status.filter(|_| number >= 5)
                );
                sequence.push(seen(&reply));
            }
            let expected = first.get_or_insert_with(|| sequence.clone());
            assert_eq!(expected, &sequence, "{name} under {policy}");
        }
    }
    // The block of a duration ends for all alike, and the next series is as long.
    world.hand.turn(Duration::minutes(15));
    let file = rekey::config::tenant::parse("tenant.toml", TENANT).unwrap();
    world.operator.apply_tenant(&file).await.unwrap();
    let mut first = None;
    for name in ["known0", "empty0", "away0", "unknown0"] {
        let mut sequence = Vec::new();
        for _ in 0..7 {
            sequence.push(seen(&world.sign_in(name, WRONG).await));
        }
        assert_eq!(
            first.get_or_insert_with(|| sequence.clone()),
            &sequence,
            "{name}"
        );
    }
}

/// D-10: what wrong codes close is closed for sign-ins too, whether somebody has the name or not, a
/// password or none, and it may be used or not. So does every block grow alike.
#[rekey_test::on_a_database]
async fn d_10_wrong_codes_close_every_name_alike(db: PgPool) {
    let world = World::new(db).await;
    world.import(r#"{"login":"empty"}"#).await;
    world
        .import(r#"{"login":"shut","passwords":{"login":{"value":"Forgotten-2026"}}}"#)
        .await;
    world
        .sql(
            "update password set disabled_at = set_at
             where account_id = (select account_id from account where login = 'shut')",
        )
        .await;
    // What the limit on the address leaves is another matter.
    let told = |reply: Reply| (reply.status, reply.body);
    let mut first = None;
    for name in [USER, "nobody", "empty", "shut"] {
        let mut sequence = Vec::new();
        for _ in 0..5 {
            let code = json!({"user": name, "code": "x", "newPassword": "x"});
            sequence.push(told(world.recover(&code).await));
        }
        sequence.push(told(world.sign_in(name, WRONG).await));
        world.hand.turn(Duration::minutes(16));
        // The next block lasts for twice as long.
        for _ in 0..6 {
            sequence.push(told(world.sign_in(name, WRONG).await));
        }
        world.hand.turn(Duration::minutes(16));
        sequence.push(told(world.sign_in(name, WRONG).await));
        let expected = first.get_or_insert_with(|| sequence.clone());
        assert_eq!(expected, &sequence, "{name}");
    }
}

/// D-10: spellings of one name count together, known or not, at sign-in and at recovery codes: else
/// their counts would tell who is there.
#[rekey_test::on_a_database]
async fn d_10_spellings_of_one_name_count_together(db: PgPool) {
    let world = World::new(db).await;
    let known = ["+15145550100", "+1 514 555-0100", "001 (514) 555 0100"];
    let unknown = ["+15145550199", "+1 514 555-0199", "001 (514) 555 0199"];
    let address = [
        "x@b\u{fc}cher.example",
        "X@xn--bcher-kva.example",
        " x@B\u{fc}CHER.example",
    ];
    for spellings in [known, unknown, address] {
        for number in 0..7 {
            let name = spellings[number % 3];
            let code = json!({"user": format!("'{name}"), "code": "x", "newPassword": "x"});
            let reply = world.recover(&code).await.json();
            let expected = if number < 4 {
                "invalidPassword"
            } else {
                "temporarilyBlocked"
            };
            assert_eq!(reply["code"], expected, "{name} {number}");
        }
        world.hand.turn(Duration::HOUR);
        for number in 0..7 {
            let name = spellings[number % 3];
            let reply = world.sign_in(name, WRONG).await;
            let is_blocked = reply.json().get("passwordStatus").is_some();
            assert_eq!(is_blocked, number >= 5, "{name} {number}");
        }
    }
}

/// Whom recovery treats differently, and nobody may tell.
const NAMES: [&str; 9] = [
    USER,
    EMAIL,
    "nobody",
    "nobody@domain.example",
    "Disabled",
    "Pending",
    "Mailless",
    "NoPassword",
    "neighbour@domain.example",
];

async fn asks_alike(world: &World, body: impl Fn(&str) -> Value) {
    let statements = Statements::default();
    let subscriber = tracing_subscriber::registry().with(statements.clone());
    let _guard = tracing::subscriber::set_default(subscriber);
    let mut first = None;
    for name in NAMES {
        world.forgot(&body(name)).await;
        statements.take();
        let hashes = world.hasher.computed();
        let reply = world.forgot(&body(name)).await;
        let executed = statements.take();
        assert!(!executed.is_empty(), "statements are seen at all");
        assert!(
            !executed.iter().any(|sql| touches_accounts(sql)),
            "{executed:?}"
        );
        assert_eq!(world.hasher.computed(), hashes);
        let mut shown = seen(&reply);
        shown.2 = shown.2.replace(&sent_to(name), "NAME");
        // As long as what was typed is; the caller knows how long that is.
        shown.1.retain(|(header, _)| header != "content-length");
        let now = (shown, executed);
        assert_eq!(first.get_or_insert_with(|| now.clone()), &now, "{name}");
    }
}

/// What 4.13 echoes of a name that nobody has looked up.
fn sent_to(name: &str) -> String {
    if name.contains('@') {
        name.to_owned()
    } else {
        format!("{}*******", &name[..3])
    }
}

/// D-9, R-01: a request for a key looks nobody up.
#[rekey_test::on_a_database]
async fn d_9_a_request_for_a_key_looks_nobody_up(db: PgPool) {
    let world = World::with(db, with("[cyclos]\nconceal_unknown = true\n")).await;
    world.neighbour().await;
    asks_alike(&world, |name| json!({ "user": name })).await;
    let letters = world.post().await;
    assert_eq!(
        letters.len(),
        4,
        "to JohnDoe by both of his names, twice each"
    );
    assert!(letters.iter().all(|letter| letter.to.as_str() == EMAIL));
}

/// D-9: a request for a code echoes what was typed, masked unless it is a destination itself.
#[rekey_test::on_a_database]
async fn d_9_a_request_for_a_code_echoes_what_was_typed(db: PgPool) {
    let world = World::with(db, with("[cyclos]\nconceal_unknown = true\n")).await;
    world.neighbour().await;
    asks_alike(&world, |name| json!({"user": name, "sendMedium": "email"})).await;
    for name in NAMES {
        let body = json!({"user": name, "sendMedium": "email"});
        let expected = json!({"sendMedium": "email", "sentTo": [sent_to(name)]});
        world.forgot(&body).await.is(200, &expected);
    }
    world.post().await;
}

/// 8.5: `conceal_unknown = false` says what Cyclos says of whoever is unknown or not eligible.
#[rekey_test::on_a_database]
async fn d_9_a_tenant_that_reveals(db: PgPool) {
    let world = World::with(db, with("[cyclos]\nconceal_unknown = false\n")).await;
    world.neighbour().await;
    for name in &NAMES[2..] {
        let body = json!({"entityType": "User", "key": name});
        world.forgot(&json!({ "user": name })).await.is(404, &body);
        let by_code = json!({"user": name, "sendMedium": "email"});
        world.forgot(&by_code).await.is(404, &body);
    }
    assert!(world.post().await.is_empty());
    for (name, sent_to) in [(USER, "exa*******@domain.com"), (EMAIL, EMAIL)] {
        world.forgot(&json!({ "user": name })).await.is_empty(204);
        let by_code = json!({"user": name, "sendMedium": "email"});
        let body = json!({"sendMedium": "email", "sentTo": [sent_to]});
        world.forgot(&by_code).await.is(200, &body);
    }
    let by_text = json!({"user": USER, "sendMedium": "sms"});
    let body = json!({"sendMedium": "sms", "sentTo": ["+15*******"]});
    world.forgot(&by_text).await.is(200, &body);
    world.post().await;
}

/// Profile `hardened` conceals without being told.
#[rekey_test::on_a_database]
async fn the_hardened_profile_conceals(db: PgPool) {
    let setting = Setting {
        tenant: TENANT.replace("[mail]", "profile = \"hardened\"\n[mail]"),
        ..Setting::default()
    };
    let world = World::with(db, setting).await;
    world.forgot(&json!({"user": "nobody"})).await.is_empty(204);
    assert!(world.post().await.is_empty());
}

/// 8.5: every key that is not good is one, and none is echoed. (T-15.)
#[rekey_test::on_a_database]
async fn keys_that_are_not_good_are_alike(db: PgPool) {
    let world = World::new(db).await;
    let key = world.recovery_key(USER).await;
    let nobodys = "0".repeat(64);
    let long = "a".repeat(4000);
    let upper = format!("{key}0");
    for bad in [nobodys.as_str(), "x", "..%2F", "%C3%A9", &long, &upper] {
        is_a_dead_key(&world.data_for_change(&format!("key={bad}")).await);
        is_a_dead_key(
            &world
                .recover(&json!({"key": bad, "newPassword": "short"}))
                .await,
        );
    }
    assert_eq!(
        world.data_for_change(&format!("key={key}")).await.status,
        200
    );
}
