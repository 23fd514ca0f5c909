//! What a second replica adds, each on one core of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
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
/// As many as fill the batches of two.
const CROWD: usize = 128;
const PEOPLE: usize = 48;
/// What `rekey calibrate` chooses where a hash takes some 50 ms.
const MEMORY_KIB: u32 = 52_224;
const ITERATIONS: u32 = 2;

/// A request by its number, and the status that it is answered with.
type Source = fn(&str, usize) -> (String, u16);

/// What is taken: its name, the requests, how many callers and rounds, and how often one replica's figure
/// two have to reach.
struct Figure {
    name: &'static str,
    source: Source,
    callers: usize,
    rounds: usize,
    least: f64,
}

/// What no hash is made for: a second replica must at least not cost anything.
fn cheap(name: &'static str, source: Source, callers: usize) -> Figure {
    Figure {
        name,
        source,
        callers,
        rounds: ROUNDS / 2,
        least: 1.0,
    }
}

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
fn rate(servers: &[&str], key: &str, figure: &Figure, count: &AtomicUsize) -> f64 {
    let began = Instant::now();
    let answered: usize = std::thread::scope(|scope| {
        let callers: Vec<_> = servers
            .iter()
            .flat_map(|url| std::iter::repeat_n(url, figure.callers / servers.len()))
            .map(|url| {
                scope.spawn(move || {
                    let (mut connection, mut answered) = (Connection::open(url), 0);
                    while began.elapsed() < TURN {
                        let number = count.fetch_add(1, Ordering::Relaxed);
                        let (text, expected) = (figure.source)(key, number);
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

/// Hashes a second that the argon2 crate computes alone, on so many threads.
fn hashes(threads: usize) -> f64 {
    let params = Params::new(MEMORY_KIB, ITERATIONS, 1, None).unwrap();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let began = Instant::now();
    let count: usize = std::thread::scope(|scope| {
        let hash = || {
            let mut memory = vec![Block::default(); argon2.params().block_count()];
            let (mut digest, mut count) = ([0; 32], 0);
            while began.elapsed() < TURN {
                argon2
                    .hash_password_into_with_memory(
                        b"Forgotten-2026",
                        b"salt-of-sixteen!",
                        &mut digest,
                        &mut memory,
                    )
                    .unwrap();
                count += 1;
            }
            count
        };
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(hash)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    });
    count as f64 / began.elapsed().as_secs_f64()
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

#[rekey_test::on_an_empty_database]
async fn two_replicas_do_the_work_of_two(db: PgPool) {
    let cores = std::thread::available_parallelism().unwrap().get();
    assert!(cores >= 2, "a core for each of two replicas");
    let mail = SmtpServer::start(Mode::Plain).await;
    let setup = Setup::new(&db)
        .without_limits()
        .set("REKEY__LIMITS__LOGIN_PER_ADDRESS", "1000000/hour")
        .set("REKEY__LOG__LEVEL", "info,rekey::api=warn")
        .set("REKEY__HASHING__MEMORY_KIB", MEMORY_KIB.to_string())
        .set("REKEY__HASHING__ITERATIONS", ITERATIONS.to_string())
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
    let figures = [
        Figure {
            name: "sign-ins",
            source: sign_in,
            callers: CALLERS,
            rounds: ROUNDS,
            least: 1.8,
        },
        cheap("token checks", check, CALLERS),
        cheap("token checks, a crowd", check, CROWD),
        cheap("recovery requests", request, CALLERS),
        cheap("recovery requests, a crowd", request, CROWD),
    ];
    let measured = tokio::task::spawn_blocking(move || {
        let count = AtomicUsize::new(0);
        let (one, two) = ([&*urls[0]], [&*urls[0], &*urls[1]]);
        // For whoever reads a figure that falls short: what the machine itself gives.
        let cores = median((0..ROUNDS / 2).map(|_| hashes(2) / hashes(1)).collect());
        println!("the argon2 crate alone: two cores {cores:.2} times one");
        let take = |figure: Figure| {
            let mut rounds: Vec<_> = (0..figure.rounds)
                .map(|_| Round {
                    is_quiet: is_quiet(),
                    one: rate(&one, &key, &figure, &count),
                    two: rate(&two, &key, &figure, &count),
                })
                .collect();
            let (name, all) = (figure.name, rounds.len());
            rounds.retain(|round| round.is_quiet);
            println!(
                "{name}: {} of {all} rounds began on a quiet machine",
                rounds.len()
            );
            if rounds.is_empty() {
                return Err(format!(
                    "{name}: the machine was never quiet, so this says nothing"
                ));
            }
            let times = median(rounds.iter().map(|round| round.two / round.one).collect());
            println!(
                "{name}: one replica {:.1}/s, two {:.1}/s, {times:.2} times",
                median(rounds.iter().map(|round| round.one).collect()),
                median(rounds.iter().map(|round| round.two).collect()),
            );
            if times < figure.least {
                return Err(format!("{name}: {times:.2}, at least {}", figure.least));
            }
            Ok(())
        };
        figures.map(take)
    });
    let measured = measured.await.unwrap();
    let short: Vec<_> = measured.into_iter().filter_map(Result::err).collect();
    assert!(short.is_empty(), "{short:#?}");
    for server in servers {
        assert_eq!(server.stop().await, Some(0));
    }
}
