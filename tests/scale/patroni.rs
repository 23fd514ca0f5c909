//! A Patroni cluster of three members as deploy/postgres has it, with etcd, behind HAProxy.

use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::Client;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tokio::process::Child;
use tokio::time::{interval, timeout};

use crate::program::{self, configuration, opened};
use crate::proxy::free_port;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_mins(2);
const NAMES: [&str; 3] = ["one", "two", "three"];

/// A Postgres and the Patroni that looks after it.
struct Member {
    data: PathBuf,
    rest: u16,
    port: u16,
    home: PathBuf,
    patroni: Child,
}

impl Member {
    /// The process of its Postgres, if that runs.
    fn postmaster(&self) -> Option<u32> {
        let text = std::fs::read_to_string(self.data.join("postmaster.pid")).ok()?;
        text.lines().next()?.parse().ok()
    }

    /// Ends both without a chance to say goodbye.
    async fn kill(&mut self) {
        let postmaster = self.postmaster();
        self.patroni.start_kill().unwrap();
        postmaster.into_iter().for_each(program::kill);
        self.patroni.wait().await.unwrap();
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        // First who would start the other again.
        let _ = self.patroni.start_kill();
        self.postmaster().into_iter().for_each(program::kill);
    }
}

/// The cluster. It ends with its value.
pub struct Cluster {
    client: Client,
    members: Vec<Member>,
    _etcd: Child,
    _haproxy: Child,
    /// Where its leader is, whoever that is.
    pub url: String,
}

fn etcd(folder: &Path) -> (Child, u16) {
    let (home, clients, peers) = (folder.join("etcd"), free_port(), free_port());
    program::folder(&home);
    let (clients_url, peers_url) = (
        format!("http://127.0.0.1:{clients}"),
        format!("http://127.0.0.1:{peers}"),
    );
    let arguments = [
        "--data-dir=data",
        &format!("--listen-client-urls={clients_url}"),
        &format!("--advertise-client-urls={clients_url}"),
        &format!("--listen-peer-urls={peers_url}"),
        &format!("--initial-advertise-peer-urls={peers_url}"),
        &format!("--initial-cluster=default={peers_url}"),
    ];
    (program::start("etcd", &arguments, &home), clients)
}

fn member(folder: &Path, name: &str, etcd: u16) -> Member {
    let (home, port, rest) = (folder.join(name), free_port(), free_port());
    program::folder(&home);
    let data = home.join("data");
    let text = configuration(
        "patroni.yml",
        &[
            ("name: one", &format!("name: {name}")),
            ("192.0.2.21:8008", &format!("127.0.0.1:{rest}")),
            ("192.0.2.21:5432", &format!("127.0.0.1:{port}")),
            ("192.0.2.31:2379", &format!("127.0.0.1:{etcd}")),
            ("192.0.2.0/24", "127.0.0.1/32"),
            ("/var/lib/postgresql/15/rekey", &data.display().to_string()),
            ("/usr/lib/postgresql/15/bin", &binaries()),
            (
                "/var/lib/postgresql/.pgpass_rekey",
                &home.join("pgpass").display().to_string(),
            ),
            ("/var/run/postgresql", &home.display().to_string()),
            ("mode: automatic", "mode: off"),
        ],
    );
    std::fs::write(home.join("patroni.yml"), text).unwrap();
    let patroni = program::start("patroni", &["patroni.yml"], &home);
    Member {
        data,
        rest,
        port,
        home,
        patroni,
    }
}

/// Where Postgres' own programs are, as scripts/pg finds them.
fn binaries() -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/pg");
    let found = std::process::Command::new(script)
        .arg("postgres")
        .output()
        .unwrap();
    let path = PathBuf::from(String::from_utf8(found.stdout).unwrap().trim());
    path.parent().unwrap().display().to_string()
}

