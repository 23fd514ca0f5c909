//! What the release binary tells by its timing: `make timing`. Not part of `make test`, which holds
//! the same code to exact counts of statements and hashes, and to a short form of this.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "in a test a failed assumption is a failed test, and figures are for people"
)]
#![expect(
    unreachable_pub,
    dead_code,
    unused_imports,
    reason = "the harness is that of the other tests, and offers more than these use"
)]

#[path = "../it/harness/mod.rs"]
mod harness;
mod report;
mod series;

use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use serde_json::Value;
use sqlx::PgPool;

use crate::harness::binary::{Server, Setup};
use crate::harness::smtp::{Mode, SmtpServer};
use crate::harness::whom::{self, PASSWORD, Question, TENANT};
use crate::report::Report;
use crate::series::{Series, take};

/// Applies the tenant, imports everybody, and returns an SSPR key.
async fn furnish(setup: &Setup, db: &PgPool, samples: usize) -> String {
    let file = |name: &str| setup.folder().path().join(name).display().to_string();
    let import = async |lines: &str| {
        setup.folder().write("people.jsonl", lines);
        let people = file("people.jsonl");
        setup
            .run(&["account", "import", &people, "--tenant", "demo"])
            .await;
    };
    setup.folder().write("tenant.toml", TENANT);
    setup.run(&["migrate"]).await;
    setup.run(&["tenant", "apply", &file("tenant.toml")]).await;
    // One hash for all, so that importing them is not an hour of hashing.
    let first = format!(
        "{{\"login\":\"first\",\"passwords\":{{\"login\":{{\"value\":\"{PASSWORD}\"}}}}}}\n"
    );
    import(&first).await;
    let hash: String = sqlx::query_scalar("select hash from password")
        .fetch_one(db)
        .await
        .unwrap();
    import(&whom::people(samples, &hash)).await;
    let blocked = "update password set failures = 100, blocked_forever = true where (tenant_id, account_id) \
                   in (select tenant_id, account_id from account where login like 'bl%')";
    sqlx::raw_sql(blocked).execute(db).await.unwrap();
    sqlx::raw_sql("analyze").execute(db).await.unwrap();
    let create = [
        "key", "create", "--tenant", "demo", "--kind", "sspr", "--json",
    ];
    let made: Value = serde_json::from_str(&setup.run(&create).await).unwrap();
    made["secret"].as_str().unwrap().to_owned()
}

/// Forgets what the last measurement left to do and to count.
async fn clean(db: &PgPool) {
    for statement in ["truncate job", "truncate throttle"] {
        sqlx::raw_sql(statement).execute(db).await.unwrap();
    }
}

async fn start(setup: &Setup, name: &str) -> Server {
    setup.serve(name).await
}

/// R-02, L27 and section 8 of the figures: nobody learns from times who has an account.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_02_times_tell_nobody_who_has_an_account() {
    let samples: usize =
        std::env::var("REKEY_TIMING_SAMPLES").map_or(200, |text| text.parse().unwrap());
    let db = PgPool::connect(&std::env::var("DATABASE_URL").unwrap())
        .await
        .unwrap();
    let mut mail = SmtpServer::start(Mode::Plain).await;
    let setup = Setup::new(&db)
        .without_limits()
        .set("REKEY__LIMITS__LOGIN_PER_ADDRESS", "1000000/hour")
        .set(
            "REKEY__MAIL__SMTP_URL",
            format!("smtp://127.0.0.1:{}", mail.port()),
        );
    let key = furnish(&setup, &db, samples).await;
    let mut dice = ChaCha8Rng::seed_from_u64(2026);
    let mut report = Report::new(samples);
    for is_up in [true, false] {
        if !is_up {
            mail.down().await;
        }
        let mail = if is_up { "mail up" } else { "mail down" };
        for question in Question::REQUESTS {
            clean(&db).await;
            // Cold: a server that has just been started, and names that nobody has asked about yet.
            let server = start(&setup, "cold").await;
            for phase in ["cold", "warm"] {
                let mut series = take(&server.url, question, &key, samples, &mut dice).await;
                report.note(question, &format!("{mail}, {phase}"), &series);
                if !report.holds(question, &series) {
                    series = take(&server.url, question, &key, samples, &mut dice).await;
                    report.note(question, &format!("{mail}, {phase}, again"), &series);
                }
                report.judge(question, &format!("{mail}, {phase}"), &series);
            }
            server.kill().await;
        }
    }
    for question in Question::SIGN_INS {
        clean(&db).await;
        let server = start(&setup, "cold").await;
        for phase in ["cold", "warm"] {
            let mut series = take(&server.url, question, &key, samples, &mut dice).await;
            report.note(question, phase, &series);
            if !report.holds(question, &series) {
                series = take(&server.url, question, &key, samples, &mut dice).await;
                report.note(question, &format!("{phase}, again"), &series);
            }
            report.judge(question, phase, &series);
        }
        server.kill().await;
    }
    report.finish();
}
