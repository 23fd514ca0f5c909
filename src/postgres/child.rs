//! What every program of Postgres is started with.

use std::env;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use super::places::Home;
use super::user::User;

/// A command that runs as `user` and owes nothing to the environment of Rekey.
pub(super) fn command(program: &Path, user: Option<&User>, home: &Home) -> Command {
    let mut command = Command::new(program);
    // `PGPORT`, `PGDATA` and their like are meant for clients and for other servers.
    for (name, _) in env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"PG") {
            command.env_remove(name);
        }
    }
    command
        .env("LC_ALL", "C")
        .env("TZ", "UTC")
        // Where Rekey stands may be closed to the user.
        .current_dir(home.dir())
        .stdin(Stdio::null());
    if let Some(user) = user {
        command.uid(user.uid).gid(user.gid);
    }
    command
}
