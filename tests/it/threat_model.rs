//! The threat model names a test in every row, and every test that it names is there.

use std::path::Path;

/// The rows of the tables whose last column names tests.
fn rows() -> Vec<(String, Vec<String>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/threat-model.md");
    let text = std::fs::read_to_string(path).unwrap();
    let mut rows = Vec::new();
    let mut is_named = false;
    for line in text.lines() {
        if !line.starts_with('|') {
            is_named = false;
        } else if line.ends_with("| test |") {
            is_named = true;
        } else if is_named && !line.starts_with("|---") {
            let cell = line.trim_end_matches('|').rsplit('|').next().unwrap();
            let names = cell.split('`').skip(1).step_by(2).map(str::to_owned);
            rows.push((line.to_owned(), names.collect()));
        }
    }
    rows
}

/// Every source of the crate: its own tests and those beside it.
fn sources(dir: &Path, text: &mut String) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            text.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// Whether a function of this name stands behind an attribute that makes it a test.
fn is_test(text: &str, name: &str) -> bool {
    text.match_indices(&format!("fn {name}(")).any(|(at, _)| {
        let above = text[..at]
            .lines()
            .rev()
            .skip(usize::from(!text[..at].ends_with('\n')));
        let mut attributes = above
            .map(str::trim)
            .take_while(|line| !line.is_empty() && *line != "}");
        // Properties are tests by the macro around them.
        attributes.any(|line| line.starts_with("#[") && line.contains("test"))
    })
}

#[test]
fn every_row_of_the_threat_model_names_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    for dir in ["src", "tests"] {
        sources(&root.join(dir), &mut text);
    }
    let rows = rows();
    assert!(rows.len() >= 40, "{} rows are read", rows.len());
    for (row, names) in rows {
        assert!(!names.is_empty(), "names no test: {row}");
        for name in names {
            assert!(is_test(&text, &name), "there is no test {name}: {row}");
        }
    }
    // A function that is no test is not taken for one.
    assert!(!is_test(&text, "rows") && !is_test(&text, "sources") && !is_test(&text, "neighbour"));
}
