//! Every requirement of docs/standards.md has a test that shows it, or a reason why there is none; and
//! the tests that no other file is the place for.

mod doors;
mod interleaved;
mod logs;
mod passwords;
mod randomness;
mod second_factor;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How many requirements each chapter has; the lessons are numbered on their own.
const CHAPTERS: [(&str, usize); 7] = [
    ("R", 10),
    ("T", 15),
    ("P", 13),
    ("L", 7),
    ("S", 8),
    ("H", 11),
    ("O", 6),
];
const LESSONS: usize = 28;

/// A test as its source shows it.
struct Test {
    /// What is said right before it, and at the head of its file.
    said: String,
    name: String,
}

/// A line of one of the tables.
struct Row {
    id: String,
    what: String,
    tests: Vec<String>,
}

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/standards.md");
    std::fs::read_to_string(path).unwrap()
}

fn every_id() -> BTreeSet<String> {
    let chapters = CHAPTERS
        .iter()
        .flat_map(|(letter, last)| (1..=*last).map(move |number| format!("{letter}-{number:02}")));
    let lessons = (1..=LESSONS).map(|number| format!("L{number}"));
    chapters.chain(lessons).collect()
}

/// The rows of every table whose first cell is an id.
fn rows(page: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    for line in page.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        if !cells[0].starts_with(|c: char| c.is_ascii_uppercase())
            || !cells[0].ends_with(|c: char| c.is_ascii_digit())
        {
            continue;
        }
        let tests = cells.get(2).copied().unwrap_or_default();
        let tests = tests.split('`').skip(1).step_by(2).map(str::to_owned);
        rows.push(Row {
            id: cells[0].to_owned(),
            what: cells[1].to_owned(),
            tests: tests.collect(),
        });
    }
    rows
}

/// Every test below a folder, by the name that the test runner gives it.
fn tests_below(folder: &str, found: &mut BTreeMap<String, Test>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let module = path.strip_prefix(&root).unwrap().with_extension("");
                let module = module.to_str().unwrap().replace('/', "::");
                let module = module.trim_end_matches("::mod");
                tests_in(&std::fs::read_to_string(&path).unwrap(), module, found);
            }
        }
    }
}

fn tests_in(text: &str, module: &str, found: &mut BTreeMap<String, Test>) {
    let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
    let heads = lines.iter().take_while(|line| line.starts_with("//!"));
    let head: Vec<&str> = heads.copied().collect();
    let unit = text.find("#[cfg(test)]");
    let mut at = 0;
    for (number, line) in text.lines().enumerate() {
        at += line.len() + 1;
        let line = line.trim_start();
        let Some((_, rest)) = line
            .split_once("fn ")
            .filter(|(before, _)| matches!(*before, "" | "async "))
        else {
            continue;
        };
        let name: String = rest
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        let before = lines[..number].iter().rev();
        let before: Vec<&str> = before
            .take_while(|line| line.starts_with("//") || line.starts_with('#'))
            .copied()
            .collect();
        let is_test = before
            .iter()
            .any(|line| line.starts_with("#[") && line.contains("test"));
        if is_test {
            let inner = if unit.is_some_and(|unit| unit < at) {
                "::tests"
            } else {
                ""
            };
            let said = [before, head.clone()].concat().join("\n");
            let full = format!("{module}{inner}::{name}");
            assert!(
                found.insert(full.clone(), Test { said, name }).is_none(),
                "{full} is there twice"
            );
        }
    }
}

/// Whether a test says that it shows this: in words, or by how its name begins. `L-01` is a limit and
/// `L1` is a lesson, so in names they are `l_01` and `l1`.
fn shows(test: &Test, id: &str) -> bool {
    let is_word = |at: usize| {
        let is_part = |c: char| c.is_alphanumeric() || c == '-';
        let before = test.said[..at].chars().next_back();
        let after = test.said[at + id.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(char::is_alphanumeric)
    };
    let low = id.to_lowercase();
    let begins = |prefix: &str| {
        test.name
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.starts_with('_'))
    };
    let is_limit = id.starts_with("L-");
    test.said.match_indices(id).any(|(at, _)| is_word(at))
        || begins(&low.replace('-', "_"))
        || (!is_limit && begins(&low.replace('-', "")))
}

#[test]
fn every_requirement_has_a_row_and_only_one() {
    let rows = rows(&page());
    let named: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let distinct: BTreeSet<String> = named.iter().map(|id| (*id).to_owned()).collect();
    assert_eq!(every_id().len(), 70 + 28);
    assert_eq!(distinct, every_id());
    assert_eq!(named.len(), distinct.len(), "an id has two rows");
    let mut sorted = named.clone();
    sorted.sort_unstable();
    for row in &rows {
        assert!(row.what.len() > 20, "{} says nothing", row.id);
    }
}

/// Of what a row names, each test is there, says so itself, and is named once.
#[test]
fn every_test_that_is_named_exists_and_names_the_requirement() {
    let mut tests = BTreeMap::new();
    tests_below("tests/it", &mut tests);
    tests_below("src", &mut tests);
    assert!(tests.len() > 400, "the tests are seen");
    let page = page();
    let (shown, excepted) = page
        .split_once("## What no test shows")
        .expect("a table of exceptions");
    let mut wrong = Vec::new();
    for row in rows(shown) {
        if row.tests.is_empty() {
            wrong.push(format!("{} names no test", row.id));
        }
        let distinct: BTreeSet<_> = row.tests.iter().collect();
        if distinct.len() != row.tests.len() {
            wrong.push(format!("{} names a test twice", row.id));
        }
        for name in &row.tests {
            match tests.get(name) {
                None => wrong.push(format!("{}: there is no {name}", row.id)),
                Some(test) if !shows(test, &row.id) => {
                    wrong.push(format!("{name} does not name {}", row.id));
                }
                Some(_) => {}
            }
        }
    }
    for row in rows(excepted) {
        if !row.tests.is_empty() {
            wrong.push(format!("{} is no exception: it has tests", row.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_limit_is_no_lesson() {
    let test = |said: &str, name: &str| Test {
        said: said.to_owned(),
        name: name.to_owned(),
    };
    assert!(shows(&test("/// L-01: x", "x"), "L-01"));
    assert!(!shows(&test("/// L-01: x", "x"), "L1"));
    assert!(!shows(&test("/// L10 and XL1", "x"), "L1"));
    assert!(shows(&test("/// (S-01, L1).", "x"), "L1"));
    assert!(shows(&test("", "l1_x"), "L1") && !shows(&test("", "l_01_x"), "L1"));
    assert!(shows(&test("", "l_01_x"), "L-01") && !shows(&test("", "l01_x"), "L-01"));
    assert!(shows(&test("", "t09_x"), "T-09") && shows(&test("", "t_09_x"), "T-09"));
}
