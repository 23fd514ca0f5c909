//! What an expression is, where that is written down nearby.

use std::collections::BTreeMap;

use syn::{Expr, ExprCall, ExprMethodCall, Member, Pat, Path, UnOp};

use super::Place;
use super::dictionary::Method;
use super::tree::Scope;
use super::types::{Ty, Types, parts};

/// What others give of themselves by another name.
const SAME: &[&str] = &[
    "as_deref",
    "as_mut",
    "as_ref",
    "as_slice",
    "borrow",
    "by_ref",
    "clone",
    "cloned",
    "copied",
    "filter",
    "first",
    "get",
    "in_current_span",
    "inspect",
    "inspect_err",
    "instrument",
    "into_iter",
    "iter",
    "iter_mut",
    "last",
    "map_err",
    "next",
    "ok",
    "ok_or",
    "ok_or_else",
    "pop",
    "take",
    "to_owned",
];
/// What takes out of a holder what it holds.
const HELD: &[&str] = &[
    "expect",
    "unwrap",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
];
/// Functions of what is seen through that give back what they are given.
const WRAPPING: &[&str] = &["Arc", "AssertUnwindSafe", "Box", "Cow", "Pin", "Rc"];

/// The variables in scope, the innermost block last.
pub struct Locals(Vec<BTreeMap<String, Option<Ty>>>);

impl Default for Locals {
    fn default() -> Self {
        Self(vec![BTreeMap::new()])
    }
}

impl Locals {
    pub fn enter(&mut self) {
        self.0.push(BTreeMap::new());
    }

    pub fn leave(&mut self) {
        self.0.pop();
    }

    /// Whether there is a variable of that name, and what is known of it.
    pub fn get(&self, name: &str) -> Option<&Option<Ty>> {
        self.0.iter().rev().find_map(|block| block.get(name))
    }

    pub fn set(&mut self, name: String, ty: Option<Ty>) {
        if let Some(block) = self.0.last_mut() {
            block.insert(name, ty);
        }
    }
}

/// Reads expressions in one place.
#[derive(Clone, Copy)]
pub struct Values<'v, 't, 'a> {
    pub types: Types<'t, 'a>,
    pub scope: Scope<'v>,
    /// What `self` is.
    pub me: Option<&'v Ty>,
    pub locals: &'v Locals,
}

