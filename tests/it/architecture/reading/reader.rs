//! Goes through a file, and has noted what it names and whose methods it calls.

use proc_macro2::TokenStream;
use syn::visit::{self, Visit};

use super::calls;
use super::imports::Import;
use super::macros::{Inside, Piece, pieces};
use super::names::Names;
use super::notes::Notes;
use super::types::{Ty, parts};
use super::{Manner, Place};

/// Attributes that name nothing of the program.
const SILENT: &[&str] = &["allow", "cfg", "deny", "doc", "expect", "warn"];
/// What serde and its like are told functions and modules by.
const TELLING: &[&str] = &["default", "skip_serializing_if", "with"];

/// A reader of one file.
pub struct Reader<'t, 'a> {
    notes: Notes<'t, 'a>,
    /// How what comes next is named.
    manner: Manner,
}

impl<'t, 'a> Reader<'t, 'a> {
    pub fn new(notes: Notes<'t, 'a>) -> Self {
        Self {
            notes,
            manner: Manner::Code,
        }
    }

    pub fn read(mut self, file: &syn::File) {
        self.visit_file(file);
    }

    /// Reads a part of the program that sees none of the variables around it.
    fn apart(&mut self, me: Option<Ty>, read: impl FnOnce(&mut Self)) {
        let me = std::mem::replace(&mut self.notes.me, me);
        let locals = std::mem::take(&mut self.notes.locals);
        let manner = std::mem::replace(&mut self.manner, Manner::Code);
        read(self);
        self.notes.me = me;
        self.notes.locals = locals;
        self.manner = manner;
    }

    fn within(&mut self, read: impl FnOnce(&mut Self)) {
        self.notes.locals.enter();
        read(self);
        self.notes.locals.leave();
    }

    fn tokens(&mut self, tokens: &TokenStream) {
        match Inside::of(tokens) {
            Inside::Expressions(expressions) => {
                for expression in &expressions {
                    self.visit_expr(expression);
                }
            }
            Inside::Statements(statements) => self.statements(&statements),
            Inside::Other(pieces) => self.pieces(pieces),
        }
    }

    fn pieces(&mut self, pieces: Vec<Piece>) {
        for piece in pieces {
            match piece {
                Piece::Path { path, line } => self.notes.value(&path, line),
                Piece::Group(tokens) => self.tokens(&tokens),
                Piece::Call {
                    receiver,
                    name,
                    arguments,
                    line,
                } => {
                    let owners =
                        calls::owners(self.notes.values(), receiver.as_deref(), &name, arguments);
                    self.notes.call(name, line, owners);
                }
                Piece::Text { .. } => {}
            }
        }
    }

    fn attribute(&mut self, tokens: TokenStream) {
        for piece in pieces(tokens) {
            match piece {
                Piece::Text { key, text, line } => self.told(key.as_deref(), &text, line),
                Piece::Group(tokens) => self.attribute(tokens),
                piece @ (Piece::Path { .. } | Piece::Call { .. }) => self.pieces(vec![piece]),
            }
        }
    }

    /// A path that an attribute has as a text.
    fn told(&mut self, key: Option<&str>, text: &str, line: usize) {
        let is_telling = key.is_some_and(|key| TELLING.contains(&key) || key.ends_with("_with"));
        if let Ok(path) = syn::parse_str::<syn::Path>(text)
            && (is_telling || path.segments.len() > 1)
        {
            self.notes.value(&parts(&path), line);
        }
    }

    fn statements(&mut self, statements: &[syn::Stmt]) {
        let items = statements.iter().filter_map(|statement| match statement {
            syn::Stmt::Item(item) => Some(item),
            _ => None,
        });
        let names = Names::of(items, &self.notes.module);
        self.notes.blocks.push(names);
        self.within(|reader| {
            for statement in statements {
                reader.visit_stmt(statement);
            }
        });
        self.notes.blocks.pop();
    }
}

