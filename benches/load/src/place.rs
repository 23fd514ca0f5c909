//! Where it happens: a folder, a durable Postgres of its own, and the server from its release binary.

use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tempfile::TempDir;

use crate::Failure;
use crate::http::{self, Connection};
use crate::people;

/// Limits count as ever, and refuse nobody here.
const SERVER: &str = r#"
[server]
default_tenant = "bench"
drain = "0s"
[limits]
recovery_per_identifier = "100000000/hour"
recovery_per_address = "100000000/hour"
recovery_per_tenant = "100000000/hour"
login_per_address = "100000000/hour"
codes_per_account = "100000000/hour"
mail_per_server = "100000000/hour"
[log]
format = "json"
level = "off"
"#;

const TENANT: &str = r#"
code = "bench"
name = "Bench Cooperative"
hosts = ["bench.localhost"]
[mail]
from = "Bench Cooperative <help@bench.example>"
[clevermaps]
conceal_unknown = true
[turbosmtp]
conceal_unknown = true
"#;

/// How long a program may take until it does what it was started for.
const PATIENCE: Duration = Duration::from_mins(1);

/// A program that ends with its value.
pub struct Program(Child);

impl Program {
    fn start(command: &mut Command) -> Result<Self, Failure> {
        Ok(Self(command.stdin(Stdio::null()).spawn()?))
    }

    fn pid(&self) -> Result<Pid, Failure> {
        let pid = Pid::from_raw(self.0.id().cast_signed());
        Ok(pid.ok_or("a program has no number")?)
    }

    /// A line of `/proc/PID/status`, in MiB.
    pub fn memory(&self, name: &str) -> Result<f64, Failure> {
        let path = format!("/proc/{}/status", self.0.id());
        let text = std::fs::read_to_string(path)?;
        let line = text.lines().find(|line| line.starts_with(name));
        let kib = line.and_then(|line| line.split_whitespace().nth(1));
        let kib: u32 = kib.ok_or("the system does not say")?.parse()?;
        Ok(f64::from(kib) / 1024.0)
    }

    /// Asks it to end, and waits until it has.
    pub fn stop(mut self) -> Result<(), Failure> {
        kill_process(self.pid()?, Signal::TERM)?;
        self.0.wait()?;
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let (Ok(None), Ok(pid)) = (self.0.try_wait(), self.pid()) {
            let _ = kill_process(pid, Signal::TERM);
            let _ = self.0.wait();
        }
    }
}

/// A running server.
pub struct Server {
    pub program: Program,
    pub address: SocketAddr,
    /// From its start until it said that it is up.
    pub started_in: Duration,
}

/// Which half of the server runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Half {
    Both,
    Apis,
    Worker,
}

/// A database with a tenant and its people.
pub struct Place {
    // Fields are dropped in order: the database ends before its folder.
    postgres: Option<Program>,
    pub folder: TempDir,
    rekey: PathBuf,
    pub url: String,
    pub db: PgPool,
    /// The key that SSPR is called with.
    pub key: String,
    pub imported_in: Duration,
}

impl Place {
    pub async fn make(rekey: &Path) -> Result<Self, Failure> {
        let folder = tempfile::Builder::new().prefix("rekey-bench.").tempdir()?;
        // Postgres may run as somebody else, who must get through.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o711))?;
        let mut command = Command::new(rekey);
        command.args(["database", "run", "--data-dir"]);
        command
            .arg(folder.path().join("data"))
            .stdout(Stdio::piped());
        command.env_remove("DATABASE_URL");
        let mut postgres = Program::start(&mut command)?;
        let said = postgres
            .0
            .stdout
            .take()
            .ok_or("the database says nothing")?;
        let mut url = String::new();
        BufReader::new(said).read_line(&mut url)?;
        let url = url.trim().to_owned();
        let db = PgPoolOptions::new()
            .max_connections(4)
            .connect(&url)
            .await?;
        let mut place = Self {
            postgres: Some(postgres),
            folder,
            rekey: rekey.to_owned(),
            url,
            db,
            key: String::new(),
            imported_in: Duration::ZERO,
        };
        place.settle()?;
        Ok(place)
    }

