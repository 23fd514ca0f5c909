//! Making a cluster, whole or not at all.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::binaries::Binaries;
use super::child;
use super::error::Error;
use super::log::last_lines;
use super::password::{Password, random_hex};
use super::places::{Home, Places, make_private};
use super::url::NAME;
use super::user::{User, give};

/// What a cluster is made with.
#[derive(Debug)]
pub(super) struct Recipe<'a> {
    pub(super) binaries: &'a Binaries,
    pub(super) user: Option<&'a User>,
    pub(super) durable: bool,
}

impl Recipe<'_> {
    /// Returns the password of the cluster, which is made if it is missing.
    pub(super) async fn ensure(&self, places: &Places) -> Result<Password, Error> {
        sweep(places)?;
        let home = places.home();
        if home.major()?.is_some() {
            return Password::read(&home.password());
        }
        let draft = places.draft(&random_hex::<4>()?);
        let password = self.make(&draft).await?;
        fs::rename(draft.dir(), home.dir()).map_err(Error::file("make", home.dir()))?;
        // Without this the rename itself could be lost to a power cut.
        File::open(places.dir())
            .and_then(|dir| dir.sync_all())
            .map_err(Error::file("write", places.dir()))?;
        tracing::info!(dir = %home.dir().display(), "made the database");
        Ok(password)
    }

    async fn make(&self, draft: &Home) -> Result<Password, Error> {
        make_private(draft.dir()).map_err(Error::file("make", draft.dir()))?;
        give(draft.dir(), self.user)?;
        let password = Password::generate()?;
        password.write(&draft.password())?;
        give(&draft.password(), self.user)?;
        self.initdb(draft).await?;
        self.create_database(draft, &password).await?;
        Ok(password)
    }

    async fn initdb(&self, draft: &Home) -> Result<(), Error> {
        let program = &self.binaries.initdb;
        let mut command = child::command(program, self.user, draft);
        command
            .args(["--auth-local=scram-sha-256", "--auth-host=scram-sha-256"])
            .args(["--encoding=UTF8", "--locale=C", "--data-checksums"])
            .args(["--username", NAME])
            .arg(option("--pwfile=", &draft.password()))
            .arg(option("--pgdata=", &draft.data()));
        if !self.durable {
            command.arg("--no-sync");
        }
        run(program, command, "").await
    }

    /// Works in single-user mode, so that there is no server to start, to log in to and to stop.
    async fn create_database(&self, draft: &Home, password: &Password) -> Result<(), Error> {
        let program = &self.binaries.postgres;
        let mut command = child::command(program, self.user, draft);
        command.arg("--single").arg("-D").arg(draft.data());
        // Otherwise a failed statement would still end in success.
        command.args(["-c", "exit_on_error=on"]);
        let mut statements = format!("create database {NAME}\n");
        if !self.durable {
            command.args(["-c", "fsync=off"]);
            let verifier = password.verifier()?;
            statements = format!("{statements}alter role {NAME} password '{verifier}'\n");
        }
        command.arg("postgres");
        run(program, command, &statements).await
    }
}

/// Removes what earlier starts left half-finished.
fn sweep(places: &Places) -> Result<(), Error> {
    for draft in places.drafts()? {
        // An `initdb` that still writes there can make this fail; the next start tries again.
        match fs::remove_dir_all(&draft) {
            Ok(()) => tracing::info!(dir = %draft.display(), "removed an unfinished database"),
            Err(error) => tracing::warn!(dir = %draft.display(), %error, "left it for later"),
        }
    }
    Ok(())
}

fn option(name: &str, value: &Path) -> OsString {
    let mut option = OsString::from(name);
    option.push(value);
    option
}

async fn run(program: &Path, mut command: Command, input: &str) -> Result<(), Error> {
    let failed = |source| Error::Spawn {
        program: program.to_owned(),
        source,
    };
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that ended early has said why, and that is reported below.
        let _ = stdin.write_all(input.as_bytes()).await;
    }
    let output = child.wait_with_output().await.map_err(failed)?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::Init {
        program: program.to_owned(),
        output: last_lines(&String::from_utf8_lossy(&output.stderr)),
    })
}
