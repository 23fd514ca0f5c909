//! Many accounts at once. `REKEY_IMPORT_LINES=100000 cargo test --release --test it -- --nocapture
//! scale` says how long that many take, and how much memory.

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek as _, Write as _};
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rekey::operator::{BadLine, Report};
use sqlx::PgPool;
use time::Duration;

use super::harness::World;

/// How many lines, unless the environment asks for more.
const USUAL: u64 = 10_000;

/// A file that nobody else can see: it is gone with its handle.
fn write_file(lines: u64, round: u64) -> BufReader<File> {
    let path = std::env::temp_dir().join(format!("rekey-scale-{}-{round}", std::process::id()));
    let file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)
        .unwrap();
    std::fs::remove_file(&path).unwrap();
    let mut out = BufWriter::new(file);
    for n in 0..lines {
        let mut salt = [7; 16];
        salt[..8].copy_from_slice(&(n + round).to_be_bytes());
        let salt = STANDARD_NO_PAD.encode(salt);
        let digest = STANDARD_NO_PAD.encode([9; 32]);
        let broker = n / 1_000 * 1_000;
        let (role, broker) = if n == broker {
            ("broker", "null".to_owned())
        } else {
            ("member", format!("\"person-{broker}\""))
        };
        writeln!(
            out,
            r#"{{"login":"person-{n}","email":"person-{n}@accounts.example","phone":"+1514{n:07}","name":"Person {n}","language":"fr","role":"{role}","broker":{broker},"status":"active","passwords":{{"login":{{"hash":"$argon2id$v=19$m=19456,t=2,p=1${salt}${digest}"}}}}}}"#
        )
        .unwrap();
    }
    let mut file = out.into_inner().unwrap();
    file.rewind().unwrap();
    BufReader::new(file)
}

/// The most memory this process ever had, in MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap();
    let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib / 1024
}

#[expect(
    clippy::print_stdout,
    reason = "figures are for whoever asked for them"
)]
async fn import(world: &World, lines: u64, round: u64) -> Report {
    let file = write_file(lines, round);
    let before = peak();
    let mut note = |bad: BadLine| panic!("{bad:?}");
    let started = Instant::now();
    let report = world
        .operator
        .import_accounts(&world.tenant, file, &mut note)
        .await
        .unwrap();
    println!(
        "{lines} lines, round {round}: {:.2} s, peak {before} then {} MiB",
        started.elapsed().as_secs_f64(),
        peak()
    );
    report
}

#[rekey_test::on_a_database]
async fn ten_thousand_accounts_are_imported_kept_and_changed(db: PgPool) {
    let lines = std::env::var("REKEY_IMPORT_LINES").map_or(USUAL, |lines| lines.parse().unwrap());
    let world = World::new(db).await;
    let counts = |report: Report| {
        (
            report.created,
            report.updated,
            report.unchanged,
            report.passwords,
        )
    };
    assert_eq!(counts(import(&world, lines, 0).await), (lines, 0, 0, lines));
    world.hand.turn(Duration::HOUR);
    assert_eq!(counts(import(&world, lines, 0).await), (0, 0, lines, 0));
    assert_eq!(counts(import(&world, lines, 1).await), (0, lines, 0, lines));
    assert_eq!(world.identifiers().await.len() as u64, lines * 3);
}