    /// Makes the tenant, its people and a key.
    fn settle(&mut self) -> Result<(), Failure> {
        self.write("rekey.toml", SERVER)?;
        let tenant = self.write("tenant.toml", TENANT)?;
        self.run(&["tenant", "apply", &tenant])?;
        let accounts = self.write("accounts.jsonl", &people::lines()?)?;
        let began = Instant::now();
        self.run(&["account", "import", &accounts, "--tenant", "bench"])?;
        self.imported_in = began.elapsed();
        let made = self.run(&[
            "key", "create", "--tenant", "bench", "--kind", "sspr", "--json",
        ])?;
        let made: serde_json::Value = serde_json::from_str(&made)?;
        let secret = made["secret"].as_str().ok_or("no key was made")?;
        secret.clone_into(&mut self.key);
        Ok(())
    }

    fn write(&self, name: &str, text: &str) -> Result<String, Failure> {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text)?;
        Ok(path.display().to_string())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.rekey);
        command.args(arguments);
        command.env("REKEY_CONFIG", self.folder.path().join("rekey.toml"));
        command.env("DATABASE_URL", &self.url);
        command.env("REKEY__DATABASE__DATA_DIR", self.folder.path().join("keys"));
        command.env_remove("REKEY_SECRET_KEY");
        command
    }

    /// Runs a command of the server and returns what it printed.
    fn run(&self, arguments: &[&str]) -> Result<String, Failure> {
        let output = self.command(arguments).output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("rekey {}: {said}", arguments.join(" ")).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Starts a server, whose letters go to a port on this machine, and waits until it is up.
    pub async fn serve(
        &self,
        half: Half,
        smtp: u16,
        settings: &[(&str, &str)],
    ) -> Result<Server, Failure> {
        let (public, operator) = (free_address()?, free_address()?);
        let mut command = self.command(&["serve"]);
        match half {
            Half::Both => {}
            Half::Apis => drop(command.arg("--no-worker")),
            Half::Worker => drop(command.arg("--worker-only")),
        }
        command.env("REKEY__SERVER__BIND", public.to_string());
        command.env("REKEY__SERVER__OPERATOR_BIND", operator.to_string());
        command.env("REKEY__SERVER__PUBLIC_URL", format!("http://{public}"));
        command.env("REKEY__MAIL__SMTP_URL", format!("smtp://127.0.0.1:{smtp}"));
        command.envs(settings.iter().copied());
        let began = Instant::now();
        let program = Program::start(&mut command)?;
        let address = if half == Half::Worker {
            operator
        } else {
            public
        };
        let started_in = up(address, began).await?;
        Ok(Server {
            program,
            address,
            started_in,
        })
    }

    /// Starts this program itself as one of the servers in [`crate::bare`].
    pub async fn bare(&self, what: &str) -> Result<Server, Failure> {
        let address = free_address()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["bare", what, &address.to_string(), &self.url]);
        let began = Instant::now();
        let program = Program::start(&mut command)?;
        let started_in = up(address, began).await?;
        Ok(Server {
            program,
            address,
            started_in,
        })
    }

    /// Ends the database. Its folder goes with its value.
    pub async fn close(mut self) -> Result<(), Failure> {
        self.db.close().await;
        self.postgres.take().map_or(Ok(()), Program::stop)
    }
}

/// An address that nobody listens on.
fn free_address() -> Result<SocketAddr, Failure> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}

/// Waits until something answers that it is well.
async fn up(address: SocketAddr, began: Instant) -> Result<Duration, Failure> {
    let request = http::get("/health/ready", "");
    let mut look = tokio::time::interval(Duration::from_millis(1));
    while began.elapsed() < PATIENCE {
        look.tick().await;
        let Ok(mut connection) = Connection::open(address).await else {
            continue;
        };
        // Where letters wait it says so; it is up all the same.
        if let Ok(answer) = connection.ask(&request).await
            && matches!(answer.status, 200 | 503)
        {
            return Ok(began.elapsed());
        }
    }
    Err("a server did not come up".into())
}
