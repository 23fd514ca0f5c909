//! No circle of files: who reads one of them need not have read another that leads back to it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::reading::{Facts, Manner, Place};
use super::tree;
use super::walls::room_of;

/// Who leads to whom, and a line that shows it.
type Arrows<'f> = BTreeMap<&'f str, BTreeMap<&'f str, usize>>;

/// A file leads to another if it names what that one defines, or calls a method of its. That a module is
/// declared, or that others may import from it, leads nowhere.
pub fn arrows(facts: &Facts) -> Arrows<'_> {
    let mut arrows = Arrows::new();
    for mention in &facts.mentions {
        if let Some(Place::Item { file, .. }) = mention.steps.last()
            && mention.manner != Manner::Reexport
        {
            lead(&mut arrows, &mention.file, file, mention.line);
        }
    }
    for call in &facts.calls {
        let files: BTreeSet<_> = call.owners.iter().map(|owner| &owner.file).collect();
        let is_found = call.owners.iter().all(|owner| owner.is_found);
        if let (1, Some(file), true) = (files.len(), files.first(), is_found) {
            lead(&mut arrows, &call.file, file, call.line);
        }
    }
    arrows
}

fn lead<'f>(arrows: &mut Arrows<'f>, from: &'f str, to: &'f str, line: usize) {
    if from != to && room_of(from).is_some() && room_of(to).is_some() {
        arrows.entry(from).or_default().entry(to).or_insert(line);
    }
}

/// Files that lead to each other, in groups.
pub fn circles<'f>(arrows: &Arrows<'f>) -> Vec<BTreeSet<&'f str>> {
    let mut found: Vec<BTreeSet<&str>> = Vec::new();
    for file in arrows.keys().copied() {
        if found.iter().any(|circle| circle.contains(file)) {
            continue;
        }
        let led_to = reached(arrows, file);
        let circle: BTreeSet<_> = led_to
            .into_iter()
            .filter(|other| reached(arrows, other).contains(file))
            .collect();
        if !circle.is_empty() {
            found.push(circle);
        }
    }
    found
}

/// All that a file leads to, over however many others.
fn reached<'f>(arrows: &Arrows<'f>, from: &str) -> BTreeSet<&'f str> {
    let mut found = BTreeSet::new();
    let mut next = vec![from];
    while let Some(file) = next.pop() {
        for to in arrows.get(file).into_iter().flatten().map(|(to, _)| *to) {
            if found.insert(to) {
                next.push(to);
            }
        }
    }
    found
}

/// Every circle, with a line for each arrow in it.
pub fn told(facts: &Facts) -> Vec<String> {
    let arrows = arrows(facts);
    let mut told = Vec::new();
    for circle in circles(&arrows) {
        let mut text = format!("{} files in a circle:\n", circle.len());
        for from in &circle {
            for (to, line) in arrows.get(from).into_iter().flatten() {
                if circle.contains(to) {
                    let code = facts.line(from, *line);
                    writeln!(text, "  {from} -> {to}, line {line}: {code}").unwrap();
                }
            }
        }
        told.push(text);
    }
    told
}

#[test]
fn no_files_of_the_house_lead_to_each_other() {
    let found = told(tree());
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}
