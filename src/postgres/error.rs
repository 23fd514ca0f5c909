//! What can go wrong with the private Postgres, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

/// Why the private Postgres did not start, stop or answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No usable server is installed.
    #[error(
        "found no Postgres 15 or newer in {searched}; install the Debian package `postgresql`, \
         or set `database.url` to the server you want to use"
    )]
    NoBinaries {
        /// The directories looked into, comma-separated.
        searched: String,
    },
    /// The cluster belongs to a major version that is not installed.
    #[error(
        "the database was made by Postgres {major}, which was not found in {searched}; install \
         the Debian package `postgresql-{major}`, or set `database.url` to another server"
    )]
    OtherVersion {
        /// The major version that made the cluster.
        major: u32,
        /// The directories looked into, comma-separated.
        searched: String,
    },
    /// Another Rekey holds the data directory.
    #[error(
        "another rekey{} already uses {}; stop it, or set `database.data_dir` to a directory of \
         its own",
        .pid.map(|pid| format!(" (process {pid})")).unwrap_or_default(),
        .data_dir.display()
    )]
    InUse {
        /// The directory both want.
        data_dir: PathBuf,
        /// The holder, as far as it has written itself down.
        pid: Option<u32>,
    },
    /// The user that Postgres runs as cannot reach the data directory.
    #[error(
        "{} does not let user {user} pass, and Postgres does not run as root; set \
         `database.data_dir` to a directory outside it, or run `chmod o+x` on it",
        .dir.display()
    )]
    Blocked {
        /// The first directory on the way that is closed.
        dir: PathBuf,
        /// The user that Postgres would run as.
        user: String,
    },
    /// Started by root without anybody to hand Postgres to.
    #[error(
        "Postgres does not run as root, and there is no user postgres or nobody; start rekey as \
         another user, or set `database.url` to the server you want to use"
    )]
    NoUser,
    /// The directory for the socket is not Rekey's own.
    #[error(
        "{} is not a private directory of Rekey's; remove it, or set `database.data_dir` to a \
         shorter path",
        .0.display()
    )]
    ForeignSocketDir(PathBuf),
    /// A file or a directory could not be used.
    #[error(
        "cannot {action} {}; check its owner and the free space, or set `database.data_dir` to \
         another directory",
        .path.display()
    )]
    File {
        /// What was attempted, as a verb.
        action: &'static str,
        /// What it was attempted on.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A program did not run at all.
    #[error("cannot run {}; check that it is executable", .program.display())]
    Spawn {
        /// The program.
        program: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// No cluster could be made.
    #[error("cannot make the database; mend what {} says: {output}", .program.display())]
    Init {
        /// The program that failed.
        program: PathBuf,
        /// The end of what it said.
        output: String,
    },
    /// The password file does not hold a password.
    #[error("{} does not hold the password of the database; restore it from a backup", .0.display())]
    NoPassword(PathBuf),
    /// The server ended before it was ready.
    #[error("Postgres ended before it was ready; mend what {} says: {tail}", .log.display())]
    Exited {
        /// The server's log.
        log: PathBuf,
        /// The end of it.
        tail: String,
    },
    /// The server runs but did not become ready in time.
    #[error("Postgres was not ready within {seconds} seconds; read {}: {tail}", .log.display())]
    NotReady {
        /// How long it was given.
        seconds: u64,
        /// The server's log.
        log: PathBuf,
        /// The end of it.
        tail: String,
    },
    /// A server did not end when asked.
    #[error("Postgres (process {pid}) did not stop within {seconds} seconds; end it by hand")]
    NotStopped {
        /// The server.
        pid: u32,
        /// How long it was given.
        seconds: u64,
    },
    /// No loopback port is free.
    #[error("no loopback port is free for Postgres; close one, or do without `tcp`")]
    NoPort(#[source] io::Error),
    /// There is no cluster to speak of.
    #[error("there is no database in {} yet; start `rekey serve` on it first", .0.display())]
    NotMade(PathBuf),
    /// There is a cluster, but no server on it.
    #[error("the database in {} is not running; start `rekey serve` on it", .0.display())]
    NotRunning(PathBuf),
}

impl Error {
    pub(super) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File {
            action,
            path,
            source,
        }
    }
}
