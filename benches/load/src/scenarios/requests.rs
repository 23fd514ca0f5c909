//! Asking for a reset letter. The half that sends letters does not run, so that one insert and one
//! commit stand beside one insert and one commit.

use crate::bare::WORK;
use crate::drive;
use crate::figures::{Goal, Pair};
use crate::http;
use crate::people::{self, PEOPLE};
use crate::place::Half;
use crate::raw::{self, Statement};
use crate::{Bench, Failure};

use super::{CONNECTIONS, ROUNDS, TURN, source, turn};

pub(super) async fn measure(bench: &mut Bench) -> Result<(), Failure> {
    bench
        .figures
        .section("Recovery request (SSPR `resetPasswordRequest`)");
    let place = &bench.place;
    let server = place.serve(Half::Apis, 9, &[]).await?;
    let bare = place.bare("database").await?;
    let (key, other) = (place.key.clone(), place.key.clone());
    let known = source(204, move |number| people::reset_request(&key, number));
    let unknown = source(204, move |number| {
        people::reset_request(&other, PEOPLE + number)
    });
    let insert = source(204, |_| http::post("/insert", "", WORK));
    let (mut of_known, mut of_unknown) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let limit = turn(&bare, round, insert.clone()).await?;
        of_known.push((turn(&server, round, known.clone()).await?, limit));
        of_unknown.push((turn(&server, round, unknown.clone()).await?, limit));
    }
    let (of_known, of_unknown) = (Pair::of(&of_known), Pair::of(&of_unknown));
    let pgbench = raw::pgbench(place.folder.path(), &place.url, Statement::Insert);
    let rate = of_known.ours / 2.0;
    let half = drive::open(server.address, CONNECTIONS, rate, TURN, 7, known).await?;
    server.program.stop()?;
    sqlx::query("delete from job").execute(&place.db).await?;

    let figures = &mut bench.figures;
    figures.rate("known name", of_known, "axum + sqlx, one insert", 0.85);
    figures.rate("unknown name", of_unknown, "axum + sqlx, one insert", 0.85);
    if let Some(tps) = pgbench {
        figures.plain(
            "pgbench, the same insert, 16 connections",
            &format!("{tps:.0}/s"),
            (Goal::None, ""),
            tps,
        );
    }
    let (p50, p99) = (half.quantile(0, 0.5), half.quantile(0, 0.99));
    figures.plain(
        "latency at half that rate, open loop",
        &format!("p50 {p50:.1} ms, p99 {p99:.1} ms"),
        (Goal::None, ""),
        p99,
    );
    Ok(())
}
