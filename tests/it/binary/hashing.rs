//! Threads that hash are in nobody's way.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sqlx::PgPool;

use super::{furnish, setup};
use crate::harness::smtp::{Mode, SmtpServer};
use crate::harness::world::PEOPLE;

/// What is waited for takes a moment.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest slice there is, in nanoseconds.
const LONGEST: u64 = 100_000_000;

/// Whoever is woken goes before a hash, whose thread asked for the longest slice there is and a tenth of what
/// others get (docs/decisions/0064). The threads that answer ask for neither.
#[rekey_test::on_an_empty_database]
async fn threads_that_hash_stand_back_and_no_others_do(db: PgPool) {
    let mail = SmtpServer::start(Mode::Plain).await;
    let server = setup(&db, &mail)
        .set("REKEY__HASHING__CONCURRENCY", "2")
        .serve("server")
        .await;
    let ordinary = niceness(Path::new("/proc/self")).unwrap();
    let threads = PathBuf::from(format!("/proc/{}/task", server.pid()));
    let began = Instant::now();
    // They stand back as the first thing they do, which may be a moment after the server listens.
    let (hashing, others) = loop {
        let seen = look(&threads);
        let is_back = |thread: &Thread| thread.niceness == ordinary.max(10);
        if seen.0.len() == 2 && seen.0.iter().all(is_back) {
            break seen;
        }
        assert!(began.elapsed() < PATIENCE, "{seen:?}");
        tokio::task::yield_now().await;
    };
    for thread in &hashing {
        // Told since Linux 6.12, which is also since when it is asked for.
        assert!(
            thread.slice.is_none_or(|slice| slice == LONGEST),
            "{thread:?}"
        );
    }
    assert!(!others.is_empty());
    for thread in &others {
        assert_eq!(thread.niceness, ordinary, "{thread:?}");
        assert_ne!(thread.slice, Some(LONGEST), "{thread:?}");
    }
    assert_eq!(server.stop().await, Some(0));
}

/// Where Linux has huge pages, those that hash asked for them.
#[rekey_test::on_an_empty_database]
async fn memory_for_hashes_is_marked_for_huge_pages(db: PgPool) {
    let mail = SmtpServer::start(Mode::Plain).await;
    let setup = setup(&db, &mail);
    furnish(&setup, PEOPLE.trim_start()).await;
    let server = setup.serve("server").await;
    let marked = || {
        let maps = format!("/proc/{}/smaps", server.pid());
        let maps = fs::read_to_string(maps).unwrap_or_default();
        let mut flags = maps
            .lines()
            .filter_map(|line| line.strip_prefix("VmFlags:"));
        flags.any(|flags| flags.split_whitespace().any(|flag| flag == "hg"))
    };
    assert!(!marked());
    let wrong = serde_json::json!({ "email": "nobody@domain.example", "password": "Wrong-2026" });
    let answer = reqwest::Client::new()
        .post(format!("{}/api/v2/authorize", server.url))
        .header("host", "demo.localhost")
        .json(&wrong)
        .send()
        .await;
    assert_eq!(answer.unwrap().status(), 403);
    let has_some = Path::new("/sys/kernel/mm/transparent_hugepage").exists();
    assert_eq!(marked(), has_some);
    assert_eq!(server.stop().await, Some(0));
}

#[derive(Debug)]
struct Thread {
    name: String,
    niceness: i32,
    /// In nanoseconds, where it is told.
    slice: Option<u64>,
}

/// The threads that hash, and all others.
fn look(threads: &Path) -> (Vec<Thread>, Vec<Thread>) {
    let threads = fs::read_dir(threads).unwrap();
    // One that ends while it is looked at is none.
    let threads = threads.filter_map(|thread| {
        let path = thread.ok()?.path();
        Some(Thread {
            name: fs::read_to_string(path.join("comm")).ok()?,
            niceness: niceness(&path)?,
            slice: slice(&path),
        })
    });
    threads.partition(|thread| thread.name.starts_with("hasher-"))
}

/// The nineteenth word; the second is a name in parentheses, which may have blanks.
fn niceness(thread: &Path) -> Option<i32> {
    let text = fs::read_to_string(thread.join("stat")).ok()?;
    let (_, rest) = text.rsplit_once(')')?;
    rest.split_whitespace().nth(16)?.parse().ok()
}

fn slice(thread: &Path) -> Option<u64> {
    let text = fs::read_to_string(thread.join("sched")).ok()?;
    let line = text.lines().find(|line| line.starts_with("se.slice"))?;
    line.split_whitespace().last()?.parse().ok()
}
