//! Two servers behind HAProxy, and the letters that they promise.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter, Write as _};
use std::time::Duration;

use rustix::process::Signal;
use tokio::time::{Instant, interval, timeout};

use crate::furnish::furnish;
use crate::harness::binary::{Server, Setup};
use crate::harness::smtp::{Mode, SmtpServer};
use crate::load::{Load, Report};
use crate::proxy::{Proxy, free_port};

/// More people than a run asks letters for.
const PEOPLE: usize = 12_000;
/// How long a load lasts at least.
const LASTS: Duration = Duration::from_secs(20);
/// A job that was taken by a server that died is another's after a minute.
const PATIENCE: Duration = Duration::from_mins(3);

pub struct Pair {
    pub setup: Setup,
    pub mail: SmtpServer,
    pub proxy: Proxy,
    pub key: String,
    pub ports: [u16; 2],
    pub servers: Vec<Server>,
    /// What the servers are started with.
    arguments: Vec<&'static str>,
    starts: usize,
}

/// What became of letters.
pub struct Letters {
    pub promised: usize,
    pub lost: usize,
    pub twice: usize,
}

impl Display for Letters {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self {
            promised,
            lost,
            twice,
        } = self;
        write!(f, "{promised} letters promised, {lost} lost, {twice} twice")
    }
}

impl Pair {
    pub async fn start(setup: Setup, arguments: &[&'static str]) -> Self {
        let mail = SmtpServer::start(Mode::Plain).await;
        let setup = setup
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
            arguments: arguments.to_vec(),
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
        let name = format!("server-{}", self.starts);
        self.setup.serve_as(&name, &self.arguments).await
    }

    /// Restarts both, one after the other, each only while the other serves.
    pub async fn restart_in_turn(&mut self) {
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

    /// Waits until everybody who was promised a letter has one, or nobody would wait any longer.
    pub async fn letters(&self, report: &Report) -> Letters {
        let name = |n: &usize| format!("person{n}@domain.example");
        let promised: BTreeSet<_> = report.promised.iter().map(name).collect();
        let (began, mut tick) = (Instant::now(), interval(Duration::from_millis(250)));
        loop {
            tick.tick().await;
            let received = self.mail.messages();
            let arrived: BTreeSet<_> = received
                .iter()
                .flat_map(|letter| letter.to.clone())
                .collect();
            let lost = promised.difference(&arrived).count();
            if lost == 0 || began.elapsed() > PATIENCE {
                return Letters {
                    promised: promised.len(),
                    lost,
                    twice: received.len() - arrived.len(),
                };
            }
        }
    }

    /// Loads the pair while `act` goes on; then nothing may have failed, and nothing be lost.
    pub async fn under_load(mut self, what: &str, act: impl AsyncFnOnce(&mut Self)) {
        let (load, began) = (Load::start(&self.proxy.url, &self.key), Instant::now());
        act(&mut self).await;
        pass(LASTS.saturating_sub(began.elapsed())).await;
        let report = load.stop().await;
        let letters = self.letters(&report).await;
        println!("{what}: {}; {letters}", told(&report));
        assert!(report.failed.is_empty(), "{:#?}", report.failed);
        assert_eq!(letters.lost, 0);
        self.stop().await;
    }

    /// Ends the servers, which have nothing left to do.
    pub async fn stop(self) {
        for server in self.servers {
            assert_eq!(server.stop().await, Some(0));
        }
    }
}

/// Lets time pass under a load.
pub async fn pass(time: Duration) {
    let _ = timeout(time, std::future::pending::<()>()).await;
}

/// How a load went, in a line.
pub fn told(report: &Report) -> String {
    let failed: usize = report.failed.values().sum();
    format!(
        "{} requests in {:.1} s ({:.0}/s), {failed} failed, slowest {} ms",
        report.sent,
        report.lasted.as_secs_f64(),
        report.sent as f64 / report.lasted.as_secs_f64(),
        report.slowest.as_millis(),
    )
}
