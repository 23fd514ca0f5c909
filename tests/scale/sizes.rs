//! What an account and a recovery leave behind: what docs/scaling.md multiplies.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, PgPool};

use crate::furnish::{body, furnish, path};
use crate::harness::binary::Setup;
use crate::harness::keepalive::{Connection, post};
use crate::harness::smtp::{Mode, SmtpServer};

const PEOPLE: usize = 20_000;
const RECOVERIES: usize = 4_000;
/// A hash at the default costs; nobody signs in with it.
const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$\
                    MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI";

/// Bytes of tables with their indexes.
async fn bytes(db: &PgPool, tables: &[&str]) -> i64 {
    let mut sum = 0;
    for table in tables {
        let query = format!("select pg_total_relation_size('{table}')");
        let size: i64 = sqlx::query_scalar(AssertSqlSafe(query))
            .fetch_one(db)
            .await
            .unwrap();
        sum += size;
    }
    sum
}

/// Bytes of the log that a standby is sent.
async fn log(db: &PgPool) -> i64 {
    let query = "select (pg_current_wal_lsn() - '0/0')::bigint";
    sqlx::query_scalar(query).fetch_one(db).await.unwrap()
}

#[rekey_test::on_an_empty_database]
async fn what_is_left_behind(db: PgPool) {
    let mail = SmtpServer::start(Mode::Plain).await;
    let setup = Setup::new(&db)
        .without_limits()
        .set("REKEY__LOG__LEVEL", "info,rekey::api=warn")
        .set(
            "REKEY__MAIL__SMTP_URL",
            format!("smtp://127.0.0.1:{}", mail.port()),
        );
    let people = (0..PEOPLE).fold(String::new(), |mut people, n| {
        writeln!(
            people,
            r#"{{"login":"Person{n:05}","email":"person{n:05}@domain.example","name":"Person Number {n:05}","passwords":{{"login":{{"hash":"{HASH}"}}}}}}"#
        )
        .unwrap();
        people
    });
    let key = furnish(&setup, &people).await;
    let accounts = bytes(&db, &["account", "identifier", "password"]).await;
    let trail = [
        "audit_event",
        "audit_seal",
        "audit_unsealed",
        "recovery_token",
    ];
    let (before, log_before) = (bytes(&db, &trail).await, log(&db).await);

    let server = setup.serve("server").await;
    let (url, began) = (server.url.clone(), Instant::now());
    let asking = tokio::task::spawn_blocking(move || {
        let mut connection = Connection::open(&url);
        for number in 0..RECOVERIES {
            let operation = "resetPasswordRequest";
            let body = body(operation, &format!("Person{number:05}")).to_string();
            let text = post(&path(operation), &[("authorization", &key)], &body);
            assert_eq!(connection.exchange(&text).0, 204);
        }
    });
    asking.await.unwrap();
    mail.received(RECOVERIES).await;
    let took = began.elapsed();
    // What was done is sealed a little later.
    let mut tick = tokio::time::interval(Duration::from_millis(200));
    let unsealed = "select count(*) from audit_unsealed";
    while sqlx::query_scalar::<_, i64>(unsealed)
        .fetch_one(&db)
        .await
        .unwrap()
        > 0
    {
        tick.tick().await;
    }
    let (after, log_after) = (bytes(&db, &trail).await, log(&db).await);
    let each = |bytes: i64, number: usize| bytes as f64 / number as f64;
    println!(
        "an account: {:.0} bytes in tables and indexes; a recovery: {:.0} bytes in trail and tokens, {:.0} \
         bytes of log; one server asked, sent and was told of {:.0} letters a second",
        each(accounts, PEOPLE),
        each(after - before, RECOVERIES),
        each(log_after - log_before, RECOVERIES),
        RECOVERIES as f64 / took.as_secs_f64(),
    );
    assert!(accounts > 0 && after > before);
    assert_eq!(server.stop().await, Some(0));
}
