//! The password of the private Postgres.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

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

    /// What a server may keep of it so that logging in is one round of hashing (RFC 5802).
    ///
    /// Rounds are against guessing, which this password is too long for. Postgres asks for 4096, and in
    /// a build that is not optimised they were half of what a test computed.
    pub(super) fn verifier(&self) -> Result<String, Error> {
        let salt = random_bytes::<16>()?;
        let first_block = [&salt[..], &1_u32.to_be_bytes()].concat();
        let salted = mac(self.0.as_bytes(), &first_block);
        let stored = Sha256::digest(mac(&salted, b"Client Key"));
        let server = mac(&salted, b"Server Key");
        Ok(format!(
            "SCRAM-SHA-256$1:{}${}:{}",
            STANDARD.encode(salt),
            STANDARD.encode(stored),
            STANDARD.encode(server)
        ))
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
    random_bytes::<N>().map(hex::encode)
}

fn random_bytes<const N: usize>() -> Result<[u8; N], Error> {
    let source = Path::new("/dev/urandom");
    let mut bytes = [0; N];
    File::open(source)
        .and_then(|mut file| file.read_exact(&mut bytes))
        .map_err(Error::file("read", source))?;
    Ok(bytes)
}

/// HMAC pads its key with zeros to one block of the hash, which no key here is longer than.
fn mac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut block = [0; 64];
    for (byte, of_key) in block.iter_mut().zip(key) {
        *byte = *of_key;
    }
    let mac = Hmac::<Sha256>::new((&block).into()).chain_update(text);
    mac.finalize().into_bytes().into()
}
