//! What is defined: fields, functions, methods, and whose they are.

use std::collections::BTreeMap;

use syn::{Fields, FnArg, ImplItem, Item, ItemImpl, ReturnType, Signature, TraitItem, Type};

use super::names::is_for_tests;
use super::tree::{Module, Scope, Tree};
use super::types::{Ty, Types, Written};

/// What a function is known by.
pub struct Function<'a> {
    /// What it returns, `async` or not; `None`: nothing.
    result: Option<Written<'a>>,
}

/// A function of a type or a trait.
pub struct Method<'a> {
    pub file: &'a str,
    /// The type or the trait, by its whole path; empty if it is of another crate.
    pub owner: String,
    /// How many arguments it takes beside `self`; `None`: it takes no `self`.
    pub arity: Option<usize>,
    /// Whether a trait says so: then more than one may have it.
    pub is_of_trait: bool,
    pub function: Function<'a>,
    is_test: bool,
}

/// All of it.
#[derive(Default)]
pub struct Dictionary<'a> {
    /// By the path of a struct or of a variant, and the name of a field.
    fields: BTreeMap<String, BTreeMap<String, Written<'a>>>,
    functions: BTreeMap<String, Function<'a>>,
    /// Constants.
    values: BTreeMap<String, Written<'a>>,
    aliases: BTreeMap<String, Written<'a>>,
    /// By name.
    methods: BTreeMap<String, Vec<Method<'a>>>,
    /// The file of each type.
    files: BTreeMap<String, String>,
}

impl<'a> Dictionary<'a> {
    pub fn new(tree: &Tree<'a>) -> Self {
        let mut dictionary = Self::default();
        for module in tree.modules() {
            for item in module.items {
                dictionary.learn(module, item);
            }
        }
        // Whose a method is takes names of types.
        let mut methods = Vec::new();
        for module in tree.modules() {
            for item in module.items {
                methods.extend(dictionary.methods_of(tree, module, item));
            }
        }
        for (name, method) in methods {
            dictionary.methods.entry(name).or_default().push(method);
        }
        dictionary
    }

