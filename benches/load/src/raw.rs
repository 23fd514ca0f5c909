//! Limits that are no servers: the argon2 crate alone, lettre alone, and Postgres asked by its own tool.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use argon2::Block;
use lettre::message::{MultiPart, SinglePart};
use lettre::transport::smtp::PoolConfig;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use crate::Failure;
use crate::bare;
use crate::people;

/// Hashes a second on all cores, each thread with memory that it keeps.
pub fn hashes(time: Duration) -> Result<f64, Failure> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let began = Instant::now();
    let threads: Vec<_> = (0..cores)
        .map(|_| {
            std::thread::spawn(move || {
                let argon2 = people::argon2()?;
                let mut memory = vec![Block::default(); argon2.params().block_count()];
                let (mut digest, mut count) = ([0; 32], 0_u32);
                while began.elapsed() < time {
                    argon2.hash_password_into_with_memory(
                        b"Correct-Horse-07",
                        b"salt-of-sixteen!",
                        &mut digest,
                        &mut memory,
                    )?;
                    count += 1;
                }
                Ok::<_, Failure>(count)
            })
        })
        .collect();
    let mut count = 0;
    for thread in threads {
        count += thread.join().map_err(|_| "a thread broke off")??;
    }
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}

/// Letters a second that lettre hands over, on so many connections of its pool.
pub async fn letters(port: u16, connections: usize, time: Duration) -> Result<f64, Failure> {
    let pool = PoolConfig::new().max_size(u32::try_from(connections)?);
    let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
        .port(port)
        .pool_config(pool)
        .build();
    let message = Message::builder()
        .from("help@bench.example".parse()?)
        .to("person-1@people.example".parse()?)
        .subject("Reset your password")
        .multipart(
            MultiPart::alternative()
                .singlepart(SinglePart::plain("A line of a letter. ".repeat(40)))
                .singlepart(SinglePart::html("<p>A line of a letter.</p> ".repeat(80))),
        )?;
    let began = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..connections {
        let (transport, message) = (transport.clone(), message.clone());
        tasks.spawn(async move {
            let mut count = 0_u32;
            while began.elapsed() < time {
                transport.send(message.clone()).await?;
                count += 1;
            }
            Ok::<_, Failure>(count)
        });
    }
    let mut count = 0;
    while let Some(done) = tasks.join_next().await {
        count += done??;
    }
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}

/// Transactions a second by pgbench, where there is one: a statement of [`bare`] on 16 connections.
pub fn pgbench(folder: &Path, url: &str, statement: Statement) -> Option<f64> {
    let script = match statement {
        Statement::Insert => {
            let statement = bare::INSERT
                .replace("$1", "gen_random_uuid()")
                .replace("$2", &format!("'{}'", bare::WORK))
                .replace("$3", "now()");
            format!("{statement};\n")
        }
        Statement::Select => {
            let statement = bare::SELECT.replace("$1", ":number").replace("$2", "now()");
            format!("\\set number random(1, 10000)\n{statement};\n")
        }
    };
    let path = folder.join("statement.sql");
    std::fs::write(&path, script).ok()?;
    let program = std::env::var("PGBENCH")
        .ok()
        .filter(|program| !program.is_empty())?;
    let output = Command::new(program)
        .args([
            "-n", "-M", "prepared", "-c", "16", "-j", "2", "-T", "3", "-f",
        ])
        .arg(&path)
        .arg(url)
        .output()
        .ok()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = said.lines().find(|line| line.starts_with("tps = "))?;
    line.split_whitespace().nth(2)?.parse().ok()
}

/// Which of them.
#[derive(Clone, Copy)]
pub enum Statement {
    Insert,
    Select,
}