fn haproxy(folder: &Path, members: &[Member]) -> (Child, u16) {
    let (home, port) = (folder.join("primary"), free_port());
    program::folder(&home);
    let mut text = configuration(
        "haproxy.cfg",
        &[
            ("127.0.0.1:5000", &format!("127.0.0.1:{port}")),
            ("check port 8008", "check"),
        ],
    );
    for (member, last) in members.iter().zip(1..) {
        let theirs = format!("192.0.2.2{last}:5432");
        assert!(text.contains(&theirs), "haproxy.cfg does not say {theirs}");
        let ours = format!("127.0.0.1:{} port {}", member.port, member.rest);
        text = text.replace(&theirs, &ours);
    }
    std::fs::write(home.join("haproxy.cfg"), text).unwrap();
    let arguments = ["-db", "-q", "-f", "haproxy.cfg"];
    (program::start("/usr/sbin/haproxy", &arguments, &home), port)
}

impl Cluster {
    /// Starts one, with an empty database of Rekey's.
    pub async fn start(folder: &Path) -> Self {
        let (etcd, clients) = etcd(folder);
        opened(clients).await;
        let members: Vec<_> = NAMES
            .iter()
            .map(|name| member(folder, name, clients))
            .collect();
        let (haproxy, port) = haproxy(folder, &members);
        let cluster = Self {
            client: Client::new(),
            members,
            _etcd: etcd,
            _haproxy: haproxy,
            url: format!("postgres://rekey:secret@127.0.0.1:{port}/rekey"),
        };
        cluster.is_whole().await;
        opened(port).await;
        let admin = format!("postgres://postgres:change-me@127.0.0.1:{port}/postgres");
        let mut tick = interval(Duration::from_millis(200));
        let mut admin = loop {
            tick.tick().await;
            if let Ok(admin) = PgConnection::connect(&admin).await {
                break admin;
            }
        };
        for statement in [
            "create role rekey login password 'secret'",
            "create database rekey owner rekey",
        ] {
            admin.execute(AssertSqlSafe(statement)).await.unwrap();
        }
        cluster
    }

    /// How a member answers a check.
    async fn is(&self, place: usize, what: &str) -> bool {
        let url = format!("http://127.0.0.1:{}/{what}", self.members[place].rest);
        let answer = self.client.get(url).timeout(Duration::from_secs(2)).send();
        answer.await.is_ok_and(|answer| answer.status() == 200)
    }

    async fn count(&self, what: &str) -> usize {
        let mut count = 0;
        for place in 0..self.members.len() {
            count += usize::from(self.is(place, what).await);
        }
        count
    }

    /// Waits until one leads, one has every commit, and the third follows.
    pub async fn is_whole(&self) {
        let mut tick = interval(Duration::from_millis(200));
        let whole = async {
            while (
                self.count("primary").await,
                self.count("synchronous").await,
                self.count("replica").await,
            ) != (1, 1, 2)
            {
                tick.tick().await;
            }
        };
        let whole = timeout(PATIENCE, whole).await;
        whole.unwrap_or_else(|_| panic!("no whole cluster: {}", self.said()));
    }

    /// The last words of its members.
    fn said(&self) -> String {
        let last = |member: &Member| {
            let text = std::fs::read_to_string(member.home.join("log")).unwrap_or_default();
            let lines: Vec<_> = text.lines().rev().take(5).collect();
            lines.into_iter().rev().collect::<Vec<_>>().join("\n")
        };
        self.members
            .iter()
            .map(last)
            .collect::<Vec<_>>()
            .join("\n\n")
    }

    /// Waits until somebody leads, and says who.
    pub async fn leader(&self) -> usize {
        let mut tick = interval(Duration::from_millis(100));
        let leader = async {
            loop {
                for place in 0..self.members.len() {
                    if self.is(place, "primary").await {
                        return place;
                    }
                }
                tick.tick().await;
            }
        };
        let leader = timeout(PATIENCE, leader).await;
        leader.unwrap_or_else(|_| panic!("nobody leads: {}", self.said()))
    }

    pub async fn kill(&mut self, place: usize) {
        self.members[place].kill().await;
    }

    /// Hands the lead to another, in order.
    pub async fn switch_over(&self) -> usize {
        let leader = self.leader().await;
        let url = format!("http://127.0.0.1:{}/switchover", self.members[leader].rest);
        let asked = serde_json::json!({ "leader": NAMES[leader] });
        let answer = self.client.post(url).json(&asked).send().await.unwrap();
        assert!(
            answer.status().is_success(),
            "{}",
            answer.text().await.unwrap()
        );
        self.leader().await
    }
}
