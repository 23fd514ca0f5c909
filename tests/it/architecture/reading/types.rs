//! What a written type is, as far as it matters who owns its methods.

use syn::{GenericArgument, PathArguments, Type, TypeParamBound};

use super::Place;
use super::dictionary::Dictionary;
use super::tree::{Scope, Tree};

/// What is seen through: their methods are those of what they hold.
const TRANSPARENT: &[&str] = &["Arc", "Box", "Cow", "Pin", "Rc"];
/// What holds others and has methods of its own.
const HOLDERS: &[&str] = &["Option", "Result", "Vec", "VecDeque", "Poll"];

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ty {
    /// One of this program: a struct, an enum, a trait.
    Item {
        path: String,
        file: String,
    },
    /// What holds another, and gives it away to `?`, `unwrap` or a pattern.
    Holder(Box<Option<Ty>>),
    Tuple(Vec<Option<Ty>>),
    /// Of another crate, or of none.
    Foreign,
}

impl Ty {
    pub fn holding(inner: Option<Self>) -> Self {
        Self::Holder(Box::new(inner))
    }

    /// What a holder gives away.
    pub fn held(self) -> Option<Self> {
        match self {
            Self::Holder(inner) => *inner,
            Self::Item { .. } | Self::Tuple(_) | Self::Foreign => None,
        }
    }
}

/// A type as it is written, and where.
#[derive(Clone)]
pub struct Written<'a> {
    pub syntax: &'a Type,
    pub module: String,
    /// What `Self` is there.
    pub me: Option<Ty>,
}

/// Reads types.
#[derive(Clone, Copy)]
pub struct Types<'t, 'a> {
    pub tree: &'t Tree<'a>,
    pub dictionary: &'t Dictionary<'a>,
}

impl Types<'_, '_> {
    pub fn of(self, written: &Written<'_>) -> Option<Ty> {
        let scope = Scope::of(&written.module);
        self.read(scope, written.syntax, written.me.as_ref())
    }

    /// What a type is; `None` if it is not said.
    pub fn read(self, scope: Scope<'_>, written: &Type, me: Option<&Ty>) -> Option<Ty> {
        match written {
            Type::Reference(inner) => self.read(scope, &inner.elem, me),
            Type::Paren(inner) => self.read(scope, &inner.elem, me),
            Type::Group(inner) => self.read(scope, &inner.elem, me),
            Type::Slice(inner) => Some(Ty::holding(self.read(scope, &inner.elem, me))),
            Type::Array(inner) => Some(Ty::holding(self.read(scope, &inner.elem, me))),
            Type::Tuple(parts) => {
                let parts = parts.elems.iter().map(|part| self.read(scope, part, me));
                Some(Ty::Tuple(parts.collect()))
            }
            Type::TraitObject(object) => self.bounds(scope, &object.bounds, me),
            Type::ImplTrait(object) => self.bounds(scope, &object.bounds, me),
            Type::Path(path) if path.qself.is_none() => self.path(scope, &path.path, me),
            _ => None,
        }
    }

    fn bounds<'b>(
        self,
        scope: Scope<'_>,
        bounds: impl IntoIterator<Item = &'b TypeParamBound>,
        me: Option<&Ty>,
    ) -> Option<Ty> {
        let first = bounds.into_iter().find_map(|bound| match bound {
            TypeParamBound::Trait(bound) => Some(bound),
            _ => None,
        })?;
        let last = first.path.segments.last()?;
        if last.ident == "Future" {
            return self.read(scope, output(&last.arguments)?, me);
        }
        self.path(scope, &first.path, me)
    }

    fn path(self, scope: Scope<'_>, path: &syn::Path, me: Option<&Ty>) -> Option<Ty> {
        let last = path.segments.last()?;
        let name = last.ident.to_string();
        if path.is_ident("Self") {
            return me.cloned();
        }
        if path.segments[0].ident == "Self" {
            return None;
        }
        match self.item(scope, &parts(path)) {
            Some(Place::Item { path, file }) => match self.dictionary.alias(&path) {
                Some(alias) => self.of(alias),
                None => Some(Ty::Item { path, file }),
            },
            _ if TRANSPARENT.contains(&name.as_str()) => {
                self.read(scope, argument(&last.arguments)?, me)
            }
            _ if HOLDERS.contains(&name.as_str()) => {
                let inner = argument(&last.arguments);
                let inner = inner.and_then(|inner| self.read(scope, inner, me));
                Some(Ty::holding(inner))
            }
            _ => Some(Ty::Foreign),
        }
    }

    /// The item of this program that a path leads to, a type before a function of the same name.
    pub fn item(self, scope: Scope<'_>, path: &[String]) -> Option<Place> {
        let ends = self.tree.resolve(scope, path).into_iter();
        let items: Vec<_> = ends
            .filter_map(|mut way| way.pop())
            .filter(|place| matches!(place, Place::Item { .. }))
            .collect();
        let is_type = |place: &&Place| match place {
            Place::Item { path, .. } => self.tree.is_type(path),
            Place::Module(_) | Place::Outside(_) => false,
        };
        let found = items.iter().find(is_type).or(items.first()).cloned()?;
        let Place::Item { path, .. } = &found else {
            return None;
        };
        match self.dictionary.alias(path).and_then(|alias| self.of(alias)) {
            Some(Ty::Item { path, file }) => Some(Place::Item { path, file }),
            _ => Some(found),
        }
    }
}

/// The parts of a path. An empty first part: it begins with `::`.
pub fn parts(path: &syn::Path) -> Vec<String> {
    let leading = path.leading_colon.as_ref().map(|_| String::new());
    let parts = path.segments.iter().map(|part| part.ident.to_string());
    leading.into_iter().chain(parts).collect()
}

/// The first type among generic arguments.
fn argument(arguments: &PathArguments) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(written) => Some(written),
        _ => None,
    })
}

/// What a future ends with.
fn output(arguments: &PathArguments) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(assigned) => Some(&assigned.ty),
        _ => None,
    })
}
