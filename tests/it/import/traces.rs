//! Nobody takes an account over by an import without a trace on it: an event for each account that was
//! there, and a letter to where its mail went before.

use std::collections::BTreeMap;
use std::io::Cursor;

use rekey::domain::digest::Keyring;
use rekey::domain::limit::Rate;
use rekey::operator::{BadLine, End, Import, Operator, OperatorParts};
use rekey::recovery::{Clock, Entropy};
use serde_json::{Value, json};
use sqlx::PgPool;
use time::Duration;
use time::macros::datetime;
use zeroize::Zeroizing;

use super::harness::{HASH, OTHER_HASH, World, lines};
use super::hashes::SHA512;
use crate::harness::World as Service;

const ANN: &str = r#"{"login":"Ann","email":"ann@b.example","phone":"+15145550100","name":"Ann","language":"fr","securityQuestion":"Pet?","securityAnswer":"Rex of Kent","passwords":{"login":{"value":"Qwerty-1234"},"pin":{"hash":"HASH"}}}"#;

fn ann() -> String {
    ANN.replace("HASH", HASH)
}

/// What the trail of each account says of imports.
async fn events(world: &World) -> BTreeMap<String, Vec<Value>> {
    let rows: Vec<(String, Value)> = sqlx::query_as(
        "select login, detail from audit_event join account using (tenant_id, account_id)
        where action = 'account.changed-by-import' and outcome = 'done' order by event_id",
    )
    .fetch_all(&world.db)
    .await
    .unwrap();
    rows.into_iter()
        .fold(BTreeMap::new(), |mut all, (login, detail)| {
            all.entry(login).or_insert_with(Vec::new).push(detail);
            all
        })
}

/// Whom letters are promised to.
async fn told(world: &World) -> Vec<String> {
    sqlx::query_scalar("select work ->> 'to' from job where work ->> 'job' = 'imported' order by 1")
        .fetch_all(&world.db)
        .await
        .unwrap()
}

