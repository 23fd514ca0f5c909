//! The names that a module, or a block, has of its own, and what each stands for.

use std::collections::BTreeMap;

use syn::Item;

use super::imports::Import;

/// What a name stands for.
#[derive(Clone, Debug)]
pub enum Bound {
    Module(String),
    Item(String),
    Import(Vec<String>),
}

/// The names of a module, or of a block that has some of its own.
#[derive(Default)]
pub struct Names {
    bound: BTreeMap<String, Vec<Bound>>,
    globs: Vec<Vec<String>>,
}

impl Names {
    /// The names that items bring.
    pub fn of<'i>(items: impl IntoIterator<Item = &'i Item>, module: &str) -> Self {
        let mut names = Self::default();
        for item in items {
            names.learn(item, module);
        }
        names
    }

    /// What a name stands for.
    pub fn get(&self, name: &str) -> &[Bound] {
        self.bound.get(name).map_or(&[], Vec::as_slice)
    }

    /// The modules whose every name is imported.
    pub fn globs(&self) -> &[Vec<String>] {
        &self.globs
    }

    fn learn(&mut self, item: &Item, module: &str) {
        match item {
            Item::Mod(item) => {
                let path = format!("{module}::{}", item.ident);
                self.bind(&item.ident.to_string(), Bound::Module(path));
            }
            Item::Use(item) => {
                for import in Import::all(item) {
                    self.import(import);
                }
            }
            Item::ExternCrate(item) => {
                self.import(Import::of_crate(item));
            }
            item => {
                if let Some((name, _)) = defined(item) {
                    self.bind(&name, Bound::Item(name.clone()));
                }
            }
        }
    }

    fn import(&mut self, import: Import) {
        match import.name {
            Some(name) => self.bind(&name, Bound::Import(import.path)),
            None => self.globs.push(import.path),
        }
    }

    fn bind(&mut self, name: &str, bound: Bound) {
        self.bound.entry(name.to_owned()).or_default().push(bound);
    }
}

/// The name that an item defines, and whether it is that of a type or a trait.
pub fn defined(item: &Item) -> Option<(String, bool)> {
    let (name, is_type) = match item {
        Item::Enum(item) => (&item.ident, true),
        Item::Struct(item) => (&item.ident, true),
        Item::Trait(item) => (&item.ident, true),
        Item::TraitAlias(item) => (&item.ident, true),
        Item::Type(item) => (&item.ident, true),
        Item::Union(item) => (&item.ident, true),
        Item::Const(item) => (&item.ident, false),
        Item::Fn(item) => (&item.sig.ident, false),
        Item::Macro(item) => (item.ident.as_ref()?, false),
        Item::Static(item) => (&item.ident, false),
        // Modules and imports name what is elsewhere, and `impl` blocks have no name.
        _ => return None,
    };
    Some((name.to_string(), is_type))
}

/// Whether something is compiled for tests alone.
pub fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let syn::Meta::List(list) = &attribute.meta else {
            return false;
        };
        let condition = list.tokens.to_string();
        let words = condition.split(|c: char| !c.is_alphanumeric() && c != '_');
        attribute.path().is_ident("cfg")
            && !condition.contains("not")
            && words.into_iter().any(|word| word == "test")
    })
}
