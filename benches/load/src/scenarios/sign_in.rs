//! What costs a hash: signing in, and completing a reset.

use std::sync::{Arc, Mutex};

use crate::dice::Dice;
use crate::drive::{Request, Source};
use crate::figures::Pair;
use crate::people::{self, PEOPLE};
use crate::place::Half;
use crate::{Bench, Failure, raw};

use super::{ROUNDS, TURN, source, tokens, turn};

/// Enough for as many hashes as there is time for.
const RESETS: std::ops::Range<usize> = 1000..3000;

pub(super) async fn measure(bench: &mut Bench) -> Result<(), Failure> {
    bench.figures.section("What costs a hash");
    let links = tokens(bench, RESETS).await?;
    let place = &bench.place;
    let server = place.serve(Half::Apis, 9, &[]).await?;
    let known = source(200, people::authorize);
    let unknown = source(403, |number| people::authorize(PEOPLE + number));
    let cyclos = source(200, people::log_in);
    let (key, links) = (place.key.clone(), Mutex::new(links.into_iter()));
    let reset: Arc<dyn Source> = Arc::new(move |_: &mut Dice| {
        let (number, token) = links.lock().ok()?.next()?;
        Some(Request::new(people::reset(&key, number, &token), 204))
    });
    let names = [
        "sign-in, TurboSMTP",
        "sign-in of nobody, TurboSMTP",
        "sign-in, Cyclos (a session)",
        "reset completed, SSPR",
    ];
    let sources = [known, unknown, cyclos, reset];
    let mut rounds = [const { Vec::new() }; 4];
    for round in 0..ROUNDS {
        for (source, rounds) in sources.iter().zip(&mut rounds) {
            // On a thread of its own: this one answers for nothing else meanwhile.
            let limit = tokio::task::spawn_blocking(|| raw::hashes(TURN)).await??;
            rounds.push((turn(&server, round, Arc::clone(source)).await?, limit));
        }
    }
    server.program.stop()?;
    for (name, rounds) in names.into_iter().zip(&rounds) {
        bench
            .figures
            .rate(name, Pair::of(rounds), "the argon2 crate alone", 0.90);
    }
    Ok(())
}
