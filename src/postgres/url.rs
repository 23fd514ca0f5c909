//! The connection URL, in a form that both `SQLx` and libpq read.

use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::password::Password;

/// The superuser's name, and the name of the one database.
pub(super) const NAME: &str = "rekey";

pub(super) fn of(password: &Password, socket: &Path, port: u16) -> String {
    let password = password.expose();
    let host = escaped(socket);
    format!("postgres://{NAME}:{password}@localhost/{NAME}?host={host}&port={port}")
}

fn escaped(path: &Path) -> String {
    let mut text = String::new();
    for &byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}
