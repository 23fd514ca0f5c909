//! Servers that answer, and others that send letters.

use std::time::Duration;

use sqlx::PgPool;

use crate::harness::binary::Setup;
use crate::pair::{Pair, pass};

/// The one that sends letters is killed under load, and another takes its place.
#[rekey_test::on_an_empty_database]
async fn a_killed_worker_loses_no_letter(db: PgPool) {
    let pair = Pair::start(Setup::new(&db), &["--no-worker"]).await;
    pair.setup.run(&["migrate"]).await;
    pair.under_load("split, a worker killed", async |pair| {
        // It must listen somewhere, for us to know that it is up.
        pair.setup
            .put("REKEY__SERVER__OPERATOR_BIND", "127.0.0.1:0");
        let first = pair.setup.serve_as("worker-1", &["--worker-only"]).await;
        pass(Duration::from_secs(8)).await;
        assert!(!pair.mail.messages().is_empty());
        first.kill().await;
        pass(Duration::from_secs(2)).await;
        let second = pair.setup.serve_as("worker-2", &["--worker-only"]).await;
        pair.servers.push(second);
    })
    .await;
}
