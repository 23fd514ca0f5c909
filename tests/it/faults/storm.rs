//! More sign-ins at once than there is time and memory for.

use std::time::Duration;

use futures::future::join_all;
use serde_json::json;
use sqlx::PgPool;
use tokio::time::{Instant, sleep_until};

use super::stage::people;
use crate::binary::furnish;
use crate::harness::binary::{Server, Setup};

/// How many hashes at once.
const HASHERS: u64 = 2;
const NORMAL: usize = 500;
const LARGE: usize = 200;
const MIB: u64 = 1 << 20;
/// What this build needs beyond design.md, section 8, which is about the release: its futures are not
/// optimised, and each of 700 connections that are open at once holds some of them and a buffer.
const DEBUG: u64 = 60 * MIB;

/// A line of what the system says about the memory of a server, in bytes.
fn memory(server: &Server, line: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let found = status.lines().find_map(|text| text.strip_prefix(line));
    let kib: u64 = found
        .unwrap()
        .trim_matches(|c: char| !c.is_ascii_digit())
        .parse()
        .unwrap();
    kib * 1024
}

/// P-11, L22: 500 sign-ins, and 200 with a megabyte each, at one instant: memory stays within what the
/// hashes at work need, what is over is told when to come again, and the server answers that it
/// lives all the while.
#[rekey_test::on_an_empty_database]
async fn p_11_a_storm_of_sign_ins_stays_within_bounds(db: PgPool) {
    let setup = Setup::new(&db)
        .without_limits()
        .set("REKEY__LIMITS__LOGIN_PER_ADDRESS", "1000000/hour")
        .set("REKEY__HASHING__CONCURRENCY", HASHERS.to_string())
        .set("REKEY__HASHING__QUEUE", "64");
    furnish(&setup, &people(1)).await;
    let server = setup.serve("server").await;
    let client = reqwest::Client::new();
    let authorize = format!("{}/api/v2/authorize", server.url);
    let sign_in = async |number: usize, length: usize| {
        let body = json!({
            "email": format!("nobody{number}@domain.example"),
            "password": "Aa1-".repeat(length / 4),
            "no_expire": false,
        });
        let reply = client.post(&authorize).json(&body).send().await.ok()?;
        let wait = reply.headers().get("retry-after").cloned();
        let status = reply.status().as_u16();
        let text = reply.text().await.ok()?;
        if status == 503 {
            assert!(wait.is_some(), "it says when to come again");
        }
        Some((status, text))
    };
    // One of each, so that what is made once is there.
    assert_eq!(sign_in(0, 16).await.unwrap().0, 403);
    let idle = memory(&server, "VmRSS:");

    let live = format!("{}/health/live", server.url);
    let normal = join_all((0..NORMAL).map(|number| sign_in(number, 16)));
    let large = join_all((0..LARGE).map(|number| sign_in(number, 1 << 20)));
    let storm = async { tokio::join!(normal, large) };
    let mut storm = std::pin::pin!(storm);
    let mut waits = Vec::new();
    let begun = Instant::now();
    let (normal, large) = loop {
        let looked = Instant::now();
        let looking = async {
            let reply = reqwest::get(&live).await.unwrap();
            assert_eq!(reply.status(), 200);
            let waited = looked.elapsed();
            sleep_until(looked + Duration::from_millis(10)).await;
            waited
        };
        tokio::select! {
            biased;
            replies = &mut storm => break replies,
            waited = looking => waits.push(waited),
        }
    };
    let most = memory(&server, "VmHWM:");
    let allowed = idle + HASHERS * 20 * MIB + 10 * MIB + DEBUG;
    assert!(
        most <= allowed,
        "{} MiB, idle {} MiB, allowed {} MiB",
        most / MIB,
        idle / MIB,
        allowed / MIB
    );
    let count = |wanted: u16| {
        let found = normal.iter().flatten();
        found.filter(|(status, _)| *status == wanted).count()
    };
    let (refused, busy) = (count(403), count(503));
    assert_eq!(
        refused + busy,
        NORMAL,
        "each is told something: {:?}",
        normal.iter().take(5).collect::<Vec<_>>()
    );
    assert!(
        refused >= 64,
        "those who found a place were served: {refused}"
    );
    assert!(busy > 0, "there were more than places");
    for (status, text) in large.iter().flatten() {
        assert_eq!(*status, 413, "{text}");
    }
    // How long this machine takes is not what is tested: that nobody waits for a hash is. It would be
    // as long as the queue.
    waits.sort_unstable();
    assert!(!waits.is_empty(), "it was looked at meanwhile");
    let median = waits[waits.len() / 2];
    let whole = begun.elapsed();
    assert!(
        median < Duration::from_millis(50).max(whole / 20),
        "{median:?} of {whole:?}"
    );
    assert_eq!(server.stop().await, Some(0));
}
