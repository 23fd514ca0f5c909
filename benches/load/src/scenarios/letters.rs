//! How quickly letters that wait leave.

use std::time::Duration;

use crate::figures::Goal;
use crate::place::Half;
use crate::sink::{Manner, Sink};
use crate::{Bench, Failure, raw};

use super::request_for;

/// How many wait.
const QUICK: std::ops::Range<usize> = 10_000..13_000;
const ORDINARY: std::ops::Range<usize> = 20_000..22_000;
const PATIENCE: Duration = Duration::from_mins(2);
const LOOP: Duration = Duration::from_secs(2);

pub(super) async fn measure(bench: &mut Bench) -> Result<(), Failure> {
    bench.figures.section("Letters");
    let quick = Sink::start(Manner::Quick).await?;
    let alone = raw::letters(quick.port, 1, LOOP).await?;
    let eight = raw::letters(quick.port, 8, LOOP).await?;
    let ordinary = Sink::start(Manner::Ordinary).await?;
    let delayed = raw::letters(ordinary.port, 1, LOOP).await?;

    let sent = drain(bench, Manner::Quick, QUICK).await?;
    let rate = sent.kept().rate();
    let limit = format!("bare lettre loop {eight:.0}/s on 8 connections, {alone:.0}/s on one");
    bench.figures.note(
        "letters handed over, 8 at once, mail server that acknowledges at once",
        &format!("{rate:.0}/s"),
        (&limit, Some(rate / eight)),
        (Goal::AtLeast(500.0), "≥ 500/s"),
        rate,
    );
    let sent = drain(bench, Manner::Ordinary, ORDINARY).await?;
    let kept = sent.kept();
    let each = kept.exchange.value_at_quantile(0.5) as f64 / 1000.0;
    let rate = 1000.0 / each;
    bench.figures.note(
        "one connection to a mail server with ordinary delayed acknowledgements",
        &format!(
            "{rate:.0}/s ({each:.1} ms a letter; {:.0}/s on all)",
            kept.rate()
        ),
        (
            &format!("bare lettre loop {delayed:.0}/s"),
            Some(rate / delayed),
        ),
        (Goal::AtLeast(200.0), "≥ 200/s"),
        rate,
    );
    drop(kept);
    Ok(())
}

/// Has letters wait, then lets the half that sends them loose.
async fn drain(
    bench: &Bench,
    manner: Manner,
    numbers: std::ops::Range<usize>,
) -> Result<Sink, Failure> {
    let sink = Sink::start(manner).await?;
    sqlx::query("delete from job")
        .execute(&bench.place.db)
        .await?;
    let apis = bench.place.serve(Half::Apis, sink.port, &[]).await?;
    request_for(bench, &apis, numbers.clone()).await?;
    apis.program.stop()?;
    let worker = bench.place.serve(Half::Worker, sink.port, &[]).await?;
    sink.received(u64::try_from(numbers.len())?, PATIENCE)
        .await?;
    worker.program.stop()?;
    Ok(sink)
}