    fn learn(&mut self, module: &Module<'a>, item: &'a Item) {
        let path = |name: &syn::Ident| format!("{}::{name}", module.path);
        let here = |syntax: &'a Type, me: &str| Written {
            syntax,
            module: module.path.clone(),
            me: Some(Ty::Item {
                path: me.to_owned(),
                file: module.file.to_owned(),
            }),
        };
        match item {
            Item::Struct(item) => {
                let path = path(&item.ident);
                self.add_type(&path, module.file);
                self.add_fields(&path, &item.fields, |written| here(written, &path));
            }
            Item::Enum(item) => {
                let path = path(&item.ident);
                self.add_type(&path, module.file);
                for variant in &item.variants {
                    let variant_path = format!("{path}::{}", variant.ident);
                    self.add_fields(&variant_path, &variant.fields, |written| {
                        here(written, &path)
                    });
                }
            }
            Item::Union(item) => self.add_type(&path(&item.ident), module.file),
            Item::Trait(item) => self.add_type(&path(&item.ident), module.file),
            Item::Type(item) => {
                let path = path(&item.ident);
                self.add_type(&path, module.file);
                let alias = here(&item.ty, &path);
                self.aliases.insert(path, alias);
            }
            Item::Const(item) => {
                let path = path(&item.ident);
                self.values.insert(path.clone(), here(&item.ty, &path));
            }
            Item::Static(item) => {
                let path = path(&item.ident);
                self.values.insert(path.clone(), here(&item.ty, &path));
            }
            Item::Fn(item) => {
                let function = Function::of(&item.sig, module, None);
                self.functions.insert(path(&item.sig.ident), function);
            }
            _ => {}
        }
    }

    fn add_type(&mut self, path: &str, file: &str) {
        self.files.insert(path.to_owned(), file.to_owned());
    }

    fn add_fields(
        &mut self,
        path: &str,
        fields: &'a Fields,
        here: impl Fn(&'a Type) -> Written<'a>,
    ) {
        let known = self.fields.entry(path.to_owned()).or_default();
        for (number, field) in fields.iter().enumerate() {
            let name = field.ident.as_ref().map(ToString::to_string);
            let name = name.unwrap_or_else(|| number.to_string());
            known.insert(name, here(&field.ty));
        }
    }

    fn methods_of(
        &self,
        tree: &Tree<'a>,
        module: &Module<'a>,
        item: &'a Item,
    ) -> Vec<(String, Method<'a>)> {
        let method = |signature: &'a Signature, me: Option<&Ty>, is_of_trait, is_test| {
            let owner = match me {
                Some(Ty::Item { path, .. }) => path.clone(),
                _ => String::new(),
            };
            let method = Method {
                file: module.file,
                owner,
                arity: arity(signature),
                is_of_trait,
                function: Function::of(signature, module, me.cloned()),
                is_test,
            };
            (signature.ident.to_string(), method)
        };
        match item {
            Item::Impl(item) => {
                let me = self.implementor(tree, module, item);
                let is_test = module.is_test || is_for_tests(&item.attrs);
                let functions = item.items.iter().filter_map(|inner| match inner {
                    ImplItem::Fn(function) => Some(function),
                    _ => None,
                });
                functions
                    .map(|function| {
                        let is_test = is_test || is_for_tests(&function.attrs);
                        method(&function.sig, me.as_ref(), item.trait_.is_some(), is_test)
                    })
                    .collect()
            }
            Item::Trait(item) => {
                let me = Ty::Item {
                    path: format!("{}::{}", module.path, item.ident),
                    file: module.file.to_owned(),
                };
                let functions = item.items.iter().filter_map(|inner| match inner {
                    TraitItem::Fn(function) => Some(function),
                    _ => None,
                });
                functions
                    .map(|function| method(&function.sig, Some(&me), true, module.is_test))
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    fn implementor(&self, tree: &Tree<'a>, module: &Module<'a>, item: &ItemImpl) -> Option<Ty> {
        let types = Types {
            tree,
            dictionary: self,
        };
        types.read(Scope::of(&module.path), &item.self_ty, None)
    }

    pub fn alias(&self, path: &str) -> Option<&Written<'a>> {
        self.aliases.get(path)
    }

    pub fn value(&self, path: &str) -> Option<&Written<'a>> {
        self.values.get(path)
    }

    /// A function that is of no type.
    pub fn function(&self, path: &str) -> Option<&Function<'a>> {
        self.functions.get(path)
    }

    /// A field of a struct or of a variant.
    pub fn field(&self, of: &str, name: &str) -> Option<&Written<'a>> {
        self.fields.get(of)?.get(name)
    }

    /// All fields of a name, whoever has them.
    pub fn fields_named(&self, name: &str) -> impl Iterator<Item = &Written<'a>> {
        self.fields.values().filter_map(move |all| all.get(name))
    }

    /// All methods of a name, whoever has them.
    pub fn methods_named(&self, name: &str) -> &[Method<'a>] {
        self.methods.get(name).map_or(&[], Vec::as_slice)
    }

    /// How many functions each type has by itself, and the file of the type.
    pub fn sizes(&self) -> BTreeMap<String, (String, usize)> {
        let mut sizes = BTreeMap::new();
        for method in self.methods.values().flatten() {
            if method.is_of_trait || method.is_test {
                continue;
            }
            if let Some(file) = self.files.get(&method.owner) {
                let size = sizes.entry(method.owner.clone());
                size.or_insert((file.clone(), 0)).1 += 1;
            }
        }
        sizes
    }
}

impl<'a> Function<'a> {
    fn of(signature: &'a Signature, module: &Module<'a>, me: Option<Ty>) -> Self {
        let result = match &signature.output {
            ReturnType::Default => None,
            ReturnType::Type(_, syntax) => Some(Written {
                syntax,
                module: module.path.clone(),
                me,
            }),
        };
        Self { result }
    }

    /// What it returns; `None` if it is not known.
    pub fn result(&self, types: Types<'_, '_>) -> Option<Ty> {
        match &self.result {
            Some(written) => types.of(written),
            None => Some(Ty::Foreign),
        }
    }
}

fn arity(signature: &Signature) -> Option<usize> {
    match signature.inputs.first()? {
        FnArg::Receiver(_) => Some(signature.inputs.len() - 1),
        FnArg::Typed(_) => None,
    }
}
