//! Who names a room.

use super::super::rooms::ROOMS;
use super::super::walls::offences;
use super::{all_found, none_found};

const LOWER: &str = "src/recovery/limits/extra.rs";

#[test]
fn an_import_from_a_higher_room_is_found_in_every_form() {
    let codes = [
        "use crate::recovery::tokens;",
        "use crate::recovery::tokens::Tokens;",
        "use crate::recovery::{tools::Tools, tokens::{self, Tokens}};",
        "use crate::{recovery::{tokens as t}, store};",
        "use crate::recovery::tokens::{self as t};",
        "use crate::recovery::tokens::Tokens as Lower;",
        "use crate::recovery::tokens::*;",
        "use super::super::tokens::Tokens;",
        "use super::super::{tools, tokens};",
        "pub use super::super::tokens::TokenError;",
        "use crate::recovery as all; fn f(of: &all::tokens::Tokens) {}",
        "use crate::recovery::{self}; fn f() { recovery::tokens::peeked(); }",
        "fn f() { use crate::recovery as all; all::tokens::peeked(); }",
        "use crate::recovery::tokens::Kept;",
        "fn f() { super::super::tokens::peeked(); }",
        "fn f(error: crate::recovery::tokens::spend::TokenError) {}",
        "fn f() { assert!(matches!(x, crate::recovery::tokens::TokenError::Unknown)); }",
        "fn f() { select! { a = b => super::super::tokens::peeked(), } }",
        "#[cfg(test)] mod tests { use crate::recovery::tokens::Tokens; }",
    ];
    all_found(offences, LOWER, &codes);
}

#[test]
fn what_a_higher_room_defines_is_found_where_it_is_passed_on() {
    let codes = [
        "use crate::recovery::TokenError;",
        "use super::super::TokenError;",
        "use crate::recovery::{TokenError as Error};",
        "fn f() { crate::recovery::peeked(); }",
        "use crate::recovery::*; fn f(error: TokenError) {}",
        "use super::super::*; fn f() { peeked(); }",
        "use crate::recovery; fn f() -> Result<(), recovery::TokenError> { Ok(()) }",
    ];
    all_found(offences, LOWER, &codes);
}

#[test]
fn a_field_of_a_higher_type_is_found() {
    let codes = [
        "use std::sync::Arc; struct Held { of: Arc<crate::recovery::tokens::Tokens> }",
        "struct Held(Option<super::super::tokens::Tokens>);",
        "enum Held { One(crate::recovery::TokenError), Other }",
        "use crate::recovery::*; struct Held { error: Vec<TokenError> }",
    ];
    all_found(offences, LOWER, &codes);
}

#[test]
fn a_lower_room_that_the_row_leaves_out_is_found_too() {
    let asking = ROOMS.iter().find(|(room, _)| *room == "asking").unwrap();
    assert!(!asking.1.contains(&"tokens"));
    let path = "src/recovery/asking/extra.rs";
    all_found(offences, path, &["use crate::recovery::tokens::Tokens;"]);
    none_found(offences, path, &["use crate::recovery::limits::Limiter;"]);
}

#[test]
fn what_holds_all_rooms_is_known_to_none() {
    let codes = [
        "use crate::recovery::Recovery;",
        "use super::super::Recovery;",
        "fn f(all: &crate::recovery::Recovery) {}",
        "use crate::recovery::*; struct Held { all: Recovery }",
        "fn f(x: &X) { g(x).leave(); }",
    ];
    all_found(offences, LOWER, &codes);
    all_found(offences, "src/recovery/upkeep/extra.rs", &codes);
}

#[test]
fn what_is_in_no_room_may_know_none() {
    let code = "use crate::recovery::tools::Tools;";
    all_found(offences, "src/recovery/stray.rs", &[code]);
    all_found(offences, "src/recovery/attic/mod.rs", &[code]);
}

#[test]
fn a_lawful_import_is_not_found() {
    let codes = [
        "use crate::recovery::tools;",
        "use crate::recovery::tools::{self, Tools as Clock};",
        "use super::super::tools::*;",
        "use super::{Limiter, hit::hit};",
        "use crate::recovery::Row;",
        "use crate::recovery::*; fn f(row: Row) {}",
        "use crate::recovery::*; fn f() { let peeked = 1; g(peeked); }",
        "use crate::store::token; mod tokens { pub fn f() {} } fn f() { tokens::f(); }",
        "struct Held { tools: std::sync::Arc<crate::recovery::tools::Tools> }",
        "fn f() { let tokens = 1; g(tokens); let text = \"crate::recovery::tokens\"; }",
        "pub(in crate::recovery) fn f() {}",
    ];
    none_found(offences, LOWER, &codes);
    let above = "use crate::recovery::{limits::Limiter, tokens::Tokens, TokenError};";
    none_found(offences, "src/recovery/upkeep/extra.rs", &[above]);
}
