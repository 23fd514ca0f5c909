//! Memory while a thousand people wait for a hash.

use std::time::Duration;

use crate::figures::Goal;
use crate::people;
use crate::place::Half;
use crate::{Bench, Failure, drive};

use super::source;

/// How many sign in at once.
const WAITING: usize = 1000;

pub(super) async fn measure(bench: &mut Bench) -> Result<(), Failure> {
    bench.figures.section("Memory under load");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let settings = [("REKEY__HASHING__QUEUE", "1000")];
    let server = bench.place.serve(Half::Apis, 9, &settings).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let idle = server.program.memory("VmRSS")?;
    let source = source(drive::ANY, people::authorize);
    // Each asks until the time is over, so all of them are waiting all the while. On a slow machine
    // some wait for so long that they are turned away.
    let time = Duration::from_secs(3);
    drive::closed(server.address, WAITING, time, 5, source).await?;
    let peak = server.program.memory("VmHWM")?;
    server.program.stop()?;
    let most = idle + 20.0 * cores as f64 + 10.0;
    bench.figures.note(
        &format!("peak with {cores} hashes at once and {WAITING} sign-ins waiting"),
        &format!("{peak:.1} MiB"),
        (&format!("idle {idle:.1} MiB + 19 MiB a hash"), None),
        (
            Goal::AtMost(most),
            &format!("≤ {most:.1} MiB (idle + 20 MiB × {cores} + 10 MiB)"),
        ),
        peak,
    );
    Ok(())
}
