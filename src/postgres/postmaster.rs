//! What `postmaster.pid` says of the server that last wrote it.

use std::fs;
use std::path::PathBuf;

use super::error::Error;
use super::places::{Home, if_any};
use rustix::process::{Pid, Signal, kill_process};

/// The server that last wrote `postmaster.pid`; it need not live any more.
#[derive(Debug)]
pub(super) struct Postmaster {
    pid: Option<u32>,
    port: Option<u16>,
    socket: Option<PathBuf>,
    ready: bool,
}

impl Postmaster {
    /// Reads the file of the cluster, if there is one.
    pub(super) fn read(home: &Home) -> Result<Option<Self>, Error> {
        let path = home.postmaster_pid();
        let text = if_any(fs::read(&path)).map_err(Error::file("read", &path))?;
        Ok(text.map(|text| Self::parse(&String::from_utf8_lossy(&text))))
    }

    /// The file grows line by line while the server starts, and its status comes last.
    fn parse(text: &str) -> Self {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let line = |number: usize| lines.get(number - 1).copied().unwrap_or_default();
        Self {
            pid: line(1).parse().ok(),
            port: line(4).parse().ok(),
            socket: Some(PathBuf::from(line(5))).filter(|dir| dir.is_absolute()),
            ready: line(8) == "ready",
        }
    }

    pub(super) fn is_ready_as(&self, pid: Option<u32>) -> bool {
        self.ready && self.pid.is_some() && self.pid == pid
    }

    /// The socket's directory and port, once connections are let in.
    pub(super) fn address(self) -> Option<(PathBuf, u16)> {
        self.socket.zip(self.port).filter(|_| self.ready)
    }

    /// The process that claims the cluster.
    pub(super) fn pid(&self) -> Option<u32> {
        self.pid
    }
}

/// Asks for a fast shutdown: sessions are cut off, what is committed is written.
pub(super) fn interrupt(pid: u32) {
    let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) else {
        return;
    };
    if let Err(error) = kill_process(pid, Signal::INT) {
        tracing::debug!(%error, "Postgres has ended already");
    }
}
