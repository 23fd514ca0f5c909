//! Who may import whom, and how long a file may be. The rules of the house, as a test.

use std::path::{Path, PathBuf};

/// A folder, and what no file in it may name.
const NEVER: &[(&str, &[&str])] = &[
    (
        "src/domain",
        &[
            "crate::api",
            "crate::cli",
            "crate::config",
            "crate::mail",
            "crate::operator",
            "crate::postgres",
            "crate::recovery",
            "crate::sms",
            "crate::store",
            "axum",
            "lettre",
            "tokio",
        ],
    ),
    (
        "src/store",
        &[
            "crate::api",
            "crate::cli",
            "crate::config",
            "crate::mail",
            "crate::operator",
            "crate::postgres",
            "crate::recovery",
            "crate::sms",
            "axum",
            "lettre",
            "tokio",
        ],
    ),
    (
        "src/mail",
        &[
            "crate::api",
            "crate::cli",
            "crate::config",
            "crate::operator",
            "crate::postgres",
            "crate::recovery",
            "crate::sms",
            "crate::store",
            "axum",
            "sqlx",
        ],
    ),
    (
        "src/sms",
        &[
            "crate::api",
            "crate::cli",
            "crate::config",
            "crate::mail",
            "crate::operator",
            "crate::postgres",
            "crate::recovery",
            "crate::store",
            "axum",
            "lettre",
            "sqlx",
        ],
    ),
    (
        "src/recovery",
        &[
            "crate::api",
            "crate::cli",
            "crate::config",
            "crate::operator",
            "crate::postgres",
            "axum",
            "lettre",
        ],
    ),
    (
        "src/operator",
        &[
            "crate::api",
            "crate::cli",
            "crate::config",
            "crate::postgres",
            "axum",
            "lettre",
        ],
    ),
    (
        "src/api",
        &[
            "crate::cli",
            "crate::config",
            "crate::mail",
            "crate::operator",
            "crate::postgres",
            "crate::sms",
            "crate::store",
            "lettre",
            "sqlx",
        ],
    ),
    (
        "src/words",
        &[
            "crate::api",
            "crate::cli",
            "crate::config",
            "crate::mail",
            "crate::operator",
            "crate::postgres",
            "crate::recovery",
            "crate::sms",
            "crate::store",
            "axum",
            "lettre",
            "sqlx",
            "tokio",
        ],
    ),
    (
        "src/config",
        &[
            "crate::api",
            "crate::cli",
            "crate::mail",
            "crate::operator",
            "crate::postgres",
            "crate::recovery",
            "crate::sms",
            "crate::store",
            "axum",
            "lettre",
            "sqlx",
            "tokio",
        ],
    ),
    (
        "src/postgres",
        &[
            "crate::api",
            "crate::cli",
            "crate::config",
            "crate::domain",
            "crate::mail",
            "crate::operator",
            "crate::recovery",
            "crate::sms",
            "crate::store",
            "axum",
            "sqlx",
        ],
    ),
];

/// Where the facade of metrics may be named (docs/decisions/0040-who-counts.md).
const COUNTERS: &[&str] = &[
    "src/api/meter.rs",
    "src/cli/metrics.rs",
    "src/recovery/tools/meter/",
];

/// Folders of the wire that are no dialect.
const NO_DIALECTS: &[&str] = &["docs"];

/// Dialects. None may name another.
const DIALECTS: &[&str] = &["clevermaps", "cyclos", "pages", "sspr", "turbosmtp"];

/// The longest a file of product code may be, and how long half of them may be.
const LONGEST: usize = 400;
const MEDIAN: usize = 100;

fn sources(dir: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
}

fn all(dir: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(dir);
    let mut found = Vec::new();
    if root.exists() {
        sources(&root, &mut found);
    }
    found
}

/// The lines of `dir` that name one of `never`, comments apart.
fn offences(dir: &str, never: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in all(dir) {
        for (number, line) in text.lines().enumerate() {
            let code = line.trim_start();
            if code.starts_with("//") {
                continue;
            }
            let named = never
                .iter()
                .find(|name| code.contains(&format!("{name}::")));
            if let Some(name) = named {
                found.push(format!("{}:{}: {name}", path.display(), number + 1));
            }
        }
    }
    found
}

