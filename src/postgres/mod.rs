//! The private Postgres: one cluster below the data directory, run as a child of Rekey.
//!
//! Below the data directory lie:
//!
//! - `rekey.lock`, held for as long as a Rekey uses the directory;
//! - `postgres.log`, what the server has said;
//! - `postgres/`, the cluster in `data`, the password in `password`, and the server's socket;
//! - `postgres.new-*`, a cluster in the making, renamed to `postgres` once it is whole.

mod binaries;
mod child;
mod cluster;
mod error;
mod init;
mod lock;
mod log;
mod orphan;
mod password;
mod places;
mod postmaster;
mod server;
mod socket;
mod url;
mod user;

use std::path::{Path, PathBuf};

pub use binaries::{Binaries, Search};
pub use cluster::Cluster;
pub use error::Error;

use password::Password;
use places::Places;
use postmaster::Postmaster;

/// How a private Postgres is to be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The directory that keeps the cluster; made if it is missing.
    pub data_dir: PathBuf,
    /// Whether a commit survives a power cut; tests do without, for speed.
    pub durable: bool,
    /// How many connections the server grants at a time.
    pub max_connections: u16,
    /// Whether to listen on a free loopback port as well as on the socket.
    pub tcp: bool,
}

/// Returns the connection URL of the private Postgres that another process runs on `data_dir`.
///
/// The URL holds the password.
pub fn read_url(data_dir: &Path) -> Result<String, Error> {
    let home = Places::find(data_dir)?.map(|places| places.home());
    let not_made = || Error::NotMade(data_dir.to_owned());
    let home = home.ok_or_else(not_made)?;
    home.major()?.ok_or_else(not_made)?;
    let running = Postmaster::read(&home)?
        .filter(|found| found.pid().is_some_and(|pid| orphan::serves(pid, &home)))
        .and_then(Postmaster::address);
    let Some((socket, port)) = running else {
        return Err(Error::NotRunning(data_dir.to_owned()));
    };
    Ok(url::of(&Password::read(&home.password())?, &socket, port))
}
