//! The file with the secret keys: one key a line, in base64, newest first.

use std::fs::{File, Metadata, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustix::fs::{FlockOperation, flock};
use zeroize::Zeroizing;

use super::Failure;

/// A secret key.
pub(super) type SecretKey = Zeroizing<[u8; 32]>;

/// The file, held so that nobody else changes it at the same time.
pub(super) struct KeyFile {
    path: PathBuf,
    was: Metadata,
    folder: File,
}

impl KeyFile {
    /// Holds the file until this is dropped.
    pub(super) fn hold(path: &Path) -> Result<Self, Failure> {
        let unreadable = |error| format!("{} cannot be read: {error}", path.display());
        // Where the name is a link, what it leads to is replaced, and not the link.
        let path = path.canonicalize().map_err(unreadable)?;
        let was = path.metadata().map_err(unreadable)?;
        let folder = File::open(path.parent().unwrap_or(Path::new("/")))?;
        flock(&folder, FlockOperation::NonBlockingLockExclusive)
            .map_err(|_| format!("somebody else is changing {}", path.display()))?;
        Ok(Self { path, was, folder })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The keys in it.
    pub(super) fn read(&self) -> Result<Vec<SecretKey>, Failure> {
        read(&self.path)
    }

    /// Puts other keys in it. It holds the old ones or the new ones at every instant, and belongs
    /// to whom it belonged to.
    pub(super) fn replace(&self, keys: &[SecretKey]) -> Result<(), Failure> {
        self.try_replace(keys).map_err(|error| {
            format!(
                "{} cannot be replaced ({error}); if it is mounted here, change it where it comes from",
                self.path.display()
            )
            .into()
        })
    }

    fn try_replace(&self, keys: &[SecretKey]) -> std::io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("/"));
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        for key in keys {
            let encoded = Zeroizing::new(STANDARD.encode(**key));
            writeln!(file, "{}", *encoded)?;
        }
        let mode = Permissions::from_mode(self.was.mode() & 0o7777);
        file.as_file().set_permissions(mode)?;
        let metadata = file.as_file().metadata()?;
        if (metadata.uid(), metadata.gid()) != (self.was.uid(), self.was.gid()) {
            fchown(file.as_file(), Some(self.was.uid()), Some(self.was.gid()))?;
        }
        file.as_file().sync_all()?;
        file.persist(&self.path).map_err(|error| error.error)?;
        self.folder.sync_all()
    }
}

/// Reads the keys in a file.
pub(super) fn read(path: &Path) -> Result<Vec<SecretKey>, Failure> {
    let text = Zeroizing::new(std::fs::read_to_string(path)?);
    let lines = text.split([',', '\n']).map(str::trim);
    let keys: Option<Vec<_>> = lines.filter(|line| !line.is_empty()).map(parse).collect();
    keys.filter(|keys| !keys.is_empty()).ok_or_else(|| {
        let path = path.display();
        format!("{path} does not hold keys of 32 bytes in base64, one a line").into()
    })
}

fn parse(text: &str) -> Option<SecretKey> {
    let unpadded = text.trim_end_matches('=');
    let bytes = Zeroizing::new(STANDARD.decode(format!("{unpadded}=")).ok()?);
    let key: [u8; 32] = bytes.as_slice().try_into().ok()?;
    Some(Zeroizing::new(key))
}
