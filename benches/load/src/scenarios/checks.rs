//! Questions that cost no hash: is this token good, who is signed in?

use crate::drive::{self, Request};
use crate::figures::{Goal, Pair};
use crate::http::{self, Connection};
use crate::people;
use crate::place::Half;
use crate::raw::{self, Statement};
use crate::{Bench, Failure};

use super::{CONNECTIONS, ROUNDS, TURN, source, tokens, turn};

pub(super) async fn measure(bench: &mut Bench) -> Result<(), Failure> {
    bench.figures.section("Cheap questions");
    let good = tokens(bench, 0..500).await?;
    let place = &bench.place;
    let server = place.serve(Half::Apis, 9, &[]).await?;
    let bare = place.bare("database").await?;

    let key = place.key.clone();
    let check = move |dice: &mut crate::dice::Dice| {
        let (number, token) = good.get(dice.below(good.len()))?;
        Some(Request::new(people::token_check(&key, *number, token), 204))
    };
    let check: std::sync::Arc<dyn drive::Source> = std::sync::Arc::new(check);
    let session = session(server.address, 1).await?;
    let current = source(200, move |_| people::current(&session));
    let select = source(204, |number| {
        http::post("/select", "", &format!(r#"{{"token":"{number:064}"}}"#))
    });
    let (mut of_check, mut of_current) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let limit = turn(&bare, round, select.clone()).await?;
        of_check.push((turn(&server, round, check.clone()).await?, limit));
        of_current.push((turn(&server, round, current.clone()).await?, limit));
    }
    let pgbench = raw::pgbench(place.folder.path(), &place.url, Statement::Select);
    let of_check = Pair::of(&of_check);
    let rate = of_check.ours / 2.0;
    let half = drive::open(server.address, CONNECTIONS, rate, TURN, 7, check).await?;
    server.program.stop()?;

    let figures = &mut bench.figures;
    figures.rate(
        "token check (SSPR `validateToken`)",
        of_check,
        "axum + sqlx, one select",
        0.85,
    );
    let (p50, p99) = (half.quantile(0, 0.5), half.quantile(0, 0.99));
    let measured = format!("p50 {p50:.1} ms, p99 {p99:.1} ms");
    figures.plain(
        "latency at half that rate, open loop",
        &measured,
        (Goal::None, ""),
        p99,
    );
    let of_current = Pair::of(&of_current);
    let measured = format!("{:.0}/s", of_current.ours);
    let limit = format!("axum + sqlx, one select {:.0}/s", of_current.limit);
    figures.note(
        "`GET /api/auth` in a session",
        &measured,
        (&limit, Some(of_current.ratio)),
        (Goal::None, ""),
        0.0,
    );
    if let Some(tps) = pgbench {
        let measured = format!("{tps:.0}/s");
        figures.plain(
            "pgbench, the same select, 16 connections",
            &measured,
            (Goal::None, ""),
            tps,
        );
    }
    Ok(())
}

/// Signs somebody in and returns the token of the session.
pub(super) async fn session(
    address: std::net::SocketAddr,
    number: usize,
) -> Result<String, Failure> {
    let mut connection = Connection::open(address).await?;
    connection.ask(&people::log_in(number)).await?;
    let body: serde_json::Value = serde_json::from_str(&connection.body())?;
    let token = body["sessionToken"].as_str();
    Ok(token.ok_or("nobody was signed in")?.to_owned())
}
