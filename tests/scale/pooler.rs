//! PgBouncer in transaction mode, as deploy/postgres has it, with fewer sessions than it has clients.

use serde_json::Value;
use sqlx::PgPool;
use tokio::process::Child;

use crate::harness::binary::{Setup, database_url};
use crate::harness::folder::Folder;
use crate::pair::Pair;
use crate::program::{self, configuration, opened};
use crate::proxy::free_port;

struct Pooler {
    _child: Child,
    url: String,
    _folder: Folder,
}

/// Starts PgBouncer before the database of a test.
async fn pooler(db: &PgPool, changes: &[(&str, &str)]) -> Pooler {
    let (folder, port) = (Folder::new(), free_port());
    let home = folder.path().join("pgbouncer");
    program::folder(&home);
    let options = db.connect_options();
    let place = options.get_socket().unwrap();
    let url: url::Url = database_url(db).parse().unwrap();
    let behind = format!(
        "rekey = host={} port={} dbname={} user={} password={}",
        place.display(),
        options.get_port(),
        options.get_database().unwrap(),
        options.get_username(),
        url.password().unwrap(),
    );
    let port_line = format!("listen_port = {port}");
    let own = [
        ("rekey = host=127.0.0.1 port=5000 dbname=rekey", &*behind),
        ("listen_port = 6432", &port_line),
        // Whoever asks is let in, as the user above.
        ("auth_type = scram-sha-256", "auth_type = any"),
        (
            "auth_file = /etc/pgbouncer/userlist.txt",
            "unix_socket_dir =",
        ),
        ("default_pool_size = 16", "default_pool_size = 6"),
    ];
    let text = configuration("pgbouncer.ini", &[&own[..], changes].concat());
    std::fs::write(home.join("pgbouncer.ini"), text).unwrap();
    let program = std::env::var("REKEY_PGBOUNCER");
    let program = program.as_deref().unwrap_or("/usr/sbin/pgbouncer");
    let child = program::start(program, &["pgbouncer.ini"], &home);
    opened(port).await;
    Pooler {
        _child: child,
        url: format!("postgres://rekey@127.0.0.1:{port}/rekey"),
        _folder: folder,
    }
}

/// What the doctor finds of the pooler: its state, and what it says.
async fn found(setup: &Setup) -> (String, String) {
    let output = setup.command(&["doctor", "--json"]).output().await.unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let pooler = findings.iter().find(|found| found["check"] == "pooler");
    let pooler = pooler.unwrap_or_else(|| panic!("{report:#}"));
    (
        pooler["state"].as_str().unwrap().to_owned(),
        pooler.to_string(),
    )
}

/// More servers than it has sessions, restarted under load: each start takes its turn at migrations.
#[rekey_test::on_an_empty_database]
async fn behind_a_pooler_nothing_fails(db: PgPool) {
    let pooler = pooler(&db, &[]).await;
    let setup = Setup::new(&db).set("DATABASE_URL", pooler.url.clone());
    let pair = Pair::start(setup, &[]).await;
    let (state, said) = found(&pair.setup).await;
    assert_eq!(state, "ok", "{said}");
    assert!(said.contains("lends sessions for a transaction"), "{said}");
    pair.under_load("behind PgBouncer", async |pair| {
        pair.restart_in_turn().await;
        pair.setup.run(&["migrate"]).await;
    })
    .await;
    let locks = "select count(*) from pg_locks where locktype = 'advisory' \
                 and database = (select oid from pg_database where datname = current_database())";
    let left: i64 = sqlx::query_scalar(locks).fetch_one(&db).await.unwrap();
    assert_eq!(left, 0, "locks that nobody will give back");
}

#[rekey_test::on_an_empty_database]
async fn a_pooler_that_loses_statements_is_named(db: PgPool) {
    let changes = [(
        "max_prepared_statements = 200",
        "max_prepared_statements = 0",
    )];
    let pooler = pooler(&db, &changes).await;
    let setup = Setup::new(&db).set("DATABASE_URL", pooler.url.clone());
    let (state, said) = found(&setup).await;
    assert_eq!(state, "fail", "{said}");
    assert!(said.contains("max_prepared_statements"), "{said}");
}

/// Any version can lend sessions for as long as a connection lasts.
#[rekey_test::on_an_empty_database]
async fn a_pooler_in_session_mode_is_as_good_as_none(db: PgPool) {
    let changes = [
        ("pool_mode = transaction", "pool_mode = session"),
        ("max_prepared_statements = 200", ""),
        ("default_pool_size = 6", "default_pool_size = 40"),
    ];
    let pooler = pooler(&db, &changes).await;
    let setup = Setup::new(&db).set("DATABASE_URL", pooler.url.clone());
    let pair = Pair::start(setup, &[]).await;
    assert_eq!(found(&pair.setup).await.0, "ok");
    pair.under_load("behind PgBouncer in session mode", async |pair| {
        pair.restart_in_turn().await;
    })
    .await;
}
