//! A server that outlived the Rekey that started it.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use tokio::time::{interval, timeout};

use super::error::Error;
use super::places::{Home, if_any};
use super::postmaster::{Postmaster, interrupt};

/// How often a condition that nothing announces is looked at.
pub(super) const GLANCE: Duration = Duration::from_millis(10);
/// How long a server may take to end.
pub(super) const STOPPING: Duration = Duration::from_mins(1);

/// Ends a server that outlived its Rekey, and removes a file that would keep the next from starting.
pub(super) async fn settle(home: &Home) -> Result<(), Error> {
    let Some(postmaster) = Postmaster::read(home)? else {
        return Ok(());
    };
    if let Some(pid) = postmaster.pid().filter(|pid| serves(*pid, home)) {
        tracing::warn!(pid, "stopping the Postgres that an earlier Rekey left");
        return end(pid, home).await;
    }
    // With its process gone, Postgres itself checks further that nothing else is at work.
    if postmaster.pid().is_some_and(|pid| !is_alive(pid)) {
        return Ok(());
    }
    let path = home.postmaster_pid();
    if_any(fs::remove_file(&path)).map_err(Error::file("remove", &path))?;
    Ok(())
}

async fn end(pid: u32, home: &Home) -> Result<(), Error> {
    interrupt(pid);
    let gone = async {
        let mut glances = interval(GLANCE);
        while serves(pid, home) {
            glances.tick().await;
        }
    };
    timeout(STOPPING, gone)
        .await
        .map_err(|_| Error::NotStopped {
            pid,
            seconds: STOPPING.as_secs(),
        })
}

fn is_alive(pid: u32) -> bool {
    Path::new(&format!("/proc/{pid}")).exists()
}

/// Whether the process with this number is in truth a server on this very cluster.
///
/// Asks `/proc`, since the number may long belong to another process.
pub(super) fn serves(pid: u32, home: &Home) -> bool {
    let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let mut arguments = command.split(|byte| *byte == 0);
    let program = arguments.next().unwrap_or_default();
    if !program.ends_with(b"/postgres") {
        return false;
    }
    // A server stands in its cluster, wherever that was moved to. A container may hide this.
    match fs::metadata(format!("/proc/{pid}/cwd")) {
        Ok(stands) => fs::metadata(home.data())
            .is_ok_and(|data| (data.dev(), data.ino()) == (stands.dev(), stands.ino())),
        Err(_) => arguments.any(|argument| argument == home.data().as_os_str().as_bytes()),
    }
}
