//! The keys that digests are made with.

use std::fs::{DirBuilder, File};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::Rng as _;
use zeroize::Zeroizing;

use super::key_file::SecretKey;
use super::{Failure, key_file, output};
use crate::config::Config;
use crate::domain::digest::Keyring;
use crate::recovery::Entropy;

/// The configured keys; where there are none, the one below the data directory, made if need be.
pub(super) fn keyring(config: &Config) -> Result<Keyring, Failure> {
    let mut keys = config.secrets.keys.clone();
    if keys.is_empty() {
        let path = private_path(config);
        keys = if path.exists() {
            key_file::read(&path)?
        } else {
            make(&path)?
        };
    }
    Ok(Keyring::new(keys)?)
}

/// Where the keys are that nobody configured.
pub(super) fn private_path(config: &Config) -> PathBuf {
    config.database.data_dir.join("secret.key")
}

/// Like [`keyring`], but makes nothing: fails where there is no key yet.
pub(super) fn read_all(config: &Config) -> Result<Vec<SecretKey>, Failure> {
    let keys = config.secrets.keys.clone();
    if keys.is_empty() {
        return key_file::read(&private_path(config));
    }
    Ok(keys)
}

/// Makes a key where there is none. It is there whole or not at all, and of two processes that make
/// one at once the first wins.
fn make(path: &Path) -> Result<Vec<SecretKey>, Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // The user that a private Postgres runs as has to pass, and may not look.
    DirBuilder::new()
        .recursive(true)
        .mode(0o711)
        .create(folder)?;
    let mut key = Zeroizing::new([0; 32]);
    Entropy::os().fork().fill_bytes(&mut *key);
    let text = Zeroizing::new(STANDARD.encode(*key));
    // Temporary files are for their owner alone, and so is what they become.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    writeln!(file, "{}", *text)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => {}
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
            return key_file::read(path);
        }
        Err(error) => return Err(error.error.into()),
    }
    File::open(folder)?.sync_all()?;
    output::note(format_args!(
        "rekey: made a secret key, {}. Without it every mailed link and every API key is \
         worthless: back it up, or set secrets.keys.",
        path.display()
    ));
    Ok(vec![key])
}
