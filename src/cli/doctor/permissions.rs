//! Who else on this machine may read the secrets.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use secrecy::ExposeSecret as _;

use super::finding::{Finding, fail, ok, or_ok};
use crate::config::{Config, redacted};

const CHECK: &str = "secret-files";

/// Everybody.
const OTHERS: u32 = 0o006;

pub(super) fn check(config: &Config) -> Vec<Finding> {
    let mut files: Vec<(&str, PathBuf)> = config
        .secret_files
        .iter()
        .filter(|file| is_secret(config, file.key))
        .map(|file| (file.key, file.path.clone()))
        .collect();
    if config.secrets.keys.is_empty() {
        let path = super::secrets::made(config);
        files.extend(path.exists().then_some(("secrets.keys", path)));
    }
    let wrong = files.iter().filter_map(|(key, path)| open(key, path));
    or_ok(wrong.collect(), || match files.len() {
        0 => ok(CHECK, "no secret is read from a file"),
        1 => ok(CHECK, "1 file with secrets, closed to others"),
        many => ok(
            CHECK,
            format!("{many} files with secrets, closed to others"),
        ),
    })
}

fn open(key: &str, path: &Path) -> Option<Finding> {
    let mode = std::fs::metadata(path).ok()?.mode();
    (mode & OTHERS != 0).then(|| {
        let path = path.display();
        let found = format!("{path} holds {key}, and everybody on this machine may open it");
        let mend = format!("chmod o-rwx {path}; then replace {key}, since it may have been read");
        fail(CHECK, found, mend)
    })
}

/// Whether a setting holds a secret as it is: a URL may hold none.
fn is_secret(config: &Config, key: &str) -> bool {
    match key {
        "database.url" => config.database.url.as_ref().is_some_and(|url| {
            let url = url.expose_secret();
            redacted(url) != *url
        }),
        "mail.smtp_url" => config.mail.smtp.credentials.is_some(),
        _ => true,
    }
}