/// Whether a line names a module, or something in it. Grouped imports from the crate's root would
/// hide what they name, so they count as naming everything.
fn names(code: &str, module: &str) -> bool {
    if code.contains("crate::{") {
        return module.starts_with("crate::");
    }
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(module).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = &code[at + module.len()..];
        let is_word = !before.is_some_and(|c| is_part(c) || c == ':')
            && !after.chars().next().is_some_and(is_part);
        // A crate is named by a path or an import; its name alone is only a word.
        is_word
            && (module.starts_with("crate::")
                || after.starts_with("::")
                || code.starts_with("use "))
    })
}

#[test]
fn a_forbidden_import_is_seen_in_every_form() {
    for code in [
        "use crate::store;",
        "use crate::store::account;",
        "crate::store::token::peek(db)",
    ] {
        assert!(names(code, "crate::store"), "{code}");
    }
    assert!(names("use crate::{mail, store};", "crate::store"));
    assert!(names("use sqlx;", "sqlx") && names("sqlx::query!()", "sqlx"));
    assert!(!names("use crate::stores;", "crate::store") && !names("let tokio = 1;", "tokio"));
    assert!(!names("use rekey_axum::x;", "axum"));
}

#[test]
fn layers_only_look_down() {
    let mut found = Vec::new();
    for (dir, never) in NEVER {
        let never: Vec<String> = never.iter().map(|name| (*name).to_owned()).collect();
        found.extend(offences(dir, &never));
    }
    for dialect in DIALECTS {
        let others = DIALECTS.iter().filter(|other| *other != dialect);
        let others: Vec<String> = others.map(|other| format!("crate::api::{other}")).collect();
        found.extend(offences(&format!("src/api/{dialect}"), &others));
    }
    assert!(found.is_empty(), "forbidden imports:\n{}", found.join("\n"));
}

#[test]
fn every_dialect_is_in_the_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api");
    let mut folders: Vec<String> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .filter(|name| !NO_DIALECTS.contains(&name.as_str()))
        .collect();
    folders.sort();
    assert_eq!(folders, DIALECTS);
}

#[test]
fn few_places_know_how_to_count() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (path, text) in all("src") {
        let path = path
            .strip_prefix(root)
            .unwrap()
            .to_string_lossy()
            .into_owned();
        if COUNTERS.iter().any(|place| path.starts_with(place)) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let code = line.trim_start();
            let is_named = ["metrics", "metrics_exporter_prometheus", "metrics_process"]
                .iter()
                .any(|name| names(code, name));
            // The recorder's own file is a module of that name.
            let is_module = path.starts_with("src/cli/") && code.contains("super::metrics::");
            assert!(
                code.starts_with("//") || !is_named || is_module,
                "{path}:{} counts",
                number + 1
            );
        }
    }
}

#[test]
fn only_the_command_line_reads_the_configuration() {
    let readers: Vec<_> = all("src")
        .into_iter()
        .filter(|(path, _)| !path.components().any(|part| part.as_os_str() == "config"))
        .filter(|(_, text)| text.contains("crate::config"))
        .filter(|(path, _)| !path.components().any(|part| part.as_os_str() == "cli"))
        .collect();
    assert!(readers.is_empty(), "{readers:?}");
}

#[test]
fn every_file_says_what_it_owns_and_is_short() {
    let mut lengths = Vec::new();
    for (path, text) in all("src") {
        assert!(
            text.starts_with("//!"),
            "{} says nothing about itself",
            path.display()
        );
        let product = text
            .lines()
            .take_while(|line| *line != "#[cfg(test)]")
            .count();
        assert!(product <= LONGEST, "{} has {product} lines", path.display());
        lengths.push(product);
    }
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    assert!(median <= MEDIAN, "the median file has {median} lines");
}

/// `unsafe` is in one crate, and one folder has to do with it (docs/decisions/0064).
#[test]
fn only_what_hashes_has_to_do_with_what_is_unsafe() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (path, text) in all("src") {
        let path = path.strip_prefix(root).unwrap();
        if path.starts_with("src/recovery/tools/hasher") {
            continue;
        }
        let found = text.lines().find(|line| names(line, "rekey_compute"));
        assert_eq!(found, None, "{}", path.display());
    }
    for manifest in ["Cargo.toml", "benches/load/Cargo.toml"] {
        let text = std::fs::read_to_string(root.join(manifest)).unwrap();
        let forbids = text.lines().any(|line| line == "unsafe_code = \"forbid\"");
        assert!(forbids, "{manifest}");
    }
}
