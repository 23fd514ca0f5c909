//! Where everything lies below the data directory.

use std::fs::{self, DirBuilder, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::error::Error;
use super::user;

/// What every cluster in the making is called at first, before a random ending.
const DRAFT: &str = "postgres.new-";

/// The data directory, by its absolute path.
#[derive(Debug, Clone)]
pub(super) struct Places(PathBuf);

/// A cluster, with its password and its socket beside it.
#[derive(Debug, Clone)]
pub(super) struct Home(PathBuf);

impl Places {
    /// The data directory as it is; none when it is missing.
    pub(super) fn find(data_dir: &Path) -> Result<Option<Self>, Error> {
        if_any(fs::canonicalize(data_dir))
            .map(|found| found.map(Self))
            .map_err(Error::file("find", data_dir))
    }

    /// Makes the data directory first if it is missing.
    pub(super) fn make(data_dir: &Path) -> Result<Self, Error> {
        make_all(data_dir)
            .and_then(|()| fs::canonicalize(data_dir))
            .map(Self)
            .map_err(Error::file("make", data_dir))
    }

    pub(super) fn dir(&self) -> &Path {
        &self.0
    }

    pub(super) fn lock(&self) -> PathBuf {
        self.0.join("rekey.lock")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.0.join("postgres.log")
    }

    pub(super) fn home(&self) -> Home {
        Home(self.0.join("postgres"))
    }

    /// A place to make a cluster in.
    ///
    /// Its name is never used again: an `initdb` that outlived its Rekey may still write there.
    pub(super) fn draft(&self, ending: &str) -> Home {
        Home(self.0.join(format!("{DRAFT}{ending}")))
    }

    /// The clusters that were never finished.
    pub(super) fn drafts(&self) -> Result<Vec<PathBuf>, Error> {
        let entries = fs::read_dir(&self.0).map_err(Error::file("list", &self.0))?;
        Ok(entries
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(DRAFT))
            .map(|entry| entry.path())
            .collect())
    }
}

impl Home {
    pub(super) fn dir(&self) -> &Path {
        &self.0
    }

    pub(super) fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    pub(super) fn password(&self) -> PathBuf {
        self.0.join("password")
    }

    pub(super) fn postmaster_pid(&self) -> PathBuf {
        self.data().join("postmaster.pid")
    }

    /// The major version that made the cluster; none when there is no cluster.
    pub(super) fn major(&self) -> Result<Option<u32>, Error> {
        let path = self.data().join("PG_VERSION");
        let text = if_any(fs::read_to_string(&path)).map_err(Error::file("read", &path))?;
        Ok(text.and_then(|text| text.trim().parse().ok()))
    }
}

/// Turns the absence of a file into none.
pub(super) fn if_any<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Makes a directory that only its owner can use.
pub(super) fn make_private(dir: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(dir)
}

fn make_all(dir: &Path) -> io::Result<()> {
    if dir.as_os_str().is_empty() || dir.is_dir() {
        return Ok(());
    }
    if let Some(parent) = dir.parent() {
        make_all(parent)?;
    }
    make_private(dir)?;
    // Below root's directory lies one of the user that Postgres runs as, who has to get there.
    let mode = if user::is_root() { 0o711 } else { 0o700 };
    fs::set_permissions(dir, Permissions::from_mode(mode))
}
