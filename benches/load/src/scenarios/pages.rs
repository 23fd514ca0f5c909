//! The built-in pages: how heavy, and how soon their first byte comes.

use std::time::Instant;

use crate::figures::{Goal, median};
use crate::http::{self, Connection};
use crate::place::Half;
use crate::{Bench, Failure};

use super::tokens;

const VISITS: usize = 300;

pub(super) async fn measure(bench: &mut Bench) -> Result<(), Failure> {
    bench.figures.section("Pages");
    let links = tokens(bench, 500..501).await?;
    let (_, token) = links.first().ok_or("no letter came")?;
    let server = bench.place.serve(Half::Apis, 9, &[]).await?;
    let link = format!("/recover/reset?token={token}");
    let mut connection = Connection::open(server.address).await?;
    let (mut sizes, mut waits) = (Vec::new(), Vec::new());
    for path in [
        "/recover?tenant=bench",
        "/recover/locked?tenant=bench",
        "/recover/username?tenant=bench",
        "/recover/not-there?tenant=bench",
        &link,
    ] {
        let (html, wait) = visit(&mut connection, path).await?;
        waits.push(wait);
        let mut size = html.len();
        for asset in assets(&html) {
            connection.ask(&http::get(&asset, "")).await?;
            size += connection.body().len();
        }
        sizes.push(size as f64 / 1000.0);
    }
    server.program.stop()?;
    let (size, wait) = (median(sizes.into_iter()), median(waits.into_iter()));
    let figures = &mut bench.figures;
    let goal = (Goal::AtMost(15.0), "< 15 KB");
    figures.plain(
        "the median page, with all it links to",
        &format!("{size:.1} KB"),
        goal,
        size,
    );
    let goal = (Goal::AtMost(5.0), "< 5 ms");
    figures.plain(
        "its first byte, on loopback",
        &format!("{wait:.2} ms"),
        goal,
        wait,
    );
    Ok(())
}

/// The page that a path leads to, and how long its first byte takes at the median.
async fn visit(connection: &mut Connection, path: &str) -> Result<(String, f64), Failure> {
    let (mut path, mut headers) = (path.to_owned(), String::new());
    let mut answer = connection.ask(&http::get(&path, "")).await?;
    // A link with a token leads on, with a cookie.
    while matches!(answer.status, 302 | 303) {
        let head = connection.head();
        let field = |name: &str| {
            let lines = head.lines().filter_map(|line| line.split_once(": "));
            let mut lines = lines.filter(|(key, _)| key.eq_ignore_ascii_case(name));
            lines.next().map(|(_, value)| value.to_owned())
        };
        let cookie = field("set-cookie").unwrap_or_default();
        let cookie = cookie.split(';').next().unwrap_or_default();
        headers = format!("cookie: {cookie}\r\n");
        let next = field("location").ok_or("a redirection to nowhere")?;
        let next = next.find("/recover").map(|at| next[at..].to_owned());
        path = next.ok_or("a redirection elsewhere")?;
        answer = connection.ask(&http::get(&path, &headers)).await?;
    }
    let html = connection.body();
    let request = http::get(&path, &headers);
    let mut waits = Vec::with_capacity(VISITS);
    for _ in 0..VISITS {
        let asked = Instant::now();
        let answer = connection.ask(&request).await?;
        waits.push((answer.first_byte - asked).as_secs_f64() * 1000.0);
    }
    Ok((html, median(waits.into_iter())))
}

/// What a page loads from its own server.
fn assets(html: &str) -> Vec<String> {
    let links = html
        .split(['"', '\''])
        .filter(|text| text.contains("/recover/assets/"));
    let paths = links.filter_map(|text| text.find("/recover/").map(|at| text[at..].to_owned()));
    paths.collect()
}
