//! A day in a minute: everything at once, at a rate that leaves room.

use std::sync::Arc;
use std::time::Duration;

use crate::dice::Dice;
use crate::drive::{self, Request};
use crate::figures::Goal;
use crate::http;
use crate::people::{self, PEOPLE};
use crate::place::Half;
use crate::sink::{Manner, Sink};
use crate::{Bench, Failure};

use super::checks::session;
use super::{RESERVED, tokens};

const RATE: f64 = 100.0;
const TIME: Duration = Duration::from_secs(10);

/// What people do, and how many in a hundred do it.
const KINDS: [(&str, usize); 6] = [
    ("a page", 30),
    ("recovery request, known", 15),
    ("recovery request, unknown", 10),
    ("token check", 15),
    ("`GET /api/auth`", 15),
    ("sign-in", 15),
];

pub(super) async fn measure(bench: &mut Bench) -> Result<(), Failure> {
    bench
        .figures
        .section("A mixed day: 100/s offered, letters sent meanwhile");
    let good = tokens(bench, 3000..3200).await?;
    let sink = Sink::start(Manner::Ordinary).await?;
    let place = &bench.place;
    let server = place.serve(Half::Both, sink.port, &[]).await?;
    let session = session(server.address, 1).await?;
    let key = place.key.clone();
    let source = move |dice: &mut Dice| {
        // Nobody who holds one of the tokens asks for another.
        let number = RESERVED + dice.below(PEOPLE - RESERVED);
        let (holder, token) = good.get(dice.below(good.len()))?;
        let mut left = dice.below(100);
        let mut kind = 0;
        while left >= KINDS[kind].1 {
            left -= KINDS[kind].1;
            kind += 1;
        }
        let (bytes, status) = match kind {
            0 => (http::get("/recover?tenant=bench", ""), 200),
            1 => (people::reset_request(&key, number), 204),
            2 => (people::reset_request(&key, PEOPLE + number), 204),
            3 => (people::token_check(&key, *holder, token), 204),
            4 => (people::current(&session), 200),
            _ => (people::authorize(number), 200),
        };
        Some(Request {
            kind,
            bytes,
            status,
        })
    };
    let day = drive::open(server.address, 32, RATE, TIME, 13, Arc::new(source)).await?;
    server.program.stop()?;
    for (kind, (name, share)) in KINDS.iter().enumerate() {
        let (p50, p99) = (day.quantile(kind, 0.5), day.quantile(kind, 0.99));
        let measured = format!("p50 {p50:.1} ms, p99 {p99:.1} ms");
        let name = format!("{name}, {share} in 100");
        bench.figures.plain(&name, &measured, (Goal::None, ""), p99);
    }
    Ok(())
}