impl<'t, 'a> Values<'_, 't, 'a> {
    /// What an expression is; `None` if that is not known.
    pub fn of(self, expression: &Expr) -> Option<Ty> {
        match expression {
            Expr::Path(inner) if inner.qself.is_none() => self.path(&inner.path),
            Expr::Field(inner) => self.field(self.of(&inner.base)?, &inner.member),
            Expr::MethodCall(inner) => self.method_call(inner),
            Expr::Call(inner) => self.call(inner),
            Expr::Struct(inner) => self.made(&inner.path),
            Expr::Reference(inner) => self.of(&inner.expr),
            Expr::Paren(inner) => self.of(&inner.expr),
            Expr::Group(inner) => self.of(&inner.expr),
            Expr::Await(inner) => self.of(&inner.base),
            Expr::Try(inner) => self.of(&inner.expr)?.held(),
            Expr::Index(inner) => self.of(&inner.expr)?.held(),
            Expr::Unary(inner) if matches!(inner.op, UnOp::Deref(_)) => self.of(&inner.expr),
            Expr::Tuple(inner) => {
                let parts = inner.elems.iter().map(|part| self.of(part));
                Some(Ty::Tuple(parts.collect()))
            }
            Expr::Cast(inner) => self.types.read(self.scope, &inner.ty, self.me),
            Expr::Lit(_) | Expr::Closure(_) => Some(Ty::Foreign),
            _ => None,
        }
    }

    fn path(self, path: &Path) -> Option<Ty> {
        let parts = parts(path);
        if let [name] = parts.as_slice() {
            if name == "self" {
                return self.me.cloned();
            }
            if let Some(local) = self.locals.get(name) {
                return local.clone();
            }
        }
        if let Some(Place::Item { path, .. }) = self.types.item(self.scope, &parts)
            && let Some(value) = self.types.dictionary.value(&path)
        {
            return self.types.of(value);
        }
        self.made(path)
    }

    /// What is made by a path: a struct, or a variant of an enum.
    fn made(self, path: &Path) -> Option<Ty> {
        let parts = parts(path);
        let is_constant = |name: &String| name.len() > 1 && *name == name.to_uppercase();
        if parts.last().is_some_and(is_constant) {
            return None;
        }
        if parts.first().is_some_and(|first| first == "Self") {
            return self.me.cloned();
        }
        match self.types.item(self.scope, &parts)? {
            Place::Item { path, file } if self.types.tree.is_type(&path) => {
                Some(Ty::Item { path, file })
            }
            _ => None,
        }
    }

    fn field(self, base: Ty, member: &Member) -> Option<Ty> {
        match (base, member) {
            (Ty::Item { path, .. }, member) => {
                let name = match member {
                    Member::Named(name) => name.to_string(),
                    Member::Unnamed(number) => number.index.to_string(),
                };
                self.types.of(self.types.dictionary.field(&path, &name)?)
            }
            (Ty::Tuple(parts), Member::Unnamed(number)) => {
                let number = usize::try_from(number.index).unwrap();
                parts.get(number).cloned().flatten()
            }
            _ => None,
        }
    }

    fn method_call(self, call: &ExprMethodCall) -> Option<Ty> {
        let base = self.of(&call.receiver)?;
        let name = call.method.to_string();
        if let Ty::Item { path, .. } = &base
            && let Some(method) = self.method(path, &name)
        {
            return method.function.result(self.types);
        }
        if SAME.contains(&name.as_str()) {
            Some(base)
        } else if HELD.contains(&name.as_str()) {
            base.held()
        } else {
            None
        }
    }

    /// The function of a type, if it has one of that name.
    fn method(self, owner: &str, name: &str) -> Option<&'t Method<'a>> {
        let methods = self.types.dictionary.methods_named(name);
        methods.iter().find(|method| method.owner == owner)
    }

    fn call(self, call: &ExprCall) -> Option<Ty> {
        let Expr::Path(function) = &*call.func else {
            return None;
        };
        let path = &function.path;
        let parts = parts(path);
        let first = || call.args.first().and_then(|argument| self.of(argument));
        match parts.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["Some" | "Ok"] => return Some(Ty::holding(first())),
            ["Err"] => return Some(Ty::holding(None)),
            [.., holder, _] if WRAPPING.contains(&holder) => return first(),
            [holder] if WRAPPING.contains(&holder) => return first(),
            ["Self"] => return self.me.cloned(),
            ["Self", name] => {
                if let Some(Ty::Item { path, .. }) = self.me
                    && let Some(method) = self.method(path, name)
                {
                    return method.function.result(self.types);
                }
            }
            _ => {}
        }
        if let Some(Place::Item { path, .. }) = self.types.item(self.scope, &parts) {
            if let Some(function) = self.types.dictionary.function(&path) {
                return function.result(self.types);
            }
            if let Some(method) = self.method(&path, parts.last()?) {
                return method.function.result(self.types);
            }
        }
        let is_name_of_type = |name: &String| name.starts_with(char::is_uppercase);
        parts.last().filter(|name| is_name_of_type(name))?;
        self.made(path)
    }

    /// The variables that a pattern makes of a value.
    pub fn bindings(self, pattern: &Pat, value: Option<Ty>, found: &mut Vec<(String, Option<Ty>)>) {
        match pattern {
            Pat::Ident(inner) => {
                // `None` and constants are no variables; nobody asks for what they are.
                found.push((inner.ident.to_string(), value.clone()));
                if let Some((_, inner)) = &inner.subpat {
                    self.bindings(inner, value, found);
                }
            }
            Pat::Type(inner) => {
                let written = self.types.read(self.scope, &inner.ty, self.me);
                self.bindings(&inner.pat, written, found);
            }
            Pat::Reference(inner) => self.bindings(&inner.pat, value, found),
            Pat::Paren(inner) => self.bindings(&inner.pat, value, found),
            Pat::Or(inner) => {
                for case in &inner.cases {
                    self.bindings(case, value.clone(), found);
                }
            }
            Pat::Slice(inner) => {
                for part in &inner.elems {
                    self.bindings(part, value.clone().and_then(Ty::held), found);
                }
            }
            Pat::Tuple(inner) => {
                let parts = match value {
                    Some(Ty::Tuple(parts)) => parts,
                    _ => Vec::new(),
                };
                for (number, part) in inner.elems.iter().enumerate() {
                    self.bindings(part, parts.get(number).cloned().flatten(), found);
                }
            }
            Pat::TupleStruct(inner) => {
                for (number, part) in inner.elems.iter().enumerate() {
                    let held = if inner.path.is_ident("Some") || inner.path.is_ident("Ok") {
                        value.clone().and_then(Ty::held)
                    } else {
                        self.part(&inner.path, &number.to_string())
                    };
                    self.bindings(part, held, found);
                }
            }
            Pat::Struct(inner) => {
                for field in &inner.fields {
                    let name = match &field.member {
                        Member::Named(name) => name.to_string(),
                        Member::Unnamed(number) => number.index.to_string(),
                    };
                    self.bindings(&field.pat, self.part(&inner.path, &name), found);
                }
            }
            _ => {}
        }
    }

    /// A field of the struct or the variant that a pattern names.
    fn part(self, path: &Path, field: &str) -> Option<Ty> {
        let Some(Ty::Item { path: owner, .. }) = self.made(path) else {
            return None;
        };
        let variant = path.segments.last()?.ident.to_string();
        let dictionary = self.types.dictionary;
        let field = dictionary
            .field(&format!("{owner}::{variant}"), field)
            .or_else(|| dictionary.field(&owner, field))?;
        self.types.of(field)
    }
}
