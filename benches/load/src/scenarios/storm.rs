//! Cheap requests while as many people sign in as can.

use std::time::Duration;

use crate::drive::{self, Outcome};
use crate::figures::Goal;
use crate::http;
use crate::people;
use crate::place::{Half, Server};
use crate::{Bench, Failure};

use super::checks::session;
use super::source;

/// How many cheap requests are offered a second.
const RATE: f64 = 200.0;
const TIME: Duration = Duration::from_secs(8);
/// How many people sign in at once.
const STORM: usize = 32;

pub(super) async fn measure(bench: &mut Bench) -> Result<(), Failure> {
    bench.figures.section("A sign-in storm");
    let place = &bench.place;
    let server = place.serve(Half::Apis, 9, &[]).await?;
    let bare = place.bare("database").await?;
    let storm = source(200, people::authorize);
    let session = session(server.address, 1).await?;
    let cheap = source(200, move |_| people::current(&session));
    let select = source(204, |number| http::post("/select", "", &number.to_string()));
    let alone = drive::closed(server.address, STORM, TIME, 1, storm.clone()).await?;
    let calm = drive::open(server.address, 16, RATE, TIME / 4, 3, cheap.clone()).await?;
    let beside = |to: &Server, cheap| {
        let cheap = drive::open(to.address, 16, RATE, TIME, 2, cheap);
        let storm = drive::closed(server.address, STORM, TIME, 1, storm.clone());
        async { tokio::try_join!(storm, cheap) }
    };
    let (_, limit): (Outcome, Outcome) = beside(&bare, select).await?;
    let (kept, ours): (Outcome, Outcome) = beside(&server, cheap).await?;
    server.program.stop()?;

    let figures = &mut bench.figures;
    let tell = |outcome: &Outcome| {
        let (p50, p99) = (outcome.quantile(0, 0.5), outcome.quantile(0, 0.99));
        format!("p50 {p50:.1} ms, p99 {p99:.1} ms")
    };
    figures.note(
        "cheap requests, 200/s offered (`GET /api/auth`)",
        &tell(&ours),
        (&format!("bare handler: {}", tell(&limit)), None),
        (Goal::AtMost(20.0), "p99 ≤ 20 ms"),
        ours.quantile(0, 0.99),
    );
    let measured = tell(&calm);
    figures.plain("the same without a storm", &measured, (Goal::None, ""), 0.0);
    let ratio = kept.rate() / alone.rate();
    figures.note(
        "sign-ins beside them",
        &format!("{:.0}/s", kept.rate()),
        (&format!("without them {:.0}/s", alone.rate()), Some(ratio)),
        (Goal::AtLeast(0.80), "≥ 0.80 of it"),
        ratio,
    );
    Ok(())
}
