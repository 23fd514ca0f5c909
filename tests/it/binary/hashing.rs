//! Threads that hash are in nobody's way.

use std::fs;
use std::path::{Path, PathBuf};

use sqlx::PgPool;

use super::setup;
use crate::harness::smtp::{Mode, SmtpServer};

/// Whoever is woken goes before a hash, whose thread asked for the longest slice there is and a tenth of what
/// others get (docs/decisions/0064). The threads that answer ask for neither.
#[sqlx::test(migrations = false)]
async fn threads_that_hash_stand_back_and_no_others_do(db: PgPool) {
    let mail = SmtpServer::start(Mode::Plain).await;
    let server = setup(&db, &mail)
        .set("REKEY__HASHING__CONCURRENCY", "2")
        .serve("server")
        .await;
    let threads = PathBuf::from(format!("/proc/{}/task", server.pid()));
    let threads = fs::read_dir(threads).unwrap();
    let threads: Vec<_> = threads.map(|thread| thread.unwrap().path()).collect();
    let (hashing, others): (Vec<_>, Vec<_>) = threads
        .iter()
        .partition(|thread| read(thread, "comm").starts_with("hasher-"));
    assert_eq!(hashing.len(), 2);
    for thread in hashing {
        assert_eq!(niceness(thread), 10);
        // Told since Linux 6.12, which is also since when it is asked for.
        if let Some(slice) = slice(thread) {
            assert_eq!(slice, 100_000_000);
        }
    }
    for thread in others {
        assert_eq!(niceness(thread), 0);
        assert_ne!(slice(thread), Some(100_000_000));
    }
    assert_eq!(server.stop().await, Some(0));
}

fn read(thread: &Path, file: &str) -> String {
    fs::read_to_string(thread.join(file)).unwrap_or_default()
}

/// The nineteenth word; the second is a name in parentheses, which may have blanks.
fn niceness(thread: &Path) -> i32 {
    let text = read(thread, "stat");
    let (_, rest) = text.rsplit_once(')').unwrap();
    rest.split_whitespace().nth(16).unwrap().parse().unwrap()
}

/// In nanoseconds.
fn slice(thread: &Path) -> Option<u64> {
    let text = read(thread, "sched");
    let line = text.lines().find(|line| line.starts_with("se.slice"))?;
    line.split_whitespace().last()?.parse().ok()
}
