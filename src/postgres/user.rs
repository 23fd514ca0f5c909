//! The unprivileged user that Postgres runs as when root starts Rekey.

use std::fs::{self, Metadata};
use std::os::unix::fs::{MetadataExt, chown};
use std::path::Path;

use super::error::Error;

/// A user of this machine other than root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct User {
    name: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl User {
    /// The user to drop to for the cluster at `home`; none when Rekey is not root.
    ///
    /// A cluster that exists stays with its owner, since Postgres insists on owning its files.
    pub(super) fn for_cluster(home: &Path) -> Result<Option<Self>, Error> {
        if !is_root() {
            return Ok(None);
        }
        let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
        fs::metadata(home)
            .ok()
            .filter(|owned| owned.uid() != 0)
            .map(|owned| Self::owner(&owned, &passwd))
            .or_else(|| Self::named("postgres", &passwd))
            .or_else(|| Self::named("nobody", &passwd))
            .map(Some)
            .ok_or(Error::NoUser)
    }

    fn named(name: &str, passwd: &str) -> Option<Self> {
        passwd
            .lines()
            .filter_map(Self::parse)
            .find(|user| user.name == name && user.uid != 0)
    }

    fn owner(owned: &Metadata, passwd: &str) -> Self {
        let known = passwd
            .lines()
            .filter_map(Self::parse)
            .find(|user| user.uid == owned.uid());
        Self {
            name: known.map_or_else(|| owned.uid().to_string(), |user| user.name),
            uid: owned.uid(),
            gid: owned.gid(),
        }
    }

    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split(':');
        let name = fields.next()?.to_owned();
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some(Self { name, uid, gid })
    }

    /// Checks that this user can reach what lies in `dir`, an absolute path.
    pub(super) fn check_passage(&self, dir: &Path) -> Result<(), Error> {
        let mut way: Vec<&Path> = dir.ancestors().collect();
        way.reverse();
        for dir in way {
            let entry = fs::metadata(dir).map_err(Error::file("read", dir))?;
            if !self.may_pass(&entry) {
                return Err(Error::Blocked {
                    dir: dir.to_owned(),
                    user: self.name.clone(),
                });
            }
        }
        Ok(())
    }

    fn may_pass(&self, dir: &Metadata) -> bool {
        let bit = if dir.uid() == self.uid {
            0o100
        } else if dir.gid() == self.gid {
            0o010
        } else {
            0o001
        };
        dir.mode() & bit != 0
    }
}

/// Whether Postgres would refuse to run with the rights of this process.
pub(super) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Hands `path` to the user that Postgres will run as.
pub(super) fn give(path: &Path, user: Option<&User>) -> Result<(), Error> {
    match user {
        Some(user) => chown(path, Some(user.uid), Some(user.gid))
            .map_err(Error::file("change the owner of", path)),
        None => Ok(()),
    }
}
