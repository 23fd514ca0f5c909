//! What is named and called inside macros, whose grammar is their own.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Block, Expr, Stmt, Token};

/// The inside of a macro, as far as it is ordinary Rust.
pub enum Inside {
    Expressions(Vec<Expr>),
    Statements(Vec<Stmt>),
    Other(Vec<Piece>),
}

/// What stands out of tokens that are neither expressions nor statements.
pub enum Piece {
    Path {
        path: Vec<String>,
        line: usize,
    },
    Call {
        receiver: Option<Box<Expr>>,
        name: String,
        arguments: Option<usize>,
        line: usize,
    },
    Text {
        /// What the text is assigned to.
        key: Option<String>,
        text: String,
        line: usize,
    },
    Group(TokenStream),
}

impl Inside {
    pub fn of(tokens: &TokenStream) -> Self {
        let list = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(expressions) = list.parse2(tokens.clone()) {
            return Self::Expressions(expressions.into_iter().collect());
        }
        match Block::parse_within.parse2(tokens.clone()) {
            Ok(statements) => Self::Statements(statements),
            Err(_) => Self::Other(pieces(tokens.clone())),
        }
    }
}

/// All paths, calls, texts and groups among tokens.
pub fn pieces(tokens: TokenStream) -> Vec<Piece> {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Group(group) => found.push(Piece::Group(group.stream())),
            TokenTree::Ident(ident) if is_punct(&tokens, at.wrapping_sub(1), '.') => {
                found.extend(call(&tokens, at, ident));
            }
            TokenTree::Ident(ident) => {
                let (path, next) = path(&tokens, at);
                found.extend(named(&tokens, at, next, &path, ident));
                at = next;
                continue;
            }
            TokenTree::Literal(literal) => {
                if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                    found.push(Piece::Text {
                        key: key(&tokens, at),
                        text: text.value(),
                        line: literal.span().start().line,
                    });
                }
            }
            TokenTree::Punct(_) => {}
        }
        at += 1;
    }
    found
}

/// The path that begins at a place, and where it is over.
fn path(tokens: &[TokenTree], start: usize) -> (Vec<String>, usize) {
    let mut path = Vec::new();
    if begins_with_colons(tokens, start) {
        path.push(String::new());
    }
    let mut at = start;
    while let Some(TokenTree::Ident(part)) = tokens.get(at) {
        path.push(part.to_string());
        if !is_colons(tokens, at + 1) {
            return (path, at + 1);
        }
        at += 3;
    }
    (path, at)
}

/// Whether `::` stands before a path, as the first of it.
fn begins_with_colons(tokens: &[TokenTree], start: usize) -> bool {
    let Some(colons) = start.checked_sub(2) else {
        return false;
    };
    let before = colons.checked_sub(1).and_then(|before| tokens.get(before));
    let is_inner = match before {
        Some(TokenTree::Ident(_)) => true,
        Some(TokenTree::Punct(punct)) => punct.as_char() == '>',
        Some(TokenTree::Group(_) | TokenTree::Literal(_)) | None => false,
    };
    is_colons(tokens, colons) && !is_inner
}

fn named(
    tokens: &[TokenTree],
    start: usize,
    next: usize,
    path: &[String],
    first: &Ident,
) -> Vec<Piece> {
    let line = first.span().start().line;
    // What a macro is given is named by whoever gives it. `$crate` is ours.
    let is_given = is_punct(tokens, start.wrapping_sub(1), '$') && first != "crate";
    if is_given {
        return Vec::new();
    }
    // `crate::{mail, store}` ends at the group.
    if let Some(TokenTree::Group(group)) = tokens.get(next)
        && group.delimiter() == Delimiter::Brace
        && next > start + 2
        && is_colons(tokens, next - 2)
    {
        return grouped(path, group);
    }
    let is_called = match tokens.get(next) {
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Parenthesis,
        Some(TokenTree::Punct(punct)) => punct.as_char() == '!',
        _ => false,
    };
    let is_name_of_type = path[0].starts_with(char::is_uppercase);
    if path.len() > 1 || is_called || is_name_of_type {
        let path = path.to_vec();
        return vec![Piece::Path { path, line }];
    }
    Vec::new()
}

fn grouped(before: &[String], group: &Group) -> Vec<Piece> {
    let tokens: Vec<_> = group.stream().into_iter().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if let TokenTree::Ident(ident) = token {
            let (inner, next) = path(&tokens, at);
            let whole: Vec<_> = before.iter().cloned().chain(inner).collect();
            match tokens.get(next) {
                Some(TokenTree::Group(group)) => found.extend(grouped(&whole, group)),
                _ => found.push(Piece::Path {
                    path: whole,
                    line: ident.span().start().line,
                }),
            }
            at = next;
        } else {
            at += 1;
        }
    }
    found
}

/// A call of a method, if the name after a dot is one.
fn call(tokens: &[TokenTree], at: usize, name: &Ident) -> Option<Piece> {
    let Some(TokenTree::Group(group)) = tokens.get(at + 1) else {
        return None;
    };
    if group.delimiter() != Delimiter::Parenthesis {
        return None;
    }
    let list = Punctuated::<Expr, Token![,]>::parse_terminated;
    let arguments = list.parse2(group.stream()).ok().map(|list| list.len());
    let dot = at - 1;
    let start = (0..dot)
        .rev()
        .take_while(|at| continues(&tokens[*at]))
        .last()
        .unwrap_or(dot);
    let receiver: TokenStream = tokens[start..dot].iter().cloned().collect();
    Some(Piece::Call {
        receiver: syn::parse2(receiver).ok().map(Box::new),
        name: name.to_string(),
        arguments,
        line: name.span().start().line,
    })
}

/// Whether a token may be a part of what a method is called on.
fn continues(token: &TokenTree) -> bool {
    match token {
        TokenTree::Ident(ident) => ident != "return" && ident != "match" && ident != "in",
        TokenTree::Literal(_) => true,
        TokenTree::Group(group) => group.delimiter() == Delimiter::Parenthesis,
        TokenTree::Punct(punct) => matches!(punct.as_char(), '.' | ':' | '?'),
    }
}

/// What a text is assigned to: `key = "text"`.
fn key(tokens: &[TokenTree], at: usize) -> Option<String> {
    if !is_punct(tokens, at.wrapping_sub(1), '=') {
        return None;
    }
    match tokens.get(at.checked_sub(2)?)? {
        TokenTree::Ident(key) => Some(key.to_string()),
        _ => None,
    }
}

fn is_punct(tokens: &[TokenTree], at: usize, character: char) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

fn is_colons(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens, at, ':') && is_punct(tokens, at + 1, ':')
}
