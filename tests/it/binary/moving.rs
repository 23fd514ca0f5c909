//! Accounts in and out by the real commands, also when an import is killed.

use std::fmt::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use sqlx::PgPool;

use crate::harness::binary::Setup;
use crate::harness::world::TENANT;

/// Commands on a database with a tenant.
async fn setup(db: &PgPool) -> Setup {
    let setup = Setup::new(db);
    let file = put(&setup, "tenant.toml", TENANT);
    setup.run(&["tenant", "apply", &file]).await;
    setup
}

fn put(setup: &Setup, name: &str, text: &str) -> String {
    let path: PathBuf = setup.folder().path().join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

async fn import(setup: &Setup, file: &str, more: &[&str]) -> Value {
    let arguments = ["account", "import", file, "--tenant", "demo", "--json"];
    let said = setup.run(&[&arguments, more].concat()).await;
    serde_json::from_str(&said).unwrap()
}

async fn export(setup: &Setup, more: &[&str]) -> String {
    let arguments = ["account", "export", "--tenant", "demo"];
    setup.run(&[&arguments, more].concat()).await
}

const PEOPLE: &str = r"login,email,name,passwords.login.hash
Ann,ann@hashes.example,Ann,$2y$05$1lKnym8zR0swwnLSeLvi7ejBI/8Fufm8.Z8Se/VjzaZeb8GeFnTMu
Bob,bob@hashes.example,Bob,$2y$10$/hePUDK1gkkK4n1.06cv5.aGvmanmBBFCQwMtPEofhgqNb0G/xTda
";

#[rekey_test::on_a_database]
async fn accounts_go_in_as_csv_and_out_as_json_lines_and_in_again(db: PgPool) {
    let setup = setup(&db).await;
    let csv = put(&setup, "people.CSV", PEOPLE);
    let report = json!({
        "lines": 2, "created": 2, "updated": 0, "unchanged": 0, "passwords": 2,
        "hashes": {"bcrypt": 2}, "wrapped": 1, "contacts": 0, "cleaned": 0, "dryRun": true,
    });
    assert_eq!(import(&setup, &csv, &["--dry-run"]).await, report);
    assert_eq!(export(&setup, &[]).await, "");
    let mut done = report;
    done["dryRun"] = false.into();
    let copy = put(&setup, "people.txt", PEOPLE);
    assert_eq!(import(&setup, &copy, &["--format", "csv"]).await, done);

    let exported = export(&setup, &["--with-hashes"]).await;
    assert!(exported.contains("$rekey-wrap$v=1,l=23$2b$05$1lKnym8zR0swwnLSeLvi7e$argon2id$"));
    let out = put(&setup, "out.jsonl", &exported);
    let report = import(&setup, &out, &[]).await;
    assert_eq!(report["unchanged"], 2, "{report}");
    let plain = export(&setup, &[]).await;
    assert!(
        !plain.contains('$') && !plain.contains("password"),
        "{plain}"
    );
    let trail: Vec<Value> = sqlx::query_scalar(
        "select detail - 'by' from audit_event where action = 'accounts.exported' order by event_id",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    let flags = [false, true, false].map(|hashes| json!({ "hashes": hashes }));
    assert_eq!(trail, flags);
}

/// A person who reads along sees lines, not a torn bar; and the report says that it was a dry run.
#[rekey_test::on_a_database]
async fn no_bar_is_drawn_where_there_is_no_terminal(db: PgPool) {
    let setup = setup(&db).await;
    let csv = put(&setup, "people.csv", PEOPLE);
    let arguments = ["account", "import", &csv, "--tenant", "demo", "--dry-run"];
    let output = setup.command(&arguments).output().await.unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    let said = "2 lines: 2 accounts created, 0 updated, 0 unchanged; 2 passwords set.\n\
                Hashes: 2 bcrypt; weak ones that rest wrapped in argon2id: 1.\n\
                This was a dry run: nothing was imported.\n";
    assert_eq!(String::from_utf8(output.stdout).unwrap(), said);
}

/// A question about the database whose answer changes while an import runs.
const STAGES: [(&str, &str); 3] = [
    (
        "its turn is taken",
        "select count(*) > 0 from pg_locks where locktype = 'advisory' and database =
            (select oid from pg_database where datname = current_database())",
    ),
    (
        "lines are staged",
        "select pg_relation_size('account_import') > 1000000",
    ),
    (
        "accounts are made",
        "select pg_relation_size('account') > 1000000",
    ),
];

const OTHERS: &str = "select count(*) = 0 from pg_locks where locktype = 'advisory' and database =
    (select oid from pg_database where datname = current_database())";

async fn is_so(db: &PgPool, question: &'static str) -> bool {
    sqlx::query_scalar(question).fetch_one(db).await.unwrap()
}

async fn until(db: &PgPool, question: &'static str) {
    let mut tick = tokio::time::interval(Duration::from_millis(5));
    let waiting = async {
        while !is_so(db, question).await {
            tick.tick().await;
        }
    };
    let patience = Duration::from_mins(2);
    tokio::time::timeout(patience, waiting)
        .await
        .expect(question);
}

/// Killed at any point, an import leaves nothing, and the next one does it all.
#[rekey_test::on_a_database]
async fn a_killed_import_leaves_nothing(db: PgPool) {
    let setup = setup(&db).await;
    let mut text = String::new();
    for n in 0..30_000 {
        let digest = format!("{n:0>42}A");
        writeln!(
            text,
            r#"{{"login":"p{n}","email":"p{n}@hashes.example","passwords":{{"login":{{"hash":"$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ${digest}"}}}}}}"#
        )
        .unwrap();
    }
    let file = put(&setup, "people.jsonl", &text);
    for (stage, question) in STAGES {
        let arguments = ["account", "import", &file, "--tenant", "demo"];
        let mut child = setup
            .command(&arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        until(&db, question).await;
        child.start_kill().unwrap();
        let status = child.wait().await.unwrap();
        assert_eq!(status.signal(), Some(9), "it was over before {stage}");
        // Postgres sees the end of its client, and takes back what it did.
        until(&db, OTHERS).await;
        for table in [
            "select count(*) = 0 from account",
            "select count(*) = 0 from identifier",
            "select count(*) = 0 from password",
            "select count(*) = 0 from account_import",
            "select count(*) = 0 from password_import",
            "select count(*) = 0 from audit_event where action = 'accounts.imported'",
        ] {
            assert!(is_so(&db, table).await, "when {stage}: {table}");
        }
        // What was staged and taken back takes room until it is vacuumed; the next stage looks at that.
        for vacuum in ["vacuum full account_import", "vacuum full account"] {
            sqlx::query(vacuum).execute(&db).await.unwrap();
        }
    }
    let report = import(&setup, &file, &[]).await;
    assert_eq!(
        (&report["created"], &report["passwords"]),
        (&json!(30_000), &json!(30_000))
    );
}
