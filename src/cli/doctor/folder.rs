//! Where the private Postgres and a generated key are kept.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::finding::{Finding, fail, ok};
use crate::config::Config;

const CHECK: &str = "data-dir";

pub(super) fn check(config: &Config) -> Vec<Finding> {
    let dir = &config.database.data_dir;
    let shown = dir.display();
    if config.database.url.is_some() && !config.secrets.keys.is_empty() {
        return vec![ok(
            CHECK,
            "not needed: the database and the keys are elsewhere",
        )];
    }
    if !dir.exists() {
        let parent = nearest(dir);
        return vec![match is_writable(parent) {
            Ok(()) => ok(CHECK, format!("{shown} is made when it is needed")),
            Err(error) => {
                let found = format!("{shown} cannot be made in {}: {error}", parent.display());
                fail(CHECK, found, MEND)
            }
        }];
    }
    if let Err(error) = is_writable(dir) {
        return vec![fail(
            CHECK,
            format!("{shown} cannot be written: {error}"),
            MEND,
        )];
    }
    let Ok(found) = std::fs::metadata(dir) else {
        return vec![fail(CHECK, format!("{shown} cannot be looked at"), MEND)];
    };
    let me = rustix::process::geteuid();
    if found.mode() & 0o002 != 0 {
        let mend = format!("chmod o-w {shown}, or set database.data_dir to a folder of your own");
        return vec![fail(
            CHECK,
            format!("everybody may write into {shown}"),
            mend,
        )];
    }
    if found.uid() != me.as_raw() && !me.is_root() {
        let found = format!("{shown} belongs to user {}, not to us", found.uid());
        return vec![fail(CHECK, found, MEND)];
    }
    vec![ok(CHECK, format!("{shown} is ours"))]
}

const MEND: &str =
    "let the user that runs rekey own the folder, or set database.data_dir to another";

/// The folder that exists on the way to a path.
fn nearest(path: &Path) -> &Path {
    path.ancestors()
        .skip(1)
        .find(|parent| parent.exists())
        .unwrap_or(Path::new("."))
}

/// Makes a file without a name there, which is gone at once.
pub(super) fn is_writable(dir: &Path) -> std::io::Result<()> {
    tempfile::tempfile_in(dir).map(|_| ())
}
