//! Every file says what it owns, and is short.

use super::layers::{LONGEST, MEDIAN};
use super::reading::Source;

/// Where product code is.
const FOLDERS: &[&str] = &["src", "crates"];

#[test]
fn every_file_says_what_it_owns_and_is_short() {
    let mut lengths = Vec::new();
    for source in FOLDERS.iter().flat_map(|folder| Source::all(folder)) {
        let path = &source.path;
        let says = source.text.starts_with("//!");
        assert!(says, "{path} says nothing about itself");
        let product = source
            .text
            .lines()
            .take_while(|line| *line != "#[cfg(test)]")
            .count();
        assert!(product <= LONGEST, "{path} has {product} lines");
        lengths.push(product);
    }
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    assert!(median <= MEDIAN, "the median file has {median} lines");
}
