//! The private Postgres from the outside: started, refused, killed, moved about and stopped.

use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rekey::postgres::{Binaries, Cluster, Error as Failure, Options, Search, read_url};
use sqlx::error::DatabaseError;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::interval;

type Outcome = Result<(), Box<dyn Error>>;

/// Tells the second process of a test which data directory to hold.
const HOLD: &str = "REKEY_TEST_HOLD";

/// A directory of one test's own, removed at its end.
struct Dir(PathBuf);

impl Dir {
    fn new(test: &str) -> io::Result<Self> {
        let name = format!("rekey-test-{}-{test}", std::process::id());
        let dir = std::env::temp_dir().join(name);
        fs::create_dir(&dir)?;
        Ok(Self(dir))
    }

    fn options(&self) -> Options {
        Options {
            data_dir: self.0.join("data"),
            durable: false,
            max_connections: 10,
            tcp: false,
        }
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn ask(url: &str, sql: &str) -> Result<String, sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    let answer = sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
        .fetch_one(&mut connection)
        .await?;
    connection.close().await?;
    Ok(answer)
}

async fn until(condition: impl Fn() -> bool) {
    let mut glances = interval(Duration::from_millis(5));
    while !condition() {
        glances.tick().await;
    }
}

fn is_alive(pid: u32) -> bool {
    fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|command| !command.is_empty())
}

fn some_process_names(dir: &Path) -> bool {
    let dir = dir.to_string_lossy().into_owned();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|process| fs::read(process.path().join("cmdline")).ok())
        .any(|command| String::from_utf8_lossy(&command).contains(&dir))
}

fn text(failure: Result<Cluster, Failure>) -> String {
    failure.map_or_else(|failure| failure.to_string(), |_| "started".to_owned())
}

