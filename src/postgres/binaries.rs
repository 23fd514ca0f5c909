//! Finding the server programs that are installed.

use std::cmp::Reverse;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use tokio::process::Command;

use super::error::Error;

/// The oldest major version that Rekey's schema is written for.
const OLDEST: u32 = 15;

/// Where to look for the server programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// Directories in the form of `PATH`; also asked for `pg_config`.
    pub path: OsString,
    /// A directory with one sub-directory for each major version, as Debian lays it out.
    pub versions: PathBuf,
}

/// The programs of one installed Postgres.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    /// Makes a cluster.
    pub initdb: PathBuf,
    /// Serves one.
    pub postgres: PathBuf,
    /// The major version of both.
    pub major: u32,
}

impl Search {
    /// The `PATH` of this process, and Debian's directory of versions.
    pub fn system() -> Self {
        Self {
            path: env::var_os("PATH").unwrap_or_default(),
            versions: PathBuf::from("/usr/lib/postgresql"),
        }
    }

    async fn directories(&self) -> Vec<PathBuf> {
        // A relative entry would mean another directory once the program runs elsewhere.
        let path: Vec<PathBuf> = env::split_paths(&self.path)
            .filter(|dir| dir.is_absolute())
            .collect();
        let mut found = Vec::new();
        if let Some(tool) = path
            .iter()
            .map(|dir| dir.join("pg_config"))
            .find(|tool| tool.is_file())
        {
            let said = output(&tool, "--bindir").await;
            found.extend(said.map(|dir| PathBuf::from(dir.trim())));
        }
        found.extend(path);
        found.extend(by_version(&self.versions));
        found
    }
}

impl Binaries {
    /// Finds the Postgres that made a cluster, or for a new one the first that is new enough.
    pub async fn find(search: &Search, made_by: Option<u32>) -> Result<Self, Error> {
        let directories = search.directories().await;
        for dir in &directories {
            if let Some(binaries) = Self::at(dir).await
                && made_by.map_or(binaries.major >= OLDEST, |major| major == binaries.major)
            {
                return Ok(binaries);
            }
        }
        let searched = listed(&directories, &search.versions);
        Err(match made_by {
            Some(major) => Error::OtherVersion { major, searched },
            None => Error::NoBinaries { searched },
        })
    }

    /// The programs in `dir`; `pg_config` alone may be there without a server beside it.
    async fn at(dir: &Path) -> Option<Self> {
        let (initdb, postgres) = (dir.join("initdb"), dir.join("postgres"));
        if !initdb.is_file() || !postgres.is_file() {
            return None;
        }
        let major = major(&output(&postgres, "--version").await?)?;
        Some(Self {
            initdb,
            postgres,
            major,
        })
    }
}

/// The `bin` directories of all versions below `root`, the newest first.
fn by_version(root: &Path) -> Vec<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(root)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    versions.sort_by_key(|(version, _)| Reverse(*version));
    versions.into_iter().map(|(_, dir)| dir).collect()
}

/// Reads `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`; also `17beta1` and `18devel`.
fn major(version: &str) -> Option<u32> {
    let number = version.split_whitespace().nth(2)?;
    let end = number
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(number.len());
    number.get(..end)?.parse().ok()
}

async fn output(program: &Path, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).output().await.ok()?;
    let succeeded = output.status.success();
    succeeded.then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn listed(directories: &[PathBuf], versions: &Path) -> String {
    let mut names: Vec<String> = directories
        .iter()
        .map(|dir| dir.display().to_string())
        .collect();
    names.push(versions.display().to_string());
    names.dedup();
    names.join(", ")
}
