//! Restarts and rotations under load, behind HAProxy: no request fails and no letter is lost.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use rustix::process::Signal;
use sqlx::PgPool;
use tokio::time::{Instant, timeout};

use crate::furnish;
use crate::harness::binary::{Server, Setup};
use crate::harness::smtp::{Mode, Received, SmtpServer};
use crate::load::Load;
use crate::proxy::{Proxy, free_port};

/// More people than a run asks letters for.
const PEOPLE: usize = 12_000;
/// How long the load lasts at least.
const LASTS: Duration = Duration::from_secs(20);

struct Pair {
    setup: Setup,
    mail: SmtpServer,
    proxy: Proxy,
    key: String,
    ports: [u16; 2],
    servers: Vec<Server>,
    starts: usize,
}

impl Pair {
    async fn start(db: &PgPool) -> Self {
        let mail = SmtpServer::start(Mode::Plain).await;
        let setup = Setup::new(db)
            .without_limits()
            .set("REKEY__SERVER__TRUSTED_PROXIES", "127.0.0.1/32")
            .set("REKEY__SERVER__DRAIN", "2s")
            .set("REKEY__LOG__LEVEL", "info,rekey::api=warn")
            .set(
                "REKEY__MAIL__SMTP_URL",
                format!("smtp://127.0.0.1:{}", mail.port()),
            );
        let people = (0..PEOPLE).fold(String::new(), |mut people, n| {
            let line =
                format!("{{\"login\":\"Person{n}\",\"email\":\"person{n}@domain.example\"}}");
            writeln!(people, "{line}").unwrap();
            people
        });
        let key = furnish(&setup, &people).await;
        let ports = [free_port(), free_port()];
        let proxy = Proxy::haproxy(setup.folder().path(), ports).await;
        let mut pair = Self {
            setup,
            mail,
            proxy,
            key,
            ports,
            servers: Vec::new(),
            starts: 0,
        };
        for place in 0..2 {
            let server = pair.serve(place).await;
            pair.servers.push(server);
        }
        pair.proxy.has(2).await;
        pair
    }

    async fn serve(&mut self, place: usize) -> Server {
        self.starts += 1;
        let bind = format!("127.0.0.1:{}", self.ports[place]);
        self.setup.put("REKEY__SERVER__BIND", bind);
        self.setup.serve(&format!("server-{}", self.starts)).await
    }

    /// Restarts both, one after the other, each only while the other serves.
    async fn restart_in_turn(&mut self) {
        for place in 0..2 {
            self.proxy.has(2).await;
            let old = self.servers.remove(place);
            old.signal(Signal::TERM);
            let began = Instant::now();
            assert_eq!(old.ended().await, Some(0));
            assert!(began.elapsed() < Duration::from_secs(10));
            let new = self.serve(place).await;
            self.servers.insert(place, new);
            self.proxy.has(2).await;
        }
    }

    /// Loads the pair while `act` goes on; then nothing may have failed, and nothing be lost.
    async fn under_load(mut self, what: &str, act: impl AsyncFnOnce(&mut Self)) {
        let (load, began) = (Load::start(&self.proxy.url, &self.key), Instant::now());
        act(&mut self).await;
        let rest = LASTS.saturating_sub(began.elapsed());
        let _ = timeout(rest, std::future::pending::<()>()).await;
        let report = load.stop().await;
        let mut received = self.mail.received(report.promised.len()).await;
        let name = |n: &usize| format!("person{n}@domain.example");
        let promised: BTreeSet<_> = report.promised.iter().map(name).collect();
        let arrived: BTreeSet<_> = received
            .iter()
            .flat_map(|letter| letter.to.clone())
            .collect();
        // Those that came twice may have been counted first.
        if !promised.is_subset(&arrived) {
            received = self.mail.received(received.len() + 1).await;
        }
        let arrived: BTreeSet<_> = received
            .iter()
            .flat_map(|letter| letter.to.clone())
            .collect();
        let lost = promised.difference(&arrived).count();
        let failed: usize = report.failed.values().sum();
        println!(
            "{what}: {} requests in {:.1} s ({:.0}/s), {failed} failed, slowest {} ms; {} letters promised, \
             {lost} lost, {} twice",
            report.sent,
            report.lasted.as_secs_f64(),
            report.sent as f64 / report.lasted.as_secs_f64(),
            report.slowest.as_millis(),
            promised.len(),
            received.len() - arrived.len(),
        );
        assert!(report.failed.is_empty(), "{:#?}", report.failed);
        assert_eq!(lost, 0);
        for server in self.servers {
            assert_eq!(server.stop().await, Some(0));
        }
    }
}

#[sqlx::test(migrations = false)]
async fn restarts_lose_nothing(db: PgPool) {
    let pair = Pair::start(&db).await;
    pair.under_load("rolling restart", async |pair| pair.restart_in_turn().await)
        .await;
}

#[sqlx::test(migrations = false)]
async fn a_rotation_of_the_secret_key_loses_nothing(db: PgPool) {
    let pair = Pair::start(&db).await;
    pair.under_load("rotation", async |pair| {
        pair.setup.run(&["secrets", "add"]).await;
        pair.restart_in_turn().await;
        pair.setup.run(&["secrets", "promote"]).await;
        pair.restart_in_turn().await;
    })
    .await;
}
