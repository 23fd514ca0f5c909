//! What is written down while a file is read, and where in it the reader is.

use super::calls;
use super::dictionary::Dictionary;
use super::names::Names;
use super::tree::{Scope, Tree};
use super::types::{Ty, Types};
use super::values::{Locals, Values};
use super::{Call, Facts, Manner, Mention, Owner, Place, Source};

/// The notes on one file.
pub struct Notes<'t, 'a> {
    pub types: Types<'t, 'a>,
    source: &'t Source,
    facts: &'t mut Facts,
    pub module: String,
    /// The blocks around what is read that have items of their own.
    pub blocks: Vec<Names>,
    pub locals: Locals,
    /// What `Self` is.
    pub me: Option<Ty>,
}

impl<'t, 'a> Notes<'t, 'a> {
    pub fn new(
        tree: &'t Tree<'a>,
        dictionary: &'t Dictionary<'a>,
        source: &'t Source,
        facts: &'t mut Facts,
    ) -> Self {
        Self {
            types: Types { tree, dictionary },
            source,
            facts,
            module: source.module(),
            blocks: Vec::new(),
            locals: Locals::default(),
            me: None,
        }
    }

    pub fn scope(&self) -> Scope<'_> {
        Scope {
            module: &self.module,
            blocks: &self.blocks,
        }
    }

    pub fn values(&self) -> Values<'_, 't, 'a> {
        Values {
            types: self.types,
            scope: self.scope(),
            me: self.me.as_ref(),
            locals: &self.locals,
        }
    }

    pub fn mention(&mut self, path: &[String], line: usize, manner: Manner) {
        let is_word = path.len() == 1 && manner != Manner::Import && manner != Manner::Reexport;
        for steps in self.types.tree.resolve(self.scope(), path) {
            // Alone, the name of a module or of a crate is only a word.
            if is_word && !matches!(steps.last(), Some(Place::Item { .. })) {
                continue;
            }
            self.facts.mentions.push(Mention {
                file: self.source.path.clone(),
                line,
                manner,
                steps,
            });
        }
    }

    pub fn call(&mut self, name: String, line: usize, owners: Vec<Owner>) {
        self.facts.calls.push(Call {
            file: self.source.path.clone(),
            line,
            name,
            owners,
        });
    }

    /// A path that is a value, and the function of a type that it may be.
    pub fn value(&mut self, path: &[String], line: usize) {
        if let [name] = path
            && self.locals.get(name).is_some()
        {
            return;
        }
        self.mention(path, line, Manner::Code);
        let [before @ .., name] = path else { return };
        let owner = match before {
            [] => None,
            [me] if me == "Self" => self.me.clone(),
            before => match self.types.item(self.scope(), before) {
                Some(Place::Item { path, file }) => Some(Ty::Item { path, file }),
                _ => None,
            },
        };
        if let Some(Ty::Item { path, file }) = owner {
            let mut owners = calls::of_type(self.values(), &path, &file, name);
            // A variant is no call, and the type is named already.
            owners.retain(|owner| owner.is_found);
            if !owners.is_empty() {
                self.call(name.clone(), line, owners);
            }
        }
    }

    pub fn bind(&mut self, pattern: &syn::Pat, value: Option<Ty>) {
        let mut found = Vec::new();
        self.values().bindings(pattern, value, &mut found);
        for (name, ty) in found {
            self.locals.set(name, ty);
        }
    }

    pub fn bind_arguments(&mut self, signature: &syn::Signature) {
        for argument in &signature.inputs {
            if let syn::FnArg::Typed(argument) = argument {
                let ty = self
                    .types
                    .read(self.scope(), &argument.ty, self.me.as_ref());
                self.bind(&argument.pat, ty);
            }
        }
    }
}
