//! O-03: a server that ends in order leaves no event that waits for its seal.

use std::time::Duration;

use reqwest::Client;
use rustix::process::Signal;
use sqlx::PgPool;
use tokio::time::interval;

use crate::harness::World;
use crate::harness::binary::Setup;
use crate::sspr::{NOBODYS, path, with_token};

/// What is refused while the server leaves is counted, written down, and sealed.
#[rekey_test::on_a_database]
async fn the_last_events_are_sealed(db: PgPool) {
    let world = World::with_a_trail(db).await;
    let setup = Setup::of(&world).set("REKEY__SERVER__DRAIN", "3s");
    let server = setup.serve("server").await;
    let client = Client::new();
    server.signal(Signal::TERM);
    let ready = format!("{}/health/ready", server.url);
    let mut tick = interval(Duration::from_millis(10));
    while client.get(&ready).send().await.unwrap().status() != 503 {
        tick.tick().await;
    }
    let refused = client
        .post(format!("{}{}", server.url, path("validateToken")))
        .header("authorization", world.key.reveal())
        .json(&with_token("validateToken", NOBODYS))
        .send()
        .await;
    assert!(refused.unwrap().status().is_client_error());
    assert_eq!(server.ended().await, Some(0));
    let recorded = "select count(*) from audit_event where action = 'token.refused'";
    assert_eq!(world.count(recorded).await, 1);
    assert_eq!(world.count("select count(*) from audit_unsealed").await, 0);
    world.verified().await;
}
