//! The directory that the server's socket lies in.

use std::env;
use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};

use rustix::process::geteuid;

use super::error::Error;
use super::places::{Home, if_any, make_private};
use super::user::{User, give};

/// What a socket path may measure in bytes.
const LIMIT: usize = 107;
/// The longest name that Postgres gives to a socket.
const LONGEST: &str = "/.s.PGSQL.65535";
/// What every directory outside of a cluster is called, before the cluster's device and inode.
const PREFIX: &str = "rekey-socket-";
/// The link in such a directory that tells which cluster it is for.
const LINK: &str = "cluster";

/// A directory that only the server's user and root can use.
#[derive(Debug)]
pub(super) struct SocketDir {
    path: PathBuf,
    temporary: bool,
}

impl SocketDir {
    /// Takes the cluster's own directory, or one in the temporary directory if that is too deep.
    pub(super) fn prepare(home: &Home, user: Option<&User>) -> Result<Self, Error> {
        let entry = fs::metadata(home.dir()).map_err(Error::file("read", home.dir()))?;
        let base = base(user);
        if let Ok(base) = &base {
            sweep(base, &entry);
        }
        let temporary = !fits(home.dir());
        let path = if temporary {
            base?.join(name(&entry))
        } else {
            home.dir().to_owned()
        };
        let dir = Self { path, temporary };
        if temporary {
            dir.make(home, &entry, user)?;
        }
        dir.clear()?;
        Ok(dir)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the directory, if it is not the cluster's own.
    pub(super) fn remove(&self) {
        if self.temporary
            && let Err(error) = fs::remove_dir_all(&self.path)
        {
            tracing::warn!(dir = %self.path.display(), %error, "left the socket's directory");
        }
    }

    fn make(&self, home: &Home, owner: &Metadata, user: Option<&User>) -> Result<(), Error> {
        let path = &self.path;
        match make_private(path) {
            Ok(()) => {
                let link = path.join(LINK);
                symlink(home.dir(), &link).map_err(Error::file("make", &link))?;
                give(path, user)
            }
            // Anybody may have put something there: it has to be ours, and closed to others.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let found = fs::symlink_metadata(path).map_err(Error::file("read", path))?;
                if found.is_dir() && found.uid() == owner.uid() && found.mode() & 0o777 == 0o700 {
                    Ok(())
                } else {
                    Err(Error::ForeignSocketDir(path.clone()))
                }
            }
            Err(error) => Err(Error::file("make", path)(error)),
        }
    }

    /// Removes the sockets of a server that was killed.
    ///
    /// Postgres would not, if the number in the lock beside one belongs to another process by now.
    fn clear(&self) -> Result<(), Error> {
        let entries = fs::read_dir(&self.path).map_err(Error::file("list", &self.path))?;
        for path in entries.flatten().map(|entry| entry.path()) {
            if file_name(&path).starts_with(".s.PGSQL.") {
                if_any(fs::remove_file(&path)).map_err(Error::file("remove", &path))?;
            }
        }
        Ok(())
    }
}

/// The temporary directory, as far as it serves.
fn base(user: Option<&User>) -> Result<PathBuf, Error> {
    let usable = |dir: &PathBuf| {
        let longest = format!("{PREFIX}{:x}-{:x}", u64::MAX, u64::MAX);
        dir.is_dir()
            && fits(&dir.join(longest))
            && user.is_none_or(|user| user.check_passage(dir).is_ok())
    };
    let own = fs::canonicalize(env::temp_dir()).ok().filter(usable);
    let dir = own.unwrap_or_else(|| PathBuf::from("/tmp"));
    if let Some(user) = user {
        user.check_passage(&dir)?;
    }
    Ok(dir)
}

/// Whether a socket in `dir` can be made, and named in a URL: libpq takes a comma for a list.
fn fits(dir: &Path) -> bool {
    let plain = dir
        .to_str()
        .is_some_and(|text| !text.contains([',', '"', '\'']));
    plain && dir.as_os_str().as_bytes().len() + LONGEST.len() <= LIMIT
}

fn name(home: &Metadata) -> String {
    format!("{PREFIX}{:x}-{:x}", home.dev(), home.ino())
}

/// Removes the directories of clusters that are gone, so far as they are Rekey's or its server's.
fn sweep(base: &Path, owner: &Metadata) {
    let users = [owner.uid(), geteuid().as_raw()];
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        let path = entry.path();
        let ours = file_name(&path).starts_with(PREFIX)
            && fs::symlink_metadata(&path)
                .is_ok_and(|found| found.is_dir() && users.contains(&found.uid()));
        let wanted =
            || fs::metadata(path.join(LINK)).is_ok_and(|home| file_name(&path) == name(&home));
        if ours && !wanted() {
            tracing::debug!(dir = %path.display(), "removing the socket directory of no cluster");
            // Another start may be doing the same.
            let _ = fs::remove_dir_all(&path);
        }
    }
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
