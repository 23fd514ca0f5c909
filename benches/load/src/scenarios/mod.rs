//! What is measured, a file a section.

mod checks;
mod day;
mod gap;
mod letters;
mod memory;
mod pages;
mod requests;
mod sign_in;
mod start;
mod storm;

use std::sync::Arc;
use std::time::Duration;

use crate::drive::{self, Request, Source};
use crate::people;
use crate::place::{Half, Server};
use crate::sink::{Manner, Sink};
use crate::{Bench, Failure};

/// How often ours and the limit take turns.
const ROUNDS: u64 = 3;
/// How long one of them is driven in a round.
const TURN: Duration = Duration::from_secs(2);
/// On so many connections.
const CONNECTIONS: usize = 32;

/// The first people get their letters one by one; nobody else writes to them or changes their password.
const RESERVED: usize = 30_000;

/// Measures the sections that are named; all, if none is.
pub async fn run(bench: &mut Bench, sections: &[&str]) -> Result<(), Failure> {
    let wants = |name: &str| sections.is_empty() || sections.contains(&name);
    if wants("start") {
        start::measure(bench).await?;
    }
    if wants("requests") {
        requests::measure(bench).await?;
    }
    if wants("checks") {
        checks::measure(bench).await?;
    }
    if wants("sign-in") {
        sign_in::measure(bench).await?;
    }
    if wants("storm") {
        storm::measure(bench).await?;
    }
    if wants("memory") {
        memory::measure(bench).await?;
    }
    if wants("gap") {
        gap::measure(bench).await?;
    }
    if wants("letters") {
        letters::measure(bench).await?;
    }
    if wants("pages") {
        pages::measure(bench).await?;
    }
    if wants("day") {
        day::measure(bench).await?;
    }
    Ok(())
}

/// A source of the same kind of request for people picked by dice.
fn source(status: u16, make: impl Fn(usize) -> Vec<u8> + Send + Sync + 'static) -> Arc<dyn Source> {
    Arc::new(move |dice: &mut crate::dice::Dice| {
        let number = RESERVED + dice.below(people::PEOPLE - RESERVED);
        Some(Request::new(make(number), status))
    })
}

/// Drives a server as hard as it can bear, for one turn.
async fn turn(server: &Server, round: u64, source: Arc<dyn Source>) -> Result<f64, Failure> {
    let driven = drive::closed(server.address, CONNECTIONS, TURN, round, source).await?;
    Ok(driven.rate())
}

/// Has letters with tokens sent to these people, and returns who got which.
async fn tokens(
    bench: &Bench,
    numbers: std::ops::Range<usize>,
) -> Result<Vec<(usize, String)>, Failure> {
    let sink = Sink::start(Manner::Quick).await?;
    sqlx::query("delete from job")
        .execute(&bench.place.db)
        .await?;
    let server = bench.place.serve(Half::Both, sink.port, &[]).await?;
    request_for(bench, &server, numbers.clone()).await?;
    let letters = u64::try_from(numbers.len())?;
    sink.received(letters, Duration::from_mins(2)).await?;
    server.program.stop()?;
    let kept = sink.kept();
    let token = |number| {
        let token = kept
            .tokens
            .get(&format!("person-{number:06}@people.example"));
        let token = token.ok_or("a letter had no token")?;
        Ok((number, token.clone()))
    };
    numbers.map(token).collect()
}

/// Asks for a letter for each of these people, once.
async fn request_for(
    bench: &Bench,
    server: &Server,
    numbers: std::ops::Range<usize>,
) -> Result<(), Failure> {
    let (key, next) = (bench.place.key.clone(), std::sync::Mutex::new(numbers));
    let source = move |_: &mut crate::dice::Dice| {
        let number = next.lock().ok()?.next()?;
        Some(Request::new(people::reset_request(&key, number), 204))
    };
    let all = Duration::from_mins(1);
    drive::closed(server.address, CONNECTIONS, all, 0, Arc::new(source)).await?;
    Ok(())
}
