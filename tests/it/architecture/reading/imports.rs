//! What a `use` brings into scope.

use syn::{ItemExternCrate, ItemUse, UseTree};

/// One name that an import brings, or all names of a module.
#[derive(Clone, Debug)]
pub struct Import {
    /// The parts of the path. An empty first part: the path begins with `::`.
    pub path: Vec<String>,
    /// What it is called here; `None`: everything in it is.
    pub name: Option<String>,
    pub line: usize,
}

impl Import {
    /// Every path of an import, however it is grouped.
    pub fn all(item: &ItemUse) -> Vec<Self> {
        let mut path = Vec::new();
        if item.leading_colon.is_some() {
            path.push(String::new());
        }
        let mut found = Vec::new();
        flatten(&item.tree, &path, &mut found);
        found
    }

    pub fn of_crate(item: &ItemExternCrate) -> Self {
        let path = if item.ident == "self" {
            vec!["crate".to_owned()]
        } else {
            vec![String::new(), item.ident.to_string()]
        };
        let renamed = item.rename.as_ref().map(|(_, name)| name);
        Self {
            path,
            name: Some(renamed.unwrap_or(&item.ident).to_string()),
            line: item.ident.span().start().line,
        }
    }
}

fn flatten(tree: &UseTree, before: &[String], found: &mut Vec<Import>) {
    let joined = |part: &syn::Ident| {
        let mut path = before.to_vec();
        // `a::{self}` is `a`.
        if part != "self" || path.is_empty() {
            path.push(part.to_string());
        }
        path
    };
    match tree {
        UseTree::Path(inner) => flatten(&inner.tree, &joined(&inner.ident), found),
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, before, found);
            }
        }
        UseTree::Name(name) => {
            let line = name.ident.span().start().line;
            let path = joined(&name.ident);
            let name = path.last().cloned();
            found.push(Import { path, name, line });
        }
        UseTree::Rename(renamed) => found.push(Import {
            path: joined(&renamed.ident),
            name: Some(renamed.rename.to_string()),
            line: renamed.ident.span().start().line,
        }),
        UseTree::Glob(glob) => found.push(Import {
            path: before.to_vec(),
            name: None,
            line: glob.star_token.spans[0].start().line,
        }),
    }
}
