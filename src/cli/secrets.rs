//! The keys that digests are made with.

use std::fs::{DirBuilder, File};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::Rng as _;
use zeroize::Zeroizing;

use super::{Failure, output};
use crate::config::Config;
use crate::domain::digest::Keyring;
use crate::recovery::Entropy;

/// The configured keys; where there are none, the one below the data directory, made if need be.
pub(super) fn keyring(config: &Config) -> Result<Keyring, Failure> {
    let mut keys = config.secrets.keys.clone();
    if keys.is_empty() {
        let path = config.database.data_dir.join("secret.key");
        keys.push(if path.exists() {
            read(&path)?
        } else {
            make(&path)?
        });
    }
    Ok(Keyring::new(keys)?)
}

/// Like [`keyring`], but makes nothing: fails where there is no key yet.
pub(super) fn read_all(config: &Config) -> Result<Vec<Zeroizing<[u8; 32]>>, Failure> {
    let keys = config.secrets.keys.clone();
    if keys.is_empty() {
        return Ok(vec![read(&config.database.data_dir.join("secret.key"))?]);
    }
    Ok(keys)
}

/// Makes a key where there is none. It is there whole or not at all, and of two processes that make
/// one at once the first wins.
fn make(path: &Path) -> Result<Zeroizing<[u8; 32]>, Failure> {
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
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => return read(path),
        Err(error) => return Err(error.error.into()),
    }
    File::open(folder)?.sync_all()?;
    output::note(format_args!(
        "rekey: made a secret key, {}. Without it every mailed link and every API key is \
         worthless: back it up, or set secrets.keys.",
        path.display()
    ));
    Ok(key)
}

fn read(path: &Path) -> Result<Zeroizing<[u8; 32]>, Failure> {
    let text = Zeroizing::new(std::fs::read_to_string(path)?);
    let bytes = Zeroizing::new(STANDARD.decode(text.trim()).unwrap_or_default());
    let mut key = Zeroizing::new([0; 32]);
    if bytes.len() != key.len() {
        return Err(format!("{} does not hold 32 bytes in base64", path.display()).into());
    }
    key.copy_from_slice(&bytes);
    Ok(key)
}
