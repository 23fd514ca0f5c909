//! What a second replica adds, each on one core of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sqlx::PgPool;

use crate::furnish::{body, furnish, path};
use crate::harness::binary::{Server, Setup};
use crate::harness::keepalive::{Connection, post};
use crate::harness::smtp::{Mode, SmtpServer};

/// How long one figure is taken.
const TURN: Duration = Duration::from_secs(4);
/// One and two take turns as often; half as often where no hash is made.
const ROUNDS: usize = 6;
/// How long others are waited for who keep the machine busy.
const PATIENCE: Duration = Duration::from_secs(15);
/// Of all cores, the share that may be busy with other things.
const QUIET: f64 = 0.1;
/// Callers, shared out among the replicas: more than one needs to be busy, since requests are written in
/// batches, and fewer than may wait for a hash.
const CALLERS: usize = 48;
const PEOPLE: usize = 48;

/// A request by its number, and the status that it is answered with.
type Source = fn(&str, usize) -> (String, u16);

fn sign_in(_: &str, number: usize) -> (String, u16) {
    let email = format!("person{}@domain.example", number % PEOPLE);
    let body = format!(r#"{{"email":"{email}","password":"Forgotten-2026","no_expire":false}}"#);
    (post("/api/v2/authorize", &[], &body), 200)
}

fn request(key: &str, number: usize) -> (String, u16) {
    let operation = "resetPasswordRequest";
    let body = body(operation, &format!("Nobody{number}")).to_string();
    (
        post(&path(operation), &[("authorization", key)], &body),
        204,
    )
}

fn check(key: &str, number: usize) -> (String, u16) {
    let operation = "validateToken";
    let body = body(operation, &format!("Person{}", number % PEOPLE)).to_string();
    (
        post(&path(operation), &[("authorization", key)], &body),
        422,
    )
}

/// Answers a second of some servers, asked by as many callers however many they are.
fn rate(servers: &[&str], key: &str, source: Source, count: &AtomicUsize) -> f64 {
    let began = Instant::now();
    let answered: usize = std::thread::scope(|scope| {
        let callers: Vec<_> = servers
            .iter()
            .flat_map(|url| std::iter::repeat_n(url, CALLERS / servers.len()))
            .map(|url| {
                scope.spawn(move || {
                    let (mut connection, mut answered) = (Connection::open(url), 0);
                    while began.elapsed() < TURN {
                        let number = count.fetch_add(1, Ordering::Relaxed);
                        let (text, expected) = source(key, number);
                        assert_eq!(connection.exchange(&text).0, expected);
                        answered += 1;
                    }
                    answered
                })
            })
            .collect();
        callers
            .into_iter()
            .map(|caller| caller.join().unwrap())
            .sum()
    });
    answered as f64 / began.elapsed().as_secs_f64()
}

/// Ticks of all cores, and how many of them nothing was done in.
fn ticks() -> (f64, f64) {
    let text = std::fs::read_to_string("/proc/stat").unwrap();
    let line = text.lines().next().unwrap();
    let ticks = line.split_whitespace().skip(1).take(8);
    let ticks: Vec<f64> = ticks.map(|ticks| ticks.parse().unwrap()).collect();
    (ticks.iter().sum(), ticks[3] + ticks[4])
}

/// Waits until nothing else is done on this machine, but not for ever. Returns whether it is so.
fn is_quiet() -> bool {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        let (all, idle) = ticks();
        std::thread::sleep(Duration::from_secs(1));
        let (all, idle) = (ticks().0 - all, ticks().1 - idle);
        if 1.0 - idle / all < QUIET {
            return true;
        }
    }
    false
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// What one replica and two reach, by turns; what counts is the ratio of neighbouring turns.
struct Round {
    one: f64,
    two: f64,
    is_quiet: bool,
}

/// Keeps every thread of a server on one core.
fn pin(server: &Server, core: usize) {
    let (core, pid) = (core.to_string(), server.pid().to_string());
    let done = std::process::Command::new("taskset")
        .args(["-a", "-c", "-p", &core, &pid])
        .output()
        .expect("taskset, of util-linux");
    assert!(done.status.success(), "{done:?}");
}

#[sqlx::test(migrations = false)]
async fn two_replicas_do_the_work_of_two(db: PgPool) {
    let cores = std::thread::available_parallelism().unwrap().get();
    assert!(cores >= 2, "a core for each of two replicas");
    let mail = SmtpServer::start(Mode::Plain).await;
    let setup = Setup::new(&db)
        .without_limits()
        .set("REKEY__LIMITS__LOGIN_PER_ADDRESS", "1000000/hour")
        .set("REKEY__LOG__LEVEL", "info,rekey::api=warn")
        // What `rekey calibrate` chooses where a hash takes some 50 ms.
        .set("REKEY__HASHING__MEMORY_KIB", "52224")
        .set("REKEY__HASHING__ITERATIONS", "2")
        // As on a machine with one core.
        .set("REKEY__HASHING__CONCURRENCY", "1")
        .set(
            "REKEY__MAIL__SMTP_URL",
            format!("smtp://127.0.0.1:{}", mail.port()),
        );
    let people = (0..PEOPLE).map(|n| {
        format!(
            r#"{{"login":"Person{n}","email":"person{n}@domain.example","passwords":{{"login":{{"value":"Forgotten-2026"}}}}}}"#
        )
    });
    let people: Vec<_> = people.collect();
    let key: Arc<str> = furnish(&setup, &people.join("\n")).await.into();
    let mut servers = Vec::new();
    for core in 0..2 {
        let server = setup
            .serve_as(&format!("server-{core}"), &["--no-worker"])
            .await;
        pin(&server, core);
        servers.push(server);
    }
    let urls: Vec<String> = servers.iter().map(|server| server.url.clone()).collect();
    let sources: [(&str, Source, usize, f64); 3] = [
        ("sign-ins", sign_in, ROUNDS, 1.8),
        ("token checks", check, ROUNDS / 2, 1.0),
        ("recovery requests", request, ROUNDS / 2, 1.0),
    ];
    let measured = tokio::task::spawn_blocking(move || {
        let count = AtomicUsize::new(0);
        let (one, two) = ([&*urls[0]], [&*urls[0], &*urls[1]]);
        sources.map(|(name, source, rounds, least)| {
            let mut rounds: Vec<_> = (0..rounds)
                .map(|_| Round {
                    is_quiet: is_quiet(),
                    one: rate(&one, &key, source, &count),
                    two: rate(&two, &key, source, &count),
                })
                .collect();
            let quiet = rounds.iter().filter(|round| round.is_quiet).count();
            println!(
                "{name}: {quiet} of {} rounds began on a quiet machine",
                rounds.len()
            );
            if quiet > 0 {
                rounds.retain(|round| round.is_quiet);
            }
            let times = median(rounds.iter().map(|round| round.two / round.one).collect());
            println!(
                "{name}: one replica {:.1}/s, two {:.1}/s, {times:.2} times",
                median(rounds.iter().map(|round| round.one).collect()),
                median(rounds.iter().map(|round| round.two).collect()),
            );
            (name, quiet, times, least)
        })
    });
    for (name, quiet, times, least) in measured.await.unwrap() {
        assert!(
            quiet > 0,
            "{name}: the machine was never quiet, so this says nothing"
        );
        assert!(times >= least, "{name}: {times:.2}, at least {least}");
    }
    for server in servers {
        assert_eq!(server.stop().await, Some(0));
    }
}
