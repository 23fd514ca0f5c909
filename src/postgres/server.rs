//! The server program and its settings.

use std::net::{Ipv4Addr, TcpListener};

use tokio::process::{Child, Command};

use super::Options;
use super::child;
use super::error::Error;
use super::init::Recipe;
use super::log::Log;
use super::places::Home;
use super::socket::SocketDir;

/// The port that names the socket when no port is opened.
const SOCKET_PORT: u16 = 5432;
/// What holds for every server.
const ALWAYS: [&str; 4] = [
    "logging_collector=off",
    // The one role is a superuser, for whom there is nothing to keep back.
    "superuser_reserved_connections=0",
    // The details of an error repeat the values of a row, and these may be personal.
    "log_error_verbosity=terse",
    "timezone=UTC",
];
/// What holds when a commit need not outlive the machine.
const FLEETING: [&str; 5] = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
];

/// How one server is to run.
#[derive(Debug)]
pub(super) struct Server<'a> {
    pub(super) recipe: &'a Recipe<'a>,
    pub(super) max_connections: u16,
    /// The loopback port to open, if any.
    pub(super) tcp: Option<u16>,
}

impl<'a> Server<'a> {
    pub(super) fn new(recipe: &'a Recipe<'a>, options: &Options) -> Result<Self, Error> {
        Ok(Self {
            recipe,
            max_connections: options.max_connections,
            tcp: options.tcp.then(free_port).transpose()?,
        })
    }

    /// The port in the name of the socket.
    pub(super) fn port(&self) -> u16 {
        self.tcp.unwrap_or(SOCKET_PORT)
    }

    pub(super) fn spawn(&self, home: &Home, socket: &SocketDir, log: &Log) -> Result<Child, Error> {
        let program = &self.recipe.binaries.postgres;
        let mut command = child::command(program, self.recipe.user, home);
        command
            .arg("-D")
            .arg(home.data())
            .arg("-k")
            .arg(socket.path());
        self.set(&mut command);
        command
            .stdout(log.handle()?)
            .stderr(log.handle()?)
            // A Ctrl-C at the terminal is for Rekey, which ends its server last.
            .process_group(0)
            .spawn()
            .map_err(|source| Error::Spawn {
                program: program.clone(),
                source,
            })
    }

    fn set(&self, command: &mut Command) {
        let addresses = if self.tcp.is_some() { "127.0.0.1" } else { "" };
        let mut settings = vec![
            format!("listen_addresses={addresses}"),
            format!("port={}", self.port()),
            format!("max_connections={}", self.max_connections),
        ];
        settings.extend(ALWAYS.map(str::to_owned));
        if !self.recipe.durable {
            settings.extend(FLEETING.map(str::to_owned));
        }
        for setting in settings {
            command.arg("-c").arg(setting);
        }
    }
}

/// Postgres does not pick a port itself; this one can be lost to another process until it binds.
fn free_port() -> Result<u16, Error> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(Error::NoPort)
}
