//! Programs of others: as whom they run, and the files of deploy/postgres that they read.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::chown;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, geteuid, kill_process};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{interval, timeout};

/// Whom root becomes for programs that will not run as root: `postgres`. Nobody where this is not root.
fn other() -> Option<(u32, u32)> {
    if !geteuid().is_root() {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let line = users.lines().find(|line| line.starts_with("postgres:"));
    let mut parts = line.expect("a user postgres").split(':').skip(2);
    let mut number = || parts.next().unwrap().parse().unwrap();
    Some((number(), number()))
}

/// Makes a folder that such a program may write to.
pub fn folder(path: &Path) {
    std::fs::create_dir_all(path).unwrap();
    if let Some((user, group)) = other() {
        chown(path, Some(user), Some(group)).unwrap();
    }
}

/// Starts a program in a folder of its own; what it says goes to `log` there.
pub fn start(program: &str, arguments: &[&str], home: &Path) -> Child {
    let log = File::create(home.join("log")).unwrap();
    let mut command = Command::new(program);
    command.args(arguments).current_dir(home).env("HOME", home);
    command.stdin(Stdio::null()).kill_on_drop(true);
    command.stdout(log.try_clone().unwrap()).stderr(log);
    if let Some((user, group)) = other() {
        command.uid(user).gid(group);
    }
    command
        .spawn()
        .unwrap_or_else(|error| panic!("{program}: {error}; make scale installs it"))
}

/// Waits until a port of this machine is open.
pub async fn opened(port: u16) {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut tick = interval(Duration::from_millis(20));
    let opened = async {
        while TcpStream::connect(address).await.is_err() {
            tick.tick().await;
        }
    };
    let opened = timeout(Duration::from_mins(1), opened).await;
    opened.unwrap_or_else(|_| panic!("nobody listens on {address}"));
}

/// Ends a process at once.
pub fn kill(pid: u32) {
    // It may have ended by itself.
    let _ = kill_process(Pid::from_raw(pid.cast_signed()).unwrap(), Signal::KILL);
}

/// A file of deploy/postgres with each of some texts, all of which it holds, replaced.
pub fn configuration(name: &str, changes: &[(&str, &str)]) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("deploy/postgres")
        .join(name);
    let mut text = std::fs::read_to_string(path).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{name} does not say {from:?}");
        text = text.replace(from, to);
    }
    text
}
