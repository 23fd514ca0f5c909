//! The rooms of `src/recovery` know only those that they may, by what they name and by whose methods they call.

use std::collections::BTreeSet;
use std::path::Path;

use super::reading::{Facts, Manner, Place, Source};
use super::rooms::{HOUSE, METHODS, ROOMS, may_know};
use super::tree;

/// The folder that is cut into rooms.
const FOLDER: &str = "src/recovery/";
/// Its module.
const MODULE: &str = "crate::recovery::";

/// The room that a file is in, if it is in the house at all.
pub fn room_of(file: &str) -> Option<&str> {
    let inner = file.strip_prefix(FOLDER)?;
    if inner == "mod.rs" {
        return Some(HOUSE);
    }
    let first = inner.split('/').next()?;
    Some(first.strip_suffix(".rs").unwrap_or(first))
}

/// The room that something belongs to.
fn room_at(place: &Place) -> Option<&str> {
    match place {
        Place::Module(path) => path.strip_prefix(MODULE)?.split("::").next(),
        Place::Item { file, .. } => room_of(file),
        Place::Outside(_) => None,
    }
}

/// What rooms name and call that they may not.
pub fn offences(facts: &Facts) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let mut tell = |file: &str, line: usize, room: &str, other: &str, what: &str| {
        // Once for each thing: an import, and not every use of it.
        if seen.insert((file.to_owned(), other.to_owned(), what.to_owned())) {
            let code = facts.line(file, line);
            found.push(format!(
                "{file}:{line}: {room} may not know {other}, {what}: {code}"
            ));
        }
    };
    for mention in &facts.mentions {
        let Some(room) = room_of(&mention.file).filter(|room| *room != HOUSE) else {
            continue;
        };
        let unknown = |place: &&Place| room_at(place).is_some_and(|other| !may_know(room, other));
        // The end of a path says most about what is named.
        let Some(place) = mention.steps.iter().rev().find(unknown) else {
            continue;
        };
        let what = match (place, mention.manner) {
            (Place::Item { path, .. }, Manner::Field) => format!("a field of {path}"),
            (Place::Item { path, .. } | Place::Module(path), _) => path.clone(),
            (Place::Outside(_), _) => continue,
        };
        let other = room_at(place).unwrap_or_default();
        tell(&mention.file, mention.line, room, other, &what);
    }
    for call in &facts.calls {
        let Some(room) = room_of(&call.file).filter(|room| *room != HOUSE) else {
            continue;
        };
        let mut others = call.owners.iter().map(|owner| room_of(&owner.file));
        let is_lawful = |other: Option<&str>| other.is_none_or(|other| may_know(room, other));
        let Some(first) = others.clone().next() else {
            continue;
        };
        if !others.any(is_lawful) {
            let what = format!("its method `{}`", call.name);
            tell(&call.file, call.line, room, first.unwrap_or(HOUSE), &what);
        }
    }
    found
}

/// Types of the house that do too much.
pub fn too_large(facts: &Facts) -> Vec<String> {
    let large = facts
        .methods
        .iter()
        .filter(|(_, (file, count))| room_of(file).is_some() && *count > METHODS);
    large
        .map(|(owner, (_, count))| format!("{owner} has {count} functions"))
        .collect()
}

#[test]
fn rooms_know_only_those_that_they_may() {
    let found = offences(tree());
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn no_type_does_the_work_of_many() {
    // The house alone, and the root that it stands on: all of its types are its own.
    let mut sources = Source::all("src");
    sources.retain(|source| source.path == "src/lib.rs" || source.path.starts_with(FOLDER));
    let found = too_large(&Facts::of(sources));
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn the_house_is_its_rooms_and_nothing_else() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER);
    let mut found: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    found.sort();
    let mut rooms: Vec<_> = ROOMS.iter().map(|(room, _)| *room).collect();
    rooms.push("mod.rs");
    rooms.sort_unstable();
    assert_eq!(found, rooms);
    for (room, _) in ROOMS {
        let file = folder.join(room).join("mod.rs");
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//!"), "{room} says nothing about itself");
    }
}
