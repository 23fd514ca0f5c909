//! The password of the private Postgres.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::error::Error;

/// How many random bytes a password is made of.
const BYTES: usize = 32;

/// A password in hexadecimal, which no URL, file or command needs to escape.
pub(super) struct Password(String);

impl Password {
    pub(super) fn generate() -> Result<Self, Error> {
        random_hex::<BYTES>().map(Self)
    }

    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(Error::file("read", path))?;
        let hex = text.trim();
        if hex.len() == 2 * BYTES && hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Ok(Self(hex.to_owned()))
        } else {
            Err(Error::NoPassword(path.to_owned()))
        }
    }

    /// Writes the file that `initdb` and later starts read.
    pub(super) fn write(&self, path: &Path) -> Result<(), Error> {
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .and_then(|mut file| {
                writeln!(file, "{}", self.0)?;
                file.sync_all()
            })
            .map_err(Error::file("write", path))
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// `N` bytes from the system's generator, in hexadecimal.
pub(super) fn random_hex<const N: usize>() -> Result<String, Error> {
    let source = Path::new("/dev/urandom");
    let mut bytes = [0; N];
    File::open(source)
        .and_then(|mut file| file.read_exact(&mut bytes))
        .map_err(Error::file("read", source))?;
    Ok(bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = fmt::Write::write_fmt(&mut hex, format_args!("{byte:02x}"));
        hex
    }))
}
