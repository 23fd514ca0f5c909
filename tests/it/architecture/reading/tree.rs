//! Modules, and what a path leads to.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use syn::Item;

use super::names::{Bound, Names, defined, is_for_tests};
use super::{Place, Source};

/// What the library is called where it is another crate.
const LIBRARY: &str = "rekey";

/// A module: one of a file, or one written inside a file.
pub struct Module<'a> {
    pub path: String,
    pub file: &'a str,
    pub items: &'a [Item],
    /// Whether it is there for tests alone.
    pub is_test: bool,
    names: Names,
}

/// Where a path is written: in a module, and there in blocks, the innermost last.
#[derive(Clone, Copy)]
pub struct Scope<'s> {
    pub module: &'s str,
    pub blocks: &'s [Names],
}

impl<'s> Scope<'s> {
    pub fn of(module: &'s str) -> Self {
        Self {
            module,
            blocks: &[],
        }
    }
}

/// All modules of the program.
pub struct Tree<'a> {
    modules: BTreeMap<String, Module<'a>>,
    /// The paths of what has members of its own, and of what has none.
    types: BTreeSet<String>,
    values: BTreeSet<String>,
    /// What is being looked up, and in which names: imports of each other would never end.
    pending: RefCell<Vec<(*const Names, String)>>,
}

impl<'a> Tree<'a> {
    pub fn new(sources: &'a [Source], parsed: &'a [syn::File]) -> Self {
        let mut tree = Self {
            modules: BTreeMap::new(),
            types: BTreeSet::new(),
            values: BTreeSet::new(),
            pending: RefCell::default(),
        };
        for (source, file) in sources.iter().zip(parsed) {
            tree.add(source.module(), &source.path, &file.items, false);
        }
        tree.mark_tests();
        tree
    }

    fn add(&mut self, path: String, file: &'a str, items: &'a [Item], is_test: bool) {
        for item in items {
            if let Item::Mod(inner) = item
                && let Some((_, items)) = &inner.content
            {
                let is_test = is_test || is_for_tests(&inner.attrs);
                self.add(format!("{path}::{}", inner.ident), file, items, is_test);
            }
            if let Some((name, is_type)) = defined(item) {
                let set = if is_type {
                    &mut self.types
                } else {
                    &mut self.values
                };
                set.insert(format!("{path}::{name}"));
            }
        }
        let names = Names::of(items, &path);
        let module = Module {
            path: path.clone(),
            file,
            items,
            is_test,
            names,
        };
        self.modules.insert(path, module);
    }

    /// A module in a file of its own is for tests if whoever declares it says so.
    fn mark_tests(&mut self) {
        let mut tests = BTreeSet::new();
        for module in self.modules.values() {
            for item in module.items {
                if let Item::Mod(inner) = item
                    && is_for_tests(&inner.attrs)
                {
                    tests.insert(format!("{}::{}", module.path, inner.ident));
                }
            }
        }
        for (path, module) in &mut self.modules {
            let mut above = path.as_str();
            module.is_test |= tests.contains(above);
            while let Some((parent, _)) = above.rsplit_once("::") {
                module.is_test |= tests.contains(parent);
                above = parent;
            }
        }
    }

