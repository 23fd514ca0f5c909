//! Layers only look down.

use std::fmt::Write as _;
use std::path::Path;

use super::layers::{
    ABOVE, COMPUTING, CONFIGURED, COUNTERS, COUNTING, DIALECTS, NEVER, NO_DIALECTS, SAFE, UNSAFE,
};
use super::reading::{Facts, Mention, Place};
use super::tree;

/// Whether a mention names a module or something in it, or a crate of that name.
pub fn names(mention: &Mention, what: &str) -> bool {
    let is_inside = |path: &str| {
        let rest = path.strip_prefix(what);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    let mut before = None;
    mention.steps.iter().any(|step| {
        let is_named = match step {
            Place::Module(path) => is_inside(path),
            // What a layer offers by its own name is its own; the root of the program has none.
            Place::Item { path, .. } => before == Some("crate") && is_inside(path),
            Place::Outside(path) => *path == [what],
        };
        before = match step {
            Place::Module(path) => Some(path),
            Place::Item { .. } | Place::Outside(_) => None,
        };
        is_named
    })
}

/// What files name of `never`, those that are bound not to.
pub fn offences(facts: &Facts, is_bound: impl Fn(&str) -> bool, never: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for mention in &facts.mentions {
        if !is_bound(&mention.file) {
            continue;
        }
        if let Some(what) = never.iter().find(|what| names(mention, what)) {
            found.push(format!(
                "{}:{}: {what}: {}",
                mention.file,
                mention.line,
                facts.line(&mention.file, mention.line)
            ));
        }
    }
    found.dedup();
    found
}

/// What layers and dialects name that they may not.
pub fn upward(facts: &Facts) -> Vec<String> {
    let mut found = Vec::new();
    for (folder, never) in NEVER {
        found.extend(offences(facts, |file| is_in(file, folder), never));
    }
    for dialect in DIALECTS {
        let others = DIALECTS.iter().filter(|other| *other != dialect);
        let others: Vec<_> = others.map(|other| format!("crate::api::{other}")).collect();
        let others: Vec<_> = others.iter().map(String::as_str).collect();
        let folder = format!("src/api/{dialect}");
        found.extend(offences(facts, |file| is_in(file, &folder), &others));
    }
    found
}

/// Whether a file is in a folder, or is the module of that name.
fn is_in(file: &str, folder: &str) -> bool {
    let rest = file.strip_prefix(folder);
    rest.is_some_and(|rest| rest.starts_with('/') || rest == ".rs")
}

/// Who counts and may not.
pub fn counting(facts: &Facts) -> Vec<String> {
    let is_bound = |file: &str| !COUNTERS.iter().any(|place| file.starts_with(place));
    offences(facts, is_bound, COUNTING)
}

/// Who reads the configuration and may not.
pub fn configured(facts: &Facts) -> Vec<String> {
    let is_bound = |file: &str| !CONFIGURED.iter().any(|place| file.starts_with(place));
    offences(facts, is_bound, &["crate::config"])
}

/// Who has to do with what is unsafe and may not.
pub fn computing(facts: &Facts) -> Vec<String> {
    offences(facts, |file| !file.starts_with(COMPUTING), &[UNSAFE])
}

/// One test for all that is read from the whole program: each would read it again.
#[test]
fn layers_only_look_down_and_few_count_or_compute_or_read_the_configuration() {
    let facts = tree();
    let rules = [
        ("layers look up", upward(facts)),
        ("somebody counts", counting(facts)),
        ("somebody reads the configuration", configured(facts)),
        ("somebody asks for what is unsafe", computing(facts)),
    ];
    let mut found = String::new();
    for (what, offences) in rules {
        for offence in offences {
            writeln!(found, "{what}: {offence}").unwrap();
        }
    }
    assert!(found.is_empty(), "\n{found}");
}

/// `unsafe` is in one crate (docs/decisions/0064).
#[test]
fn all_but_one_crate_forbid_what_is_unsafe() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for manifest in SAFE {
        let text = std::fs::read_to_string(root.join(manifest)).unwrap();
        let forbids = text.lines().any(|line| line == "unsafe_code = \"forbid\"");
        assert!(forbids, "{manifest}");
    }
}

#[test]
fn every_folder_is_in_the_table_and_every_row_is_of_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = |of: &str| {
        let mut found: Vec<String> = std::fs::read_dir(root.join(of))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_dir())
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        found.sort();
        found
    };
    let rows = NEVER.iter().map(|(folder, _)| folder).chain(ABOVE);
    let mut layers: Vec<_> = rows
        .map(|folder| folder.trim_start_matches("src/"))
        .collect();
    layers.sort_unstable();
    assert_eq!(folders("src"), layers);

    let mut dialects = folders("src/api");
    dialects.retain(|name| !NO_DIALECTS.contains(&name.as_str()));
    assert_eq!(dialects, DIALECTS);

    for place in COUNTERS.iter().chain(CONFIGURED).chain([&COMPUTING]) {
        assert!(root.join(place).exists(), "{place}");
    }
}
