//! The database loses its leader under load: what was answered is kept, and soon all is well again.

use std::time::Duration;

use sqlx::PgPool;
use tokio::time::Instant;

use crate::harness::binary::Setup;
use crate::harness::folder::Folder;
use crate::load::Load;
use crate::pair::{Pair, pass, told};
use crate::patroni::Cluster;

/// How long the load goes on before and after.
const BEFORE: Duration = Duration::from_secs(10);
const AFTER: Duration = Duration::from_secs(20);
/// The longest that anything may fail once there is a new leader.
const SOON: Duration = Duration::from_secs(10);

struct Scene {
    cluster: Cluster,
    pair: Pair,
    _folder: Folder,
}

async fn scene(db: &PgPool) -> Scene {
    let folder = Folder::new();
    let cluster = Cluster::start(folder.path()).await;
    let setup = Setup::new(db).set("DATABASE_URL", cluster.url.clone());
    let pair = Pair::start(setup, &[]).await;
    cluster.is_whole().await;
    Scene {
        cluster,
        pair,
        _folder: folder,
    }
}

impl Scene {
    /// Loads while the lead goes to another.
    async fn under_load(mut self, what: &str, act: impl AsyncFnOnce(&mut Cluster) -> usize) {
        let load = Load::start(&self.pair.proxy.url, &self.pair.key);
        pass(BEFORE).await;
        let old = self.cluster.leader().await;
        let lost_at = Instant::now();
        let new = act(&mut self.cluster).await;
        let elected = Instant::now();
        assert_ne!(old, new);
        pass(AFTER).await;
        let report = load.stop().await;
        let letters = self.pair.letters(&report).await;
        let (first, last) = report.failures.unwrap_or((elected, elected));
        println!(
            "{what}: {}; a new leader after {:.1} s, the first error {:.1} s and the last {:.1} s after the \
             loss; {letters}",
            told(&report),
            (elected - lost_at).as_secs_f64(),
            first.saturating_duration_since(lost_at).as_secs_f64(),
            last.saturating_duration_since(lost_at).as_secs_f64(),
        );
        for (why, times) in &report.failed {
            println!("  {times} times {}", why.lines().next().unwrap_or_default());
        }
        assert!(first >= lost_at, "nothing failed before");
        assert!(last <= elected + SOON, "errors ended");
        assert_eq!(letters.lost, 0);
        self.pair.stop().await;
    }
}

#[rekey_test::on_an_empty_database]
async fn a_killed_leader_loses_nothing_that_was_answered(db: PgPool) {
    let scene = scene(&db).await;
    scene
        .under_load("killed leader", async |cluster| {
            let leader = cluster.leader().await;
            cluster.kill(leader).await;
            cluster.leader().await
        })
        .await;
}

#[rekey_test::on_an_empty_database]
async fn a_switchover_loses_nothing_that_was_answered(db: PgPool) {
    let scene = scene(&db).await;
    scene
        .under_load("switchover", async |cluster| cluster.switch_over().await)
        .await;
}