    pub fn modules(&self) -> impl Iterator<Item = &Module<'a>> {
        self.modules.values()
    }

    /// Whether a path is that of a type or a trait.
    pub fn is_type(&self, path: &str) -> bool {
        self.types.contains(path)
    }

    fn file(&self, module: &str) -> String {
        let module = self.modules.get(module);
        module.map_or_else(String::new, |module| module.file.to_owned())
    }

    fn module(&self, path: String) -> Vec<Place> {
        if self.modules.contains_key(&path) {
            vec![Place::Module(path)]
        } else {
            Vec::new()
        }
    }

    /// What every part of a path leads to. Where a name stands for several things, as a module and a
    /// function may share one, each is a way of its own.
    pub fn resolve(&self, scope: Scope<'_>, path: &[String]) -> Vec<Vec<Place>> {
        let Some((first, rest)) = path.split_first() else {
            return Vec::new();
        };
        let mut ways: Vec<Vec<Place>> = self
            .first(scope, first)
            .into_iter()
            .map(|place| vec![place])
            .collect();
        for part in rest {
            let mut longer = Vec::new();
            for way in ways {
                let Some(last) = way.last() else { continue };
                for next in self.next(last, part) {
                    longer.push(way.iter().cloned().chain([next]).collect());
                }
            }
            ways = longer;
        }
        ways
    }

    fn first(&self, scope: Scope<'_>, part: &str) -> Vec<Place> {
        let root = scope.module.split("::").next().unwrap_or_default();
        match part {
            "" => vec![Place::Outside(Vec::new())],
            "crate" => self.module(root.to_owned()),
            "self" => self.module(scope.module.to_owned()),
            "super" => self.parent(scope.module),
            name => {
                for block in scope.blocks.iter().rev() {
                    let found = self.look(block, scope.module, name);
                    if !found.is_empty() {
                        return found;
                    }
                }
                let found = self.member(scope.module, name);
                if found.is_empty() {
                    outside(vec![name.to_owned()])
                } else {
                    found
                }
            }
        }
    }

    fn parent(&self, module: &str) -> Vec<Place> {
        match module.rsplit_once("::") {
            Some((parent, _)) => self.module(parent.to_owned()),
            None => Vec::new(),
        }
    }

    fn next(&self, place: &Place, part: &str) -> Vec<Place> {
        match place {
            Place::Module(module) => match part {
                "self" => vec![place.clone()],
                "super" => self.parent(module),
                name => {
                    let found = self.member(module, name);
                    if found.is_empty() {
                        // Made by a macro, it belongs to the module all the same.
                        vec![self.item(module, name)]
                    } else {
                        found
                    }
                }
            },
            // A variant, or what belongs to a type. Functions have nothing.
            Place::Item { path, .. } => {
                if self.values.contains(path) && !self.types.contains(path) {
                    Vec::new()
                } else {
                    vec![place.clone()]
                }
            }
            Place::Outside(path) => {
                let mut path = path.clone();
                path.push(part.to_owned());
                outside(path)
            }
        }
    }

    fn item(&self, module: &str, name: &str) -> Place {
        Place::Item {
            path: format!("{module}::{name}"),
            file: self.file(module),
        }
    }

    /// What a name of a module stands for, if anything.
    fn member(&self, module: &str, name: &str) -> Vec<Place> {
        let found = match self.modules.get(module) {
            Some(found) => self.look(&found.names, module, name),
            None => Vec::new(),
        };
        if found.is_empty() {
            // A macro may declare it.
            return self.module(format!("{module}::{name}"));
        }
        found
    }

    fn look(&self, names: &Names, module: &str, name: &str) -> Vec<Place> {
        let question = (std::ptr::from_ref(names), name.to_owned());
        if self.pending.borrow().contains(&question) {
            return Vec::new();
        }
        self.pending.borrow_mut().push(question);
        let mut found = Vec::new();
        for bound in names.get(name) {
            match bound {
                Bound::Module(path) => found.push(Place::Module(path.clone())),
                Bound::Item(name) => found.push(self.item(module, name)),
                // `use sqlx;` and `use self::x;` beside each other are no circle.
                Bound::Import(path) if path.len() == 1 && path[0] == name => {
                    found.extend(outside(path.clone()));
                }
                Bound::Import(path) => {
                    let ways = self.resolve(Scope::of(module), path);
                    found.extend(ways.into_iter().filter_map(|mut way| way.pop()));
                }
            }
        }
        if found.is_empty() {
            for glob in names.globs() {
                for mut way in self.resolve(Scope::of(module), glob) {
                    if let Some(Place::Module(path)) = way.pop() {
                        found.extend(self.member(&path, name));
                    }
                }
            }
        }
        self.pending.borrow_mut().pop();
        found
    }
}

/// The library is this program, also for its own command.
fn outside(path: Vec<String>) -> Vec<Place> {
    if path == [LIBRARY] {
        vec![Place::Module("crate".to_owned())]
    } else {
        vec![Place::Outside(path)]
    }
}
