//! Files of the program, from the disk or from a text.

use std::path::Path;

/// A file: where it is from the root of the repository, and what is in it.
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    /// Every file of Rust in a folder of the repository, however deep.
    pub fn all(folder: &str) -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut found = Vec::new();
        collect(root, &root.join(folder), &mut found);
        found.sort_by(|one: &Self, other| one.path.cmp(&other.path));
        found
    }

    pub(super) fn parse(&self) -> syn::File {
        match syn::parse_file(&self.text) {
            Ok(file) => file,
            Err(error) => panic!("{}:{}: {error}", self.path, error.span().start().line),
        }
    }

    /// The path of its module: `src/a/mod.rs` and `src/a.rs` are both `crate::a`. Another root than the
    /// library's is a crate of its own.
    pub(super) fn module(&self) -> String {
        let inner = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let inner = inner.strip_suffix(".rs").unwrap_or(inner);
        let inner = inner.strip_suffix("/mod").unwrap_or(inner);
        match inner {
            "lib" => "crate".to_owned(),
            "main" => "main".to_owned(),
            inner => format!("crate::{}", inner.replace('/', "::")),
        }
    }
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<Source>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let path = path.strip_prefix(root).unwrap();
            found.push(Source::new(&path.to_string_lossy(), &text));
        }
    }
}
