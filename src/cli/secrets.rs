//! The keys that digests are made with.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::Rng as _;
use zeroize::Zeroizing;

use super::Failure;
use crate::config::Config;
use crate::domain::digest::Keyring;
use crate::recovery::Entropy;

/// The configured keys; where there are none, the one below the data directory, made if need be.
pub(super) fn keyring(config: &Config) -> Result<Keyring, Failure> {
    let mut keys = config.secrets.keys.clone();
    if keys.is_empty() {
        keys.push(kept(&config.database.data_dir)?);
    }
    Ok(Keyring::new(keys)?)
}

fn kept(data_dir: &Path) -> Result<Zeroizing<[u8; 32]>, Failure> {
    std::fs::create_dir_all(data_dir)?;
    let path = data_dir.join("secret.key");
    match OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
    {
        Ok(mut file) => {
            let mut key = Zeroizing::new([0; 32]);
            Entropy::os().fork().fill_bytes(&mut *key);
            let text = Zeroizing::new(STANDARD.encode(*key));
            writeln!(file, "{}", *text)?;
            file.sync_all()?;
            tracing::warn!(
                path = %path.display(),
                "made a secret key; without it every mailed link and every API key is worthless, \
                 so back it up, or set secrets.keys"
            );
            Ok(key)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read(&path),
        Err(error) => Err(format!("{} cannot be made: {error}", path.display()).into()),
    }
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
