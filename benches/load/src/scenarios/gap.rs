//! Whether the time of an answer tells a name that somebody has from one that nobody has.

use std::time::{Duration, Instant};

use crate::dice::Dice;
use crate::figures::{Goal, median};
use crate::http::Connection;
use crate::people::{self, PEOPLE};
use crate::place::Half;
use crate::sink::{Manner, Sink};
use crate::{Bench, Failure};

use super::RESERVED;

const PAIRS: usize = 2000;

pub(super) async fn measure(bench: &mut Bench) -> Result<(), Failure> {
    bench
        .figures
        .section("Known and unknown names (2 000 pairs each)");
    let quick = Sink::start(Manner::Quick).await?;
    let slow = Sink::start(Manner::Slow(Duration::from_millis(200))).await?;
    for (name, port) in [
        ("mail server quick", quick.port),
        ("mail server slow, 200 ms a reply", slow.port),
        ("mail server down", 9),
    ] {
        sqlx::query("delete from job")
            .execute(&bench.place.db)
            .await?;
        let (gap, slower) = pairs(bench, port).await?;
        let (gap, figures) = (gap.abs(), &mut bench.figures);
        let goal = (Goal::AtMost(0.05), "< 0.05 ms");
        figures.plain(
            &format!("{name}: gap of the medians"),
            &format!("{gap:.3} ms"),
            goal,
            gap,
        );
        let goal = (Goal::Within(0.47, 0.53), "0.47 to 0.53");
        let measured = format!("{slower:.3}");
        figures.plain(
            &format!("{name}: chance that the known one is slower"),
            &measured,
            goal,
            slower,
        );
    }
    Ok(())
}

/// Asks for one of each, in an order that the dice choose. Returns by how many milliseconds the known
/// ones were slower at the median, and how often one of them was slower than the other of its pair.
async fn pairs(bench: &Bench, port: u16) -> Result<(f64, f64), Failure> {
    let server = bench.place.serve(Half::Both, port, &[]).await?;
    let mut connection = Connection::open(server.address).await?;
    let (mut dice, key) = (Dice::seeded(11), &bench.place.key);
    let (mut known, mut unknown, mut slower) = (Vec::new(), Vec::new(), 0.0);
    // The first few hundred warm up what both go through.
    for pair in 0..PAIRS + 200 {
        let number = RESERVED + dice.below(PEOPLE - RESERVED);
        let requests = [number, PEOPLE + number].map(|number| people::reset_request(key, number));
        let first = dice.below(2);
        let mut took = [0.0; 2];
        for which in [first, 1 - first] {
            let asked = Instant::now();
            connection.ask(&requests[which]).await?;
            took[which] = asked.elapsed().as_secs_f64() * 1000.0;
        }
        if pair >= 200 {
            known.push(took[0]);
            unknown.push(took[1]);
            slower += match took[0].total_cmp(&took[1]) {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Less => 0.0,
            };
        }
    }
    server.program.stop()?;
    let gap = median(known.into_iter()) - median(unknown.into_iter());
    Ok((gap, slower / PAIRS as f64))
}
