//! What lines do to accounts that are new, and to those that are there.

use std::io::{BufRead, Cursor, Read, Result as IoResult, Seek, SeekFrom};

use rekey::operator::ImportError;
use serde_json::{Value, json};
use sqlx::PgPool;
use time::Duration;

use super::harness::{HASH, World, lines, tenant_file};

const EVERYTHING: &str = r#"{"login":"JohnDoe","userType":"EzsignUser","email":"John@Domain.example","phone":"+1 (514) 555-0100","name":" John Doe ","language":"fr","role":"administrator","broker":"rita","status":"blocked","identifiers":["login","email"],"securityQuestion":"First pet?","securityAnswer":"  RÉX OF KENT ","passwords":{"login":{"value":"Qwerty1234!"},"pin":{"hash":"HASH"}}}"#;

/// What a row says about these columns.
fn part(row: &Value, columns: &[&str]) -> Value {
    columns.iter().map(|column| row[*column].clone()).collect()
}

const TEXTS: [&str; 11] = [
    "login",
    "user_type",
    "email",
    "email_key",
    "phone",
    "name",
    "language",
    "role",
    "status",
    "security_question",
    "created_at",
];

#[rekey_test::on_a_database]
async fn a_line_may_say_everything_or_next_to_nothing(db: PgPool) {
    let world = World::new(db).await;
    let everything = EVERYTHING.replace("HASH", HASH);
    let file = format!("\u{feff}{everything}\r\n\n  \n{{\"login\":\"Rita\",\"role\":\"broker\"}}");
    let report = world.import(&file).await;
    let expected = json!({
        "lines": 2, "created": 2, "updated": 0, "unchanged": 0, "passwords": 2,
        "schemes": {"argon2id": 1}, "wrapped": 0, "told": 0, "contactCount": 0, "contacts": [],
        "cleanedCount": 0, "cleaned": [],
    });
    assert_eq!(serde_json::to_value(report).unwrap(), expected);

    let john = world.account("johndoe").await;
    let now = "2026-01-01T12:00:00+00:00";
    let expected = json!([
        "JohnDoe",
        "EzsignUser",
        "John@Domain.example",
        "john@domain.example",
        "+15145550100",
        "John Doe",
        "fr",
        "administrator",
        "blocked",
        "First pet?",
        now
    ]);
    assert_eq!(part(&john, &TEXTS), expected);
    let rita = world.account("rita").await;
    let expected = json!([
        "Rita", "Native", null, null, null, null, null, "broker", "active", null, now
    ]);
    assert_eq!(part(&rita, &TEXTS), expected);
    assert_eq!(john["broker_id"], rita["account_id"]);
    assert_eq!(john["reference"].as_str().unwrap().len(), 20);
    let answer = john["security_answer_hash"].as_str().unwrap();
    assert!(world.verifies(answer, "réx of kent").await);
    assert!(world.opens("johndoe", "login", "Qwerty1234!").await);
    let pin = world.password("johndoe", "pin").await;
    let facts = [
        "hash",
        "standing",
        "set_at",
        "changed_at",
        "failures",
        "disabled_at",
    ];
    assert_eq!(part(&pin, &facts), json!([HASH, "set", now, now, 0, null]));
    let found = [
        "email john@domain.example -> JohnDoe",
        "login johndoe -> JohnDoe",
        "login rita -> Rita",
    ];
    assert_eq!(world.identifiers().await, found);
    let audited = world
        .value("select jsonb_agg(outcome || ' ' || detail::text) from audit_event where action = 'accounts.imported'")
        .await;
    assert_eq!(
        audited,
        json!([r#"done {"told": 0, "lines": 2, "created": 2, "updated": 0, "passwords": 2}"#])
    );
}

#[rekey_test::on_a_database]
async fn what_a_line_leaves_out_stays_and_null_clears(db: PgPool) {
    let world = World::new(db).await;
    world
        .import(&(EVERYTHING.replace("HASH", HASH) + "\n{\"login\":\"Rita\",\"role\":\"broker\"}"))
        .await;
    let before = world.account("johndoe").await;
    world.hand.turn(Duration::HOUR);

    let report = world.import(r#"{"login":"JOHNDOE"}"#).await;
    assert_eq!((report.updated, report.unchanged), (1, 0));
    let mut expected = before.clone();
    expected["login"] = json!("JOHNDOE");
    expected["updated_at"] = json!("2026-01-01T13:00:00+00:00");
    assert_eq!(world.account("johndoe").await, expected);
    assert_eq!(world.identifiers().await.len(), 3);

    let report = world
        .import(
            r#"{"login":"JOHNDOE","email":null,"phone":null,"name":null,"language":null,"broker":null,"securityQuestion":null,"securityAnswer":null,"role":"member","status":"active","userType":"Native"}"#,
        )
        .await;
    assert_eq!((report.updated, report.passwords), (1, 0));
    let after = world.account("johndoe").await;
    let expected = json!([
        "JOHNDOE",
        "Native",
        null,
        null,
        null,
        null,
        null,
        "member",
        "active",
        null,
        "2026-01-01T12:00:00+00:00"
    ]);
    assert_eq!(part(&after, &TEXTS), expected);
    assert_eq!(
        part(&after, &["broker_id", "security_answer_hash"]),
        json!([null, null])
    );
    assert_eq!(after["account_id"], before["account_id"]);
    assert_eq!(after["reference"], before["reference"]);
    let found = ["login johndoe -> JOHNDOE", "login rita -> Rita"];
    assert_eq!(world.identifiers().await, found);
    assert!(world.opens("johndoe", "login", "Qwerty1234!").await);
}

#[rekey_test::on_a_database]
async fn a_report_tells_new_changed_and_unchanged_apart(db: PgPool) {
    let world = World::new(db).await;
    let first = r#"{"login":"Ann","name":"Ann"}
{"login":"Bob","email":"bob@b.example"}
{"login":"Cid","passwords":{"pin":{"hash":"HASH"}}}
{"login":"Dee"}"#
        .replace("HASH", HASH);
    world.import(&first).await;
    let second = r#"{"login":"Eve"}
{"login":"Ann","name":"Anne"}
{"login":"Bob","identifiers":["email"]}
{"login":"Cid","passwords":{"pin":{"value":"a new one"}}}
{"login":"Dee","name":null}"#;
    let report = world.import(second).await;
    let counts = (
        report.lines,
        report.created,
        report.updated,
        report.unchanged,
        report.passwords,
    );
    assert_eq!(counts, (5, 1, 3, 1, 1));
}

#[rekey_test::on_a_database]
async fn a_broker_may_come_later_or_be_there_already(db: PgPool) {
    let world = World::new(db).await;
    world
        .import(
            r#"{"login":"Ann","broker":"RITA"}
{"login":"Rita","role":"broker","broker":"Boss"}
{"login":"Boss","role":"broker"}"#,
        )
        .await;
    let rita = world.account("rita").await;
    assert_eq!(world.account("ann").await["broker_id"], rita["account_id"]);
    assert_eq!(rita["broker_id"], world.account("boss").await["account_id"]);
    world
        .import("{\"login\":\"Bob\",\"broker\":\"rita\"}\n{\"login\":\"Ann\",\"broker\":\"New\"}\n{\"login\":\"New\",\"role\":\"broker\"}")
        .await;
    assert_eq!(world.account("bob").await["broker_id"], rita["account_id"]);
    let new = world.account("new").await;
    assert_eq!(world.account("ann").await["broker_id"], new["account_id"]);

    let bad = world.refuse(r#"{"login":"Rita","role":"member"}"#).await;
    let message = "`role` must stay broker: accounts that are not in the file have this broker";
    assert_eq!(bad, [(1, message.to_owned())]);
    let mut file =
        "{\"login\":\"Rita\",\"role\":\"member\"}\n{\"login\":\"Bob\",\"broker\":\"rita\"}";
    let message = "`broker` does not have the role broker".to_owned();
    assert_eq!(world.refuse(file).await, [(2, message)]);
    file = "{\"login\":\"Rita\",\"role\":\"member\"}\n{\"login\":\"Bob\",\"broker\":null}";
    world.import(file).await;
}

#[rekey_test::on_a_database]
async fn two_imports_at_once_take_turns(db: PgPool) {
    let world = World::new(db).await;
    let file = lines(3_000, |n| {
        format!(
            r#"{{"login":"p{n}","email":"p{n}@b.example","passwords":{{"login":{{"hash":"{HASH}"}}}}}}"#
        )
    });
    let (one, two) = tokio::join!(world.import(&file), world.import(&file));
    let mut counts = [(one.created, one.unchanged), (two.created, two.unchanged)];
    counts.sort_unstable();
    assert_eq!(counts, [(0, 3_000), (3_000, 0)]);
}

#[rekey_test::on_a_database]
async fn tenants_do_not_see_each_other(db: PgPool) {
    let world = World::new(db).await;
    let file = r#"{"login":"Ann","email":"a@a.example","identifiers":["login","email"]}"#;
    world.import(file).await;
    let other = tenant_file("other");
    world.operator.apply_tenant(&other).await.unwrap();
    let other = world.operator.find_tenant("other").await.unwrap();
    let mut note = |bad| panic!("{bad:?}");
    let lines = Cursor::new(file);
    let report = world
        .operator
        .import_accounts(&other, lines, &mut note)
        .await;
    assert_eq!(report.unwrap().created, 1);
    assert_eq!(world.identifiers().await.len(), 4);
}

#[rekey_test::on_a_database]
async fn an_empty_file_imports_nothing(db: PgPool) {
    let world = World::new(db).await;
    let report = world.import("\u{feff}\n \n").await;
    assert_eq!((report.lines, report.created), (0, 0));
}

/// A file that says something else each time it is read.
struct Fickle(Vec<&'static str>, Cursor<&'static str>);

impl Read for Fickle {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        self.1.read(buffer)
    }
}

impl BufRead for Fickle {
    fn fill_buf(&mut self) -> IoResult<&[u8]> {
        self.1.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.1.consume(amount);
    }
}

impl Seek for Fickle {
    fn seek(&mut self, _: SeekFrom) -> IoResult<u64> {
        self.1 = Cursor::new(self.0.remove(0));
        Ok(0)
    }
}

#[rekey_test::on_a_database]
async fn a_file_that_changes_meanwhile_is_not_imported(db: PgPool) {
    let world = World::new(db).await;
    let before = world.everything().await;
    let file = Fickle(vec![r#"{"login":"Ann"}"#, r#"{"login":"#], Cursor::new(""));
    let mut note = |bad| panic!("{bad:?}");
    let done = world
        .operator
        .import_accounts(&world.tenant, file, &mut note);
    assert!(matches!(done.await, Err(ImportError::Changed)));
    assert_eq!(world.everything().await, before);
}
