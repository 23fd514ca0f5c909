//! Leaving behind a proxy: first said, then done (docs/operations.md, "Stopping").

use std::time::Duration;

use reqwest::{Client, Response};
use rustix::process::Signal;
use sqlx::PgPool;
use tokio::time::interval;

use super::{furnish, setup};
use crate::harness::binary::Server;
use crate::harness::smtp::{Mode, SmtpServer};
use crate::harness::world::PEOPLE;
use crate::sspr::{minimal, path};

/// Asks whether the server is ready until it says that it is leaving.
async fn leaving(client: &Client, server: &Server) -> Response {
    let mut tick = interval(Duration::from_millis(10));
    loop {
        tick.tick().await;
        let url = format!("{}/health/ready", server.url);
        let ready = client.get(url).send().await.unwrap();
        if ready.status() == 503 {
            return ready;
        }
    }
}

/// While it leaves, it says so, takes requests, and keeps no connection; letters are left to others.
#[rekey_test::on_an_empty_database]
async fn a_server_that_leaves_serves_on(db: PgPool) {
    let mail = SmtpServer::start(Mode::Plain).await;
    let setup = setup(&db, &mail).set("REKEY__SERVER__DRAIN", "5m");
    let key = furnish(&setup, PEOPLE.trim_start()).await;
    let server = setup.serve("leaving").await;
    let client = Client::new();
    let live = format!("{}/health/live", server.url);
    let kept = client.get(&live).send().await.unwrap();
    assert_eq!(kept.headers().get("connection"), None);
    server.signal(Signal::TERM);
    let ready = leaving(&client, &server).await;
    assert_eq!(ready.headers()["connection"], "close");
    assert!(ready.text().await.unwrap().contains("\"leaving\""));
    let asked = client
        .post(format!("{}{}", server.url, path("resetPasswordRequest")))
        .header("authorization", key)
        .json(&minimal("resetPasswordRequest"));
    let answered = asked.send().await.unwrap();
    assert_eq!(answered.status(), 204);
    assert_eq!(answered.headers()["connection"], "close");
    let other = setup.serve("other").await;
    mail.received(1).await;
    // A second signal waits for nothing.
    server.signal(Signal::TERM);
    assert_eq!(server.ended().await, Some(1));
    other.signal(Signal::INT);
    assert_eq!(other.ended().await, Some(0), "nobody at a terminal waits");
}