/// Runs [`holder`] in a process that can be killed.
fn hold(data_dir: &Path) -> io::Result<Child> {
    let module = module_path!().split_once("::").map(|(_, module)| module);
    let test = module.map_or("holder".to_owned(), |module| format!("{module}::holder"));
    Command::new(std::env::current_exe()?)
        .args(["--exact", &test, "--nocapture"])
        .env(HOLD, data_dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
}

/// No test by itself: the second process of those that need one.
#[tokio::test]
async fn holder() -> Outcome {
    let Some(data_dir) = std::env::var_os(HOLD) else {
        return Ok(());
    };
    let cluster = Cluster::start(&Options {
        data_dir: data_dir.into(),
        durable: true,
        max_connections: 10,
        tcp: false,
    })
    .await?;
    println!("holding");
    tokio::io::stdin().read_to_end(&mut Vec::new()).await?;
    cluster.stop().await?;
    Ok(())
}

#[tokio::test]
async fn answers_sqlx_and_psql_and_keeps_its_password() -> Outcome {
    let dir = Dir::new("answers")?;
    let cluster = Cluster::start(&dir.options()).await?;
    let url = cluster.url();
    assert_eq!(ask(&url, "select current_user || ''").await?, "rekey");
    let facts = "select concat_ws(' ', current_setting('data_checksums'), \
                 current_setting('server_encoding'), datcollate, current_setting('fsync'), \
                 current_setting('password_encryption')) \
                 from pg_database where datname = current_database()";
    assert_eq!(ask(&url, facts).await?, "on UTF8 C off scram-sha-256");

    let binaries = Binaries::find(&Search::system(), None).await?;
    let psql = Command::new(binaries.postgres.with_file_name("psql"))
        .args([&url, "-Atc", "select 40 + 2"])
        .output()
        .await?;
    assert_eq!(String::from_utf8(psql.stdout)?, "42\n");

    assert_eq!(read_url(&dir.options().data_dir)?, url);
    cluster.stop().await?;
    let again = Cluster::start(&dir.options()).await?;
    assert_eq!(again.url(), url);
    assert_eq!(ask(&url, "select 'still'").await?, "still");
    again.stop().await?;
    Ok(())
}

#[tokio::test]
async fn says_nothing_of_its_password() -> Outcome {
    let dir = Dir::new("debug")?;
    let cluster = Cluster::start(&dir.options()).await?;
    let file = dir.options().data_dir.join("postgres/password");
    let password = fs::read_to_string(&file)?;
    assert_eq!(fs::metadata(&file)?.mode() & 0o777, 0o600);
    assert!(cluster.url().contains(password.trim()));
    assert!(!format!("{cluster:?}").contains(password.trim()));
    cluster.stop().await?;
    let log = fs::read_to_string(dir.options().data_dir.join("postgres.log"))?;
    assert!(!log.contains(password.trim()));
    Ok(())
}

#[tokio::test]
async fn refuses_a_second_start() -> Outcome {
    let dir = Dir::new("second")?;
    let first = Cluster::start(&dir.options()).await?;
    let second = text(Cluster::start(&dir.options()).await);
    let holder = format!("another rekey (process {}) already", std::process::id());
    assert!(second.starts_with(&holder), "{second}");
    assert!(second.contains(&*dir.options().data_dir.to_string_lossy()));
    assert_eq!(ask(&first.url(), "select 'up'").await?, "up");
    first.stop().await?;
    Ok(())
}

#[tokio::test]
async fn takes_over_from_a_killed_holder() -> Outcome {
    let dir = Dir::new("killed")?;
    let data_dir = dir.options().data_dir;
    let mut holder = hold(&data_dir)?;
    let stdout = holder.stdout.take().ok_or("no stdout")?;
    let mut lines = BufReader::new(stdout).lines();
    while !lines.next_line().await?.ok_or("ended")?.contains("holding") {}

    let mut connection = PgConnection::connect(&read_url(&data_dir)?).await?;
    sqlx::raw_sql("create table kept as select 'committed' as word")
        .execute(&mut connection)
        .await?;
    let pid_file = fs::read_to_string(data_dir.join("postgres/data/postmaster.pid"))?;
    let orphan = pid_file.lines().next().ok_or("empty")?.parse()?;
    holder.kill().await?;
    assert!(is_alive(orphan));

    let next = Cluster::start(&dir.options()).await?;
    assert!(!is_alive(orphan));
    assert_eq!(
        ask(&next.url(), "select word from kept").await?,
        "committed"
    );
    next.stop().await?;
    Ok(())
}

#[tokio::test]
async fn leaves_an_unrelated_process_alone() -> Outcome {
    let dir = Dir::new("stale")?;
    Cluster::start(&dir.options()).await?.stop().await?;
    let mut unrelated = Command::new("cat")
        .stdin(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let home = dir.options().data_dir.join("postgres");
    let pid = unrelated.id().ok_or("ended")?;
    let data = home.join("data");
    let stale = format!(
        "{pid}\n{}\n1\n5432\n{}\n\n1 2\nready   \n",
        data.display(),
        home.display()
    );
    fs::write(data.join("postmaster.pid"), &stale)?;
    fs::write(home.join(".s.PGSQL.5432.lock"), &stale)?;
    let absent = read_url(&dir.options().data_dir).map_err(|error| error.to_string());
    assert!(absent.is_err_and(|error| error.contains("is not running")));

    let cluster = Cluster::start(&dir.options()).await?;
    assert_eq!(ask(&cluster.url(), "select 'up'").await?, "up");
    assert_eq!(unrelated.try_wait()?, None);
    cluster.stop().await?;
    Ok(())
}

#[tokio::test]
async fn makes_the_cluster_anew_after_a_kill_midway() -> Outcome {
    let dir = Dir::new("midway")?;
    let data_dir = dir.options().data_dir;
    let mut holder = hold(&data_dir)?;
    until(|| {
        let mut entries = fs::read_dir(&data_dir).into_iter().flatten().flatten();
        entries.any(|entry| entry.path().join("data/PG_VERSION").exists())
    })
    .await;
    holder.kill().await?;
    assert!(!data_dir.join("postgres").exists());
    let left = data_dir.join("postgres.new-left");
    fs::create_dir_all(left.join("data"))?;

    let cluster = Cluster::start(&dir.options()).await?;
    assert!(!left.exists());
    assert_eq!(ask(&cluster.url(), "select 'whole'").await?, "whole");
    cluster.stop().await?;
    until(|| !some_process_names(&data_dir)).await;
    Ok(())
}

/// A path may be too long for a socket, or hold a comma, which libpq takes for a list.
#[tokio::test]
async fn lives_where_its_socket_cannot() -> Outcome {
    for (test, name) in [
        ("deep", "deep-down-".repeat(12)),
        ("comma", "a, b".to_owned()),
    ] {
        let dir = Dir::new(test)?;
        let mut options = dir.options();
        options.data_dir = options.data_dir.join(name);
        let cluster = Cluster::start(&options).await?;
        let url = cluster.url();
        assert_eq!(ask(&url, "select 'answer'").await?, "answer");
        assert_eq!(read_url(&options.data_dir)?, url);
        let (_, socket) = url.split_once("host=").ok_or("no host")?;
        let (socket, _) = socket.split_once('&').ok_or("no port")?;
        let socket = PathBuf::from(socket.replace("%2F", "/"));
        assert_eq!(fs::metadata(&socket)?.mode() & 0o777, 0o700);
        cluster.stop().await?;
        assert!(!socket.exists());
    }
    Ok(())
}

#[tokio::test]
async fn ends_its_process_when_stopped_or_dropped() -> Outcome {
    let dir = Dir::new("stop")?;
    let data_dir = dir.options().data_dir;
    assert!(read_url(&data_dir).is_err_and(|error| matches!(error, Failure::NotMade(_))));
    let cluster = Cluster::start(&dir.options()).await?;
    let pid = cluster.pid().ok_or("ended")?;
    assert!(is_alive(pid));
    cluster.stop().await?;
    assert!(!is_alive(pid));
    assert!(read_url(&data_dir).is_err_and(|error| matches!(error, Failure::NotRunning(_))));

    let cluster = Cluster::start(&dir.options()).await?;
    let pid = cluster.pid().ok_or("ended")?;
    drop(cluster);
    until(|| !is_alive(pid)).await;
    Ok(())
}

#[tokio::test]
async fn names_the_package_and_the_setting_when_nothing_is_installed() -> Outcome {
    let dir = Dir::new("nothing")?;
    let search = Search {
        path: OsString::from(&dir.0),
        versions: dir.0.join("versions"),
    };
    let new = Binaries::find(&search, None)
        .await
        .map_err(|error| error.to_string());
    let new = new.err().ok_or("found")?;
    assert!(
        new.contains("Debian package `postgresql`") && new.contains("`database.url`"),
        "{new}"
    );
    let old = Binaries::find(&search, Some(14))
        .await
        .map_err(|error| error.to_string());
    assert!(old.err().ok_or("found")?.contains("`postgresql-14`"));
    Ok(())
}

#[tokio::test]
async fn asks_for_the_password_over_tcp() -> Outcome {
    let dir = Dir::new("tcp")?;
    let options = Options {
        tcp: true,
        ..dir.options()
    };
    let cluster = Cluster::start(&options).await?;
    let port = cluster.port().ok_or("no port")?;
    let url = cluster.url();
    assert_eq!(ask(&url, "select 'socket'").await?, "socket");
    let (credentials, _) = url.split_once("@localhost").ok_or("no host")?;
    let tcp = format!("{credentials}@127.0.0.1:{port}/rekey");
    assert_eq!(ask(&tcp, "select 'tcp'").await?, "tcp");
    for wrong in [tcp, url].map(|url| url.replacen("rekey:", "rekey:0", 1)) {
        let refused = ask(&wrong, "select 'in'").await;
        let error = refused.err().ok_or("let in")?;
        let code = error.as_database_error().and_then(DatabaseError::code);
        assert_eq!(code.as_deref(), Some("28P01"));
    }
    cluster.stop().await?;
    Ok(())
}

#[tokio::test]
async fn opens_no_port_unless_asked() -> Outcome {
    let dir = Dir::new("closed")?;
    let cluster = Cluster::start(&dir.options()).await?;
    assert_eq!(cluster.port(), None);
    let files = format!("/proc/{}/fd", cluster.pid().ok_or("ended")?);
    let open: Vec<String> = fs::read_dir(files)?
        .flatten()
        .filter_map(|file| fs::read_link(file.path()).ok())
        .filter_map(|target| {
            let inode = target
                .to_str()?
                .strip_prefix("socket:[")?
                .strip_suffix(']')?;
            Some(inode.to_owned())
        })
        .collect();
    assert!(!open.is_empty());
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        let table = fs::read_to_string(table).unwrap_or_default();
        let mut inodes = table
            .lines()
            .filter_map(|line| line.split_whitespace().nth(9));
        assert!(!inodes.any(|inode| open.iter().any(|own| own == inode)));
    }
    cluster.stop().await?;
    Ok(())
}

/// Says nothing when run by an ordinary user, who needs no other to run Postgres.
#[tokio::test]
async fn names_the_directory_that_keeps_postgres_out() -> Outcome {
    if fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(());
    }
    let dir = Dir::new("blocked")?;
    let closed = dir.0.join("closed");
    fs::DirBuilder::new().mode(0o700).create(&closed)?;
    let failure = text(
        Cluster::start(&Options {
            data_dir: closed.join("data"),
            ..dir.options()
        })
        .await,
    );
    let blocked = format!("{} does not let user postgres pass", closed.display());
    assert!(failure.starts_with(&blocked), "{failure}");
    assert!(failure.contains("`database.data_dir`"));
    Ok(())
}