#[rekey_test::on_a_database]
async fn whatever_says_who_gets_in_leaves_a_trace_on_the_account(db: PgPool) {
    let world = World::new(db).await;
    let rita = r#"{"login":"Rita","role":"broker"}"#;
    let report = world.import(&format!("{}\n{rita}", ann())).await;
    assert_eq!(report.told, 0, "a new account is told nothing");
    assert!(events(&world).await.is_empty() && told(&world).await.is_empty());

    let part = |name: &str| json!({ "changed": [name], "passwords": [] });
    let password = |name: &str| json!({ "changed": [], "passwords": [name] });
    let status = json!({
        "changed": ["status"], "passwords": [], "was": "active", "status": "disabled",
    });
    let changes = [
        (r#""email":"thief@b.example""#.to_owned(), part("email"), 1),
        (r#""email":null"#.to_owned(), part("email"), 1),
        (r#""phone":"+15145550199""#.to_owned(), part("phone"), 1),
        (
            r#""securityQuestion":"Pet?","securityAnswer":"Tom of Kent""#.to_owned(),
            part("securityQuestion"),
            1,
        ),
        (r#""status":"disabled""#.to_owned(), status, 1),
        (
            r#""passwords":{"login":{"value":"Gone-Astray-26!"}}"#.to_owned(),
            password("login"),
            1,
        ),
        (
            format!(r#""passwords":{{"pin":{{"hash":"{OTHER_HASH}"}}}}"#),
            password("pin"),
            1,
        ),
        // On record, and nothing that its owner has to know.
        (r#""role":"administrator""#.to_owned(), part("role"), 0),
        (r#""broker":"rita""#.to_owned(), part("broker"), 0),
        (r#""userType":"EzsignUser""#.to_owned(), part("userType"), 0),
    ];
    for (change, detail, letters) in changes {
        world.import(&ann()).await;
        world
            .execute("update account set status = 'active', role = 'member', broker_id = null, user_type = 'Native' where login = 'Ann'")
            .await;
        world.execute("delete from job").await;
        let before = events(&world).await.remove("Ann").unwrap_or_default().len();
        // Events sort by their moment.
        world.hand.turn(Duration::SECOND);
        let report = world
            .import(&format!(r#"{{"login":"Ann",{change}}}"#))
            .await;
        assert_eq!(report.told, letters, "{change}");
        let expected = vec!["ann@b.example".to_owned(); usize::try_from(letters).unwrap()];
        assert_eq!(told(&world).await, expected, "{change}");
        let after = events(&world).await.remove("Ann").unwrap();
        assert_eq!(after[before..], [detail], "{change}");
    }
    // What says nothing about who gets in is written down for all accounts together, as ever.
    world.import(&ann()).await;
    let before = events(&world).await;
    let other = r#"{"login":"Ann","name":"Anna","language":"es"}"#;
    assert_eq!(world.import(other).await.told, 0);
    assert_eq!(events(&world).await, before);
}

/// Several changes of one account are one event and one letter; and a dry run says how many, and
/// leaves nothing.
#[rekey_test::on_a_database]
async fn an_import_tells_each_account_once_and_a_dry_run_says_how_many(db: PgPool) {
    let world = World::new(db).await;
    let people = format!(
        "{}\n{{\"login\":\"Bob\",\"email\":\"bob@b.example\"}}",
        ann()
    );
    world.import(&people).await;
    let theft = r#"{"login":"Ann","email":"thief@b.example","phone":null,"passwords":{"login":{"value":"Gone-Astray-26!"},"pin":{"value":"Gone-Astray-27!"}}}
{"login":"Bob","email":"bob@b.example"}
{"login":"New","email":"new@b.example"}"#;
    let before = world.everything().await;
    let dry = Import {
        end: End::TakeBack,
        ..Import::default()
    };
    assert_eq!(world.take(theft, dry).await.unwrap().told, 1);
    assert_eq!(world.everything().await, before);
    world.hand.turn(Duration::SECOND);
    assert_eq!(world.import(theft).await.told, 1);
    assert_eq!(told(&world).await, ["ann@b.example"]);
    let detail = json!({ "changed": ["email", "phone"], "passwords": ["login", "pin"] });
    let events = events(&world).await;
    assert_eq!(events["Ann"], [detail]);
    assert_eq!(events.len(), 1, "{events:?}");
    let summary = world
        .value("select detail -> 'told' from audit_event where action = 'accounts.imported' order by event_id desc limit 1")
        .await;
    assert_eq!(summary, json!(1));
}

/// What is in the file already changes nothing, in clear too, and tells nobody.
#[rekey_test::on_a_database]
async fn a_file_that_changes_nothing_leaves_no_trace(db: PgPool) {
    let world = World::new(db).await;
    let weak = json!({
        "login": "Weak", "email": "weak@b.example",
        "passwords": {"login": {"hash": format!("$6$saltsalt${SHA512}")}},
    });
    let file = format!("{}\n{weak}", ann());
    world.import(&file).await;
    let before = world.everything().await;
    world.hand.turn(Duration::HOUR);
    let report = world.import(&file).await;
    assert_eq!(
        (
            report.unchanged,
            report.updated,
            report.passwords,
            report.told
        ),
        (2, 0, 0, 0)
    );
    let mut after = world.everything().await;
    assert_eq!(after[5], json!(2), "one more line for all of it");
    after[5] = json!(1);
    assert_eq!(after, before);
}

/// Nor does it after the secret keys were replaced, of which the salt of a wrapping is made.
#[rekey_test::on_a_database]
async fn a_weak_hash_is_the_same_after_the_secret_keys_were_replaced(db: PgPool) {
    let world = World::new(db).await;
    let line = json!({
        "login": "Weak", "email": "weak@b.example",
        "passwords": {"login": {"hash": format!("$6$saltsalt${SHA512}")}},
    });
    let line = line.to_string();
    assert_eq!(world.import(&line).await.passwords, 1);
    let (clock, _) = Clock::stopped_at(datetime!(2026-01-02 12:00 UTC));
    let replaced = Operator::new(OperatorParts {
        db: world.db.clone(),
        clock,
        entropy: Entropy::seeded(9),
        keys: Keyring::new(vec![Zeroizing::new([8; 32]), Zeroizing::new([7; 32])]).unwrap(),
        hasher: Some(world.hasher.clone()),
    });
    let mut note = |bad: BadLine| panic!("{bad:?}");
    let file = Cursor::new(line);
    let report = replaced
        .import_accounts(&world.tenant, file, &mut note)
        .await;
    let report = report.unwrap();
    assert_eq!((report.unchanged, report.passwords, report.told), (1, 0, 0));
}

/// A server that is told what it may send spreads the letters of a big import, and is not behind with
/// those whose turn is still to come; nor are they retried before it.
#[rekey_test::on_a_database]
async fn letters_of_a_big_import_leave_room_for_others(db: PgPool) {
    let service = Service::new(db).await;
    let operator = service.operator.clone().mailing(Rate {
        times: 100,
        per: Duration::HOUR,
    });
    let people = |domain: &str| {
        lines(10_200, |n| {
            format!(r#"{{"login":"user{n}","email":"user{n}@{domain}"}}"#)
        })
    };
    let import = async |file: String| {
        let mut note = |bad: BadLine| panic!("{bad:?}");
        let file = Cursor::new(file);
        let done = operator.import_accounts(&service.tenant, file, &mut note);
        done.await.unwrap()
    };
    assert_eq!(import(people("old.example")).await.told, 0);
    assert_eq!(import(people("new.example")).await.told, 10_200);
    let events = "select count(distinct account_id) from audit_event \
                  where action = 'account.changed-by-import'";
    assert_eq!(service.count(events).await, 10_200);
    let due = "select count(*) from job where due_at <= '2026-01-01T12:59:59Z'";
    assert_eq!(service.count(due).await, 50);
    let health = service.recovery.upkeep.health().await.unwrap();
    assert!(health.is_ready(), "{health:?}");
    assert_eq!(health.mail.waiting, 1);
    assert_eq!(operator.retry_jobs(None).await.unwrap(), 0);

    let letters = service.post().await;
    assert_eq!(letters.len(), 1);
    assert!(letters[0].to.as_str().ends_with("@old.example"));
    // Whoever asks for a link now has it now.
    let link = service.reset_link().await;
    assert!(link.contains("token="));
    service.hand.turn(Duration::HOUR);
    assert_eq!(service.post().await.len(), 50);
}

/// The letter says what changed, to whom it concerns, and where to ask; it holds neither the new address
/// nor a link.
#[rekey_test::on_a_database]
async fn the_old_address_is_told_of_a_change_by_import(db: PgPool) {
    let world = Service::new(db).await;
    let theft = r#"{"login":"JohnDoe","email":"thief@evil.example","passwords":{"login":{"value":"Thief-2026-x"}}}"#;
    world.import_and_tell(theft).await;
    let letters = world.post().await;
    assert_eq!(letters.len(), 1);
    let letter = &letters[0];
    assert_eq!(letter.to.as_str(), "example@domain.com");
    let text = &*letter.content.text;
    assert!(text.contains("The e-mail address."), "{text}");
    assert!(text.contains("The one you had no longer works."), "{text}");
    assert!(
        !text.contains("evil.example") && !text.contains("http"),
        "{text}"
    );
    world.import_and_tell(theft).await;
    assert!(world.post().await.is_empty());
}

/// Whoever's account is not in use gets no mail, but for the news that it was taken out of use.
#[rekey_test::on_a_database]
async fn only_an_account_in_use_is_told_or_one_that_was_disabled_by_it(db: PgPool) {
    let world = Service::new(db).await;
    let import = async |line: &str| {
        world.import_and_tell(line).await;
        let letters = world.post().await;
        letters
            .iter()
            .map(|letter| letter.to.as_str().to_owned())
            .collect::<Vec<_>>()
    };
    let none = Vec::<String>::new();
    let new = r#"{"login":"Disabled","email":"other@domain.example"}"#;
    assert_eq!(import(new).await, none, "it was disabled before");
    let enabled = r#"{"login":"Disabled","status":"active"}"#;
    assert_eq!(import(enabled).await, ["other@domain.example"]);
    let both = r#"{"login":"Disabled","status":"disabled","email":"third@domain.example"}"#;
    assert_eq!(import(both).await, ["other@domain.example"]);
    let pending = r#"{"login":"JohnDoe","status":"pending"}"#;
    assert_eq!(import(pending).await, none);
    let mailless = r#"{"login":"Mailless","email":"first@domain.example"}"#;
    assert_eq!(import(mailless).await, none, "there was nowhere to tell it");

    // It was disabled after the letter was promised.
    world
        .import_and_tell(r#"{"login":"Ezra","phone":"+15145550177"}"#)
        .await;
    world
        .operator
        .disable_account(&world.tenant, "Ezra")
        .await
        .unwrap();
    assert!(world.post().await.is_empty());
}

/// Keys that stand for an account are on its trail, and `account show` has the last of it.
#[rekey_test::on_a_database]
async fn operators_who_change_an_account_leave_a_trace_on_it(db: PgPool) {
    let world = World::new(db).await;
    world.import(&ann()).await;
    let (operator, tenant) = (&world.operator, &world.tenant);
    let pair = operator.create_consumer(tenant, "Ann", None).await.unwrap();
    let client = operator.create_access_client(tenant, "Ann", None).await;
    let client = client.unwrap();
    operator.revoke_key(tenant, pair.key_id).await.unwrap();
    operator.revoke_key(tenant, client.key_id).await.unwrap();
    operator.disable_account(tenant, "Ann").await.unwrap();
    operator.enable_account(tenant, "Ann").await.unwrap();
    operator.unblock_account(tenant, "Ann", None).await.unwrap();
    operator.sign_out_account(tenant, "Ann").await.unwrap();
    world.hand.turn(Duration::SECOND);
    world
        .import(r#"{"login":"Ann","email":"thief@b.example"}"#)
        .await;
    let sheet = operator.show_account(tenant, "Ann").await.unwrap();
    let mut shown: Vec<_> = sheet
        .events
        .iter()
        .map(|event| event.action.as_str())
        .collect();
    assert_eq!(shown[0], "account.changed-by-import");
    assert_eq!(sheet.events[0].detail["changed"], json!(["email"]));
    shown.sort_unstable();
    assert_eq!(
        shown,
        [
            "account.changed-by-import",
            "account.disabled",
            "account.enabled",
            "account.signed-out-by-operator",
            "account.unlocked-by-operator",
            "key.created",
            "key.created",
            "key.revoked",
            "key.revoked",
        ]
    );
}
