//! The real binary, as an operator starts it.

use std::fs::File;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use sqlx::PgPool;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::folder::Folder;

/// Longer than anything here takes, shorter than a person waits.
const PATIENCE: Duration = Duration::from_mins(2);

/// A running `rekey serve`.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub url: String,
    /// Where its operator listens, if they do.
    pub operator: Option<String>,
    /// Where it writes its log.
    pub log: PathBuf,
}

/// How servers of one test are started.
pub struct Setup {
    folder: Folder,
    variables: Vec<(String, String)>,
}

impl Setup {
    /// Servers on the database of a test.
    pub fn new(db: &PgPool) -> Self {
        let folder = Folder::new();
        let data_dir = folder.path().join("data").display().to_string();
        let fixed = [
            ("DATABASE_URL", database_url(db)),
            ("REKEY__DATABASE__DATA_DIR", data_dir),
            ("REKEY__SERVER__BIND", "127.0.0.1:0".to_owned()),
            ("REKEY__SERVER__OPERATOR_BIND", String::new()),
            ("REKEY__LOG__FORMAT", "json".to_owned()),
            // No proxy has to notice, unless a test says so.
            ("REKEY__SERVER__DRAIN", "0s".to_owned()),
        ];
        let variables = fixed.map(|(name, value)| (name.to_owned(), value)).into();
        Self { folder, variables }
    }

    /// Sets a variable of the environment.
    pub fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        self.put(name, value);
        self
    }

    /// Sets a variable of the environment for what is started from now on.
    pub fn put(&mut self, name: &str, value: impl Into<String>) {
        self.variables.push((name.to_owned(), value.into()));
    }

    /// Opens an operator listener.
    pub fn observed(self) -> Self {
        self.set("REKEY__SERVER__OPERATOR_BIND", "127.0.0.1:0")
    }

    /// Lifts every limit out of the way.
    pub fn without_limits(self) -> Self {
        [
            "RECOVERY_PER_IDENTIFIER",
            "RECOVERY_PER_ADDRESS",
            "RECOVERY_PER_TENANT",
            "MAIL_PER_SERVER",
        ]
        .into_iter()
        .fold(self, |setup, name| {
            setup.set(&format!("REKEY__LIMITS__{name}"), "1000000/hour")
        })
    }

    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// A command of the binary with this environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let binary = std::env::var("REKEY_UNDER_TEST");
        let mut command = Command::new(binary.as_deref().unwrap_or(env!("CARGO_BIN_EXE_rekey")));
        command
            .args(arguments)
            .kill_on_drop(true)
            .stdin(Stdio::null());
        for name in ["DATABASE_URL", "REKEY_CONFIG", "REKEY_SECRET_KEY"] {
            command.env_remove(name);
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command and returns what it printed.
    pub async fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().await.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "rekey {arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Starts a server and waits until it listens.
    pub async fn serve(&self, name: &str) -> Server {
        self.serve_as(name, &[]).await
    }

    /// The same with more arguments.
    pub async fn serve_as(&self, name: &str, more: &[&str]) -> Server {
        let log = self.folder.path().join(format!("{name}.log"));
        let file = File::create(&log).unwrap();
        let mut command = self.command(&[&["serve"], more].concat());
        let mut child = command.stderr(file).stdout(Stdio::null()).spawn().unwrap();
        let bound = self.variables.iter().rev();
        let mut bound = bound.filter(|(name, _)| name == "REKEY__SERVER__OPERATOR_BIND");
        let is_observed = bound.next().is_some_and(|(_, address)| !address.is_empty());
        let is_public = !more.contains(&"--worker-only");
        let listeners = usize::from(is_public) + usize::from(is_observed);
        let addresses = timeout(PATIENCE, listening(&log, &mut child, listeners))
            .await
            .expect("it listens");
        Server {
            child,
            url: format!("http://{}", addresses[0]),
            operator: addresses.get(1).map(|address| format!("http://{address}")),
            log,
        }
    }
}

impl Server {
    /// Kills it without a chance to end in order.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// What it has counted, once a line of that is as it should be.
    pub async fn scraped(&self, line: &str) -> String {
        let url = format!("{}/metrics", self.operator.as_ref().unwrap());
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        let scraping = async {
            loop {
                tick.tick().await;
                let text = reqwest::get(&url).await.unwrap().text().await.unwrap();
                if text.lines().any(|shown| shown == line) {
                    return text;
                }
            }
        };
        let scraped = timeout(PATIENCE, scraping).await;
        scraped.unwrap_or_else(|_| panic!("{line} is never shown"))
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_raw(self.pid().cast_signed()).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// Asks it to end, and returns its exit code.
    pub async fn stop(self) -> Option<i32> {
        self.signal(rustix::process::Signal::TERM);
        self.ended().await
    }

    /// Waits until it has ended, and returns its exit code.
    pub async fn ended(mut self) -> Option<i32> {
        timeout(PATIENCE, self.child.wait())
            .await
            .expect("it ends")
            .unwrap()
            .code()
    }
}

/// Follows a log until it says where all listeners of the server are, the public one first.
async fn listening(log: &std::path::Path, child: &mut Child, listeners: usize) -> Vec<String> {
    let mut tick = tokio::time::interval(Duration::from_millis(10));
    loop {
        tick.tick().await;
        let text = tokio::fs::read_to_string(log).await.unwrap();
        let lines = text.lines().map(serde_json::from_str::<serde_json::Value>);
        let said = lines
            .flatten()
            .filter(|line| line["message"] == "listening");
        let said = said.map(|line| line["address"].as_str().unwrap().to_owned());
        let addresses: Vec<String> = said.collect();
        if addresses.len() == listeners {
            return addresses;
        }
        assert!(
            child.try_wait().unwrap().is_none(),
            "the server ended: {text}"
        );
    }
}

/// Reads lines of a child's output until one is the last that is wanted.
pub async fn lines_until(
    output: impl tokio::io::AsyncRead + Unpin,
    is_last: impl Fn(&str) -> bool,
) -> Vec<String> {
    let mut lines = BufReader::new(output).lines();
    let mut read = Vec::new();
    let reading = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            let ends = is_last(&line);
            read.push(line);
            if ends {
                break;
            }
        }
    };
    timeout(PATIENCE, reading).await.expect("the line comes");
    read
}

/// The URL of a test's own database.
pub fn database_url(db: &PgPool) -> String {
    let mut url: url::Url = std::env::var("DATABASE_URL").unwrap().parse().unwrap();
    url.set_path(db.connect_options().get_database().unwrap());
    url.to_string()
}