impl<'ast> Visit<'ast> for Reader<'_, '_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let inner = format!("{}::{}", self.notes.module, item.ident);
        let module = std::mem::replace(&mut self.notes.module, inner);
        let blocks = std::mem::take(&mut self.notes.blocks);
        self.apart(None, |reader| visit::visit_item_mod(reader, item));
        self.notes.module = module;
        self.notes.blocks = blocks;
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let manner = match item.vis {
            syn::Visibility::Inherited => Manner::Import,
            _ => Manner::Reexport,
        };
        for import in Import::all(item) {
            self.notes.mention(&import.path, import.line, manner);
        }
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        let import = Import::of_crate(item);
        self.notes
            .mention(&import.path, import.line, Manner::Import);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let me = self
            .notes
            .types
            .read(self.notes.scope(), &item.self_ty, None);
        self.apart(me, |reader| visit::visit_item_impl(reader, item));
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        let path = [item.ident.to_string()];
        let me = self.notes.types.item(self.notes.scope(), &path);
        let me = me.and_then(|place| match place {
            Place::Item { path, file } => Some(Ty::Item { path, file }),
            Place::Module(_) | Place::Outside(_) => None,
        });
        self.apart(me, |reader| visit::visit_item_trait(reader, item));
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.apart(None, |reader| {
            reader.notes.bind_arguments(&item.sig);
            visit::visit_item_fn(reader, item);
        });
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.within(|reader| {
            reader.notes.bind_arguments(&item.sig);
            visit::visit_impl_item_fn(reader, item);
        });
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        self.within(|reader| {
            reader.notes.bind_arguments(&item.sig);
            visit::visit_trait_item_fn(reader, item);
        });
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        let manner = std::mem::replace(&mut self.manner, Manner::Field);
        visit::visit_field(self, field);
        self.manner = manner;
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        let path = parts(attribute.path());
        if SILENT.iter().any(|silent| path == [*silent]) {
            return;
        }
        self.notes
            .mention(&path, line_of(attribute.path()), Manner::Code);
        if let syn::Meta::List(list) = &attribute.meta {
            self.attribute(list.tokens.clone());
        }
    }

    fn visit_macro(&mut self, invoked: &'ast syn::Macro) {
        let line = line_of(&invoked.path);
        self.notes
            .mention(&parts(&invoked.path), line, Manner::Code);
        self.tokens(&invoked.tokens);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let line = line_of(path);
        self.notes.mention(&parts(path), line, self.manner);
        visit::visit_path(self, path);
    }

    fn visit_expr_path(&mut self, expression: &'ast syn::ExprPath) {
        let path = &expression.path;
        if let Some(qualified) = &expression.qself {
            self.visit_type(&qualified.ty);
            self.visit_path(path);
            return;
        }
        self.notes.value(&parts(path), line_of(path));
        visit::visit_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let name = call.method.to_string();
        let owners = calls::owners(
            self.notes.values(),
            Some(&call.receiver),
            &name,
            Some(call.args.len()),
        );
        self.notes
            .call(name, call.method.span().start().line, owners);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.statements(&block.stmts);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        visit::visit_local(self, local);
        let value = local.init.as_ref();
        let value = value.and_then(|init| self.notes.values().of(&init.expr));
        self.notes.bind(&local.pat, value);
    }

    fn visit_expr_let(&mut self, expression: &'ast syn::ExprLet) {
        visit::visit_expr_let(self, expression);
        let value = self.notes.values().of(&expression.expr);
        self.notes.bind(&expression.pat, value);
    }

    fn visit_expr_if(&mut self, expression: &'ast syn::ExprIf) {
        self.within(|reader| {
            reader.visit_expr(&expression.cond);
            reader.visit_block(&expression.then_branch);
        });
        if let Some((_, otherwise)) = &expression.else_branch {
            self.visit_expr(otherwise);
        }
    }

    fn visit_expr_while(&mut self, expression: &'ast syn::ExprWhile) {
        self.within(|reader| visit::visit_expr_while(reader, expression));
    }

    fn visit_expr_for_loop(&mut self, expression: &'ast syn::ExprForLoop) {
        self.visit_expr(&expression.expr);
        let value = self.notes.values().of(&expression.expr);
        self.within(|reader| {
            reader.visit_pat(&expression.pat);
            reader.notes.bind(&expression.pat, value.and_then(Ty::held));
            reader.visit_block(&expression.body);
        });
    }

    fn visit_expr_match(&mut self, expression: &'ast syn::ExprMatch) {
        self.visit_expr(&expression.expr);
        let value = self.notes.values().of(&expression.expr);
        for arm in &expression.arms {
            self.within(|reader| {
                reader.notes.bind(&arm.pat, value.clone());
                reader.visit_arm(arm);
            });
        }
    }

    fn visit_expr_closure(&mut self, expression: &'ast syn::ExprClosure) {
        self.within(|reader| {
            for input in &expression.inputs {
                reader.notes.bind(input, None);
            }
            visit::visit_expr_closure(reader, expression);
        });
    }

    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        let name = pattern.ident.to_string();
        // A constant, or a struct without fields: variables are not written like that.
        if name.starts_with(char::is_uppercase) {
            self.notes
                .mention(&[name], pattern.ident.span().start().line, self.manner);
        }
        visit::visit_pat_ident(self, pattern);
    }
}

fn line_of(path: &syn::Path) -> usize {
    let first = path.segments.first();
    first.map_or(0, |part| part.ident.span().start().line)
}
