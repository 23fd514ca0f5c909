//! Starting, idling, and how large the binary is.

use std::time::Duration;

use crate::figures::{Goal, median};
use crate::place::Half;
use crate::{Bench, Failure};

pub(super) async fn measure(bench: &mut Bench) -> Result<(), Failure> {
    bench.figures.section("Start and idle");
    let (mut started, mut idle) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        let server = bench.place.serve(Half::Both, 9, &[]).await?;
        started.push(server.started_in.as_secs_f64() * 1000.0);
        tokio::time::sleep(Duration::from_millis(500)).await;
        idle.push(server.program.memory("VmRSS")?);
        server.program.stop()?;
    }
    let empty = bench.place.bare("empty").await?;
    let (least, quickest) = (empty.program.memory("VmRSS")?, empty.started_in);
    drop(empty);
    let (started, idle) = (median(started.into_iter()), median(idle.into_iter()));
    let figures = &mut bench.figures;
    let limit = format!("bare handler {:.0} ms", quickest.as_secs_f64() * 1000.0);
    let goal = (Goal::AtMost(100.0), "≤ 100 ms");
    figures.note(
        "start to ready, schema current",
        &format!("{started:.0} ms"),
        (&limit, None),
        goal,
        started,
    );
    let limit = format!("bare handler {least:.1} MiB");
    let goal = (Goal::AtMost(24.0), "≤ 24 MiB");
    figures.note(
        "memory idle, without Postgres",
        &format!("{idle:.1} MiB"),
        (&limit, None),
        goal,
        idle,
    );
    let size = std::fs::metadata(&bench.rekey)?.len() as f64 / 1024.0 / 1024.0;
    let goal = (Goal::AtMost(30.0), "≤ 30 MiB");
    figures.plain("release binary", &format!("{size:.1} MiB"), goal, size);
    let took = bench.place.imported_in.as_secs_f64();
    let measured = format!("{took:.1} s");
    figures.plain(
        "100 000 accounts imported",
        &measured,
        (Goal::None, ""),
        took,
    );
    Ok(())
}
