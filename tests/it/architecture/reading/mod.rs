//! Rust as it is parsed: who names what, and who calls whose methods. Knows no rule of the house.
//!
//! It is no compiler. Names are resolved as the compiler would, imports, re-exports and all; types of
//! expressions only as far as they are written down nearby. Where they are not, a call of a method belongs
//! to whoever alone has one of that name.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what the grammar has is long, and most of it names nothing"
)]

mod calls;
mod dictionary;
mod foreign;
mod imports;
mod macros;
mod names;
mod notes;
mod reader;
mod source;
mod tree;
mod types;
mod values;

use std::collections::BTreeMap;

use self::dictionary::Dictionary;
use self::notes::Notes;
use self::reader::Reader;
pub use self::source::Source;
use self::tree::Tree;

/// How something is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// By an import.
    Import,
    /// By an import that others may use.
    Reexport,
    /// As the type of a field.
    Field,
    /// Anywhere else.
    Code,
}

/// What a part of a path leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A module of this program, by its whole path.
    Module(String),
    /// What is defined in a module, by its whole path, and the file that defines it.
    Item { path: String, file: String },
    /// Something of another crate; the crate is the first part.
    Outside(Vec<String>),
}

/// A path that somebody wrote.
#[derive(Clone, Debug)]
pub struct Mention {
    pub file: String,
    pub line: usize,
    pub manner: Manner,
    /// What each part of it leads to, all imports and re-exports followed.
    pub steps: Vec<Place>,
}

/// Whose a method is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    /// The file that defines it; else the one that defines the type it is called on.
    pub file: String,
    /// Whether this very method was found, and not the type alone.
    pub is_found: bool,
}

/// A method that somebody calls.
#[derive(Clone, Debug)]
pub struct Call {
    pub file: String,
    pub line: usize,
    pub name: String,
    /// Whose it may be: one of these. Nobody's of this program, if empty.
    pub owners: Vec<Owner>,
}

/// All that was read.
#[derive(Default)]
pub struct Facts {
    pub sources: Vec<Source>,
    pub mentions: Vec<Mention>,
    pub calls: Vec<Call>,
    /// How many functions all `impl` blocks of a type give it, tests apart. By the type's path: the file
    /// of the type, and the number.
    pub methods: BTreeMap<String, (String, usize)>,
}

impl Facts {
    /// Reads the sources of a program, `src/lib.rs` being its root.
    pub fn of(sources: Vec<Source>) -> Self {
        let parsed: Vec<_> = sources.iter().map(Source::parse).collect();
        let tree = Tree::new(&sources, &parsed);
        let dictionary = Dictionary::new(&tree);
        let mut facts = Self {
            methods: dictionary.sizes(),
            ..Self::default()
        };
        for (source, syntax) in sources.iter().zip(&parsed) {
            let notes = Notes::new(&tree, &dictionary, source, &mut facts);
            Reader::new(notes).read(syntax);
        }
        facts.sources = sources;
        facts
    }

    /// A line of a file, for people to find it by.
    pub fn line(&self, file: &str, line: usize) -> &str {
        let source = self.sources.iter().find(|source| source.path == file);
        let text = source.and_then(|source| source.text.lines().nth(line.saturating_sub(1)));
        text.unwrap_or_default().trim()
    }
}
