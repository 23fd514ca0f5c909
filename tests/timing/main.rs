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

use crate::harness::binary::Setup;
use crate::harness::smtp::{Mode, SmtpServer};
use crate::harness::whom::{self, PASSWORD, Question, TENANT};
use crate::report::Report;
use crate::series::take;

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

/// Measures a question on a server that has just been started, twice about the same names; what is out
/// of bounds is measured once more.
async fn measure(run: &mut Run, question: Question, when: &str) {
    clean(&run.db).await;
    let server = run.setup.serve("timing").await;
    for phase in ["cold", "warm"] {
        let mut when = format!("{when}{phase}");
        let mut series = take(&server.url, question, &run.key, run.samples, &mut run.dice).await;
        run.report.note(question, &when, &series);
        if !Report::excesses(question, &series).is_empty() {
            when.push_str(", again");
            series = take(&server.url, question, &run.key, run.samples, &mut run.dice).await;
            run.report.note(question, &when, &series);
        }
        run.report.judge(question, &when, &series);
    }
    server.kill().await;
}

/// Everything that a measurement needs.
struct Run {
    db: PgPool,
    setup: Setup,
    key: String,
    samples: usize,
    dice: ChaCha8Rng,
    report: Report,
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
    let mut run = Run {
        db,
        setup,
        key,
        samples,
        dice: ChaCha8Rng::seed_from_u64(2026),
        report: Report::new(samples),
    };
    for question in Question::REQUESTS {
        measure(&mut run, question, "mail up, ").await;
    }
    mail.down().await;
    for question in Question::REQUESTS {
        measure(&mut run, question, "mail down, ").await;
    }
    for question in Question::SIGN_INS {
        measure(&mut run, question, "").await;
    }
    run.report.finish();
}
