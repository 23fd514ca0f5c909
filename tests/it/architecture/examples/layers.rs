//! Who names a layer or a crate.

use super::super::downwards::{configured, counting, upward};
use super::{Facts, Source, all_found, none_found, with};

#[test]
fn a_forbidden_layer_is_found_in_every_form() {
    let codes = [
        "use crate::store;",
        "use crate::store::Row;",
        "use crate::{mail::Letter, recovery};",
        "use crate::{recovery, store as rows};",
        "use crate::{recovery::{self}, store::{self as s, token}};",
        "use crate::store::*;",
        "use crate as root; fn f() { root::store::token::peek(); }",
        "use crate::*; fn f() { store::token::peek(); }",
        "use super::super::super::store;",
        "use super::super::super::{recovery, store::token};",
        "pub use crate::store::Row;",
        "fn f() { crate::store::token::peek(); }",
        "fn f(row: &crate::store::Row) {}",
        "fn f() -> Vec<Option<super::super::super::store::Row>> { Vec::new() }",
        "fn f<T: Into<crate::store::Row>>(from: T) {}",
        "struct Held { row: crate::store::Row }",
        "impl crate::store::Row {}",
        "fn f() { use crate::store::token; token::peek(); }",
        "fn f() { let crate::store::Row = x; }",
        "fn f() { if let Some(crate::store::Row) = x {} }",
        "mod inner { use super::super::super::super::store; }",
        "#[cfg(test)] mod tests { use crate::store::Row; }",
        "#[serde(with = \"crate::store::token\")] struct Held;",
        "#[derive(crate::store::Derived)] struct Held;",
    ];
    all_found(upward, "src/api/cyclos/call.rs", &codes);
}

#[test]
fn a_forbidden_layer_is_found_in_a_macro() {
    let codes = [
        "fn f() { vec![crate::store::token::peek()]; }",
        "fn f() { format!(\"{}\", crate::store::token::peek()); }",
        "fn f() { select! { row = wait() => crate::store::token::peek(), _ = x => {} } }",
        "fn f() { json!({ \"row\": { \"of\": super::super::super::store::Row } }); }",
        "fn f() { info_span!(\"x\", row = %crate::store::token::peek()); }",
        "macro_rules! rows { ($of:expr) => { $crate::store::token::peek($of) }; }",
        "choose! { if #[cfg(unix)] { use crate::{recovery, store}; } }",
        "choose! { unix => use crate::{recovery, store}; }",
        "crate::store::made! {}",
    ];
    all_found(upward, "src/api/cyclos/call.rs", &codes);
}

#[test]
fn a_layer_that_is_passed_on_by_another_is_found() {
    let root = "pub mod api; pub mod recovery; pub mod store; pub use store::Row;";
    let at_root = Source::new("src/lib.rs", root);
    let handler = Source::new("src/api/cyclos/call.rs", "use crate::Row;");
    let store = Source::new("src/store/mod.rs", "pub struct Row;");
    let facts = Facts::of(vec![at_root, handler, store]);
    assert_eq!(upward(&facts).len(), 1);

    for (passed, through) in [
        (
            "pub use crate::store;",
            "fn f() { crate::recovery::store::token::peek(); }",
        ),
        (
            "pub use crate::store::token;",
            "fn f() { crate::recovery::token::peek(); }",
        ),
        (
            "pub use sqlx;",
            "fn f() { crate::recovery::sqlx::query(); }",
        ),
    ] {
        let mut facts = with("src/recovery/mod.rs", passed);
        assert!(upward(&facts).is_empty());
        let mut sources = std::mem::take(&mut facts.sources);
        sources.push(Source::new("src/api/cyclos/call.rs", through));
        assert_eq!(upward(&Facts::of(sources)).len(), 1, "{through}");
    }
}

#[test]
fn what_only_looks_like_a_forbidden_layer_is_not_found() {
    let codes = [
        "use crate::recovery;",
        "use crate::recovery::Row;",
        "use crate::{recovery::{Recovery, TokenError}, api};",
        "use super::super::super::recovery::Recovery;",
        "use crate::stores;",
        "mod store { pub fn peek() {} } fn f() { store::peek(); self::store::peek(); }",
        "use crate::recovery as store; fn f(all: store::Recovery) {}",
        "// crate::store::token::peek()\n/// crate::store::token\nfn f() {}",
        "fn f() { let text = \"crate::store::token\"; }",
        "fn f() { let store = 1; g(store); store.fill(); }",
        "pub(in crate::api) fn f() {}",
    ];
    none_found(upward, "src/api/cyclos/call.rs", &codes);
    // The store may name itself.
    let own = "use crate::store::Row; use super::token; fn f() { crate::store::token::peek(); }";
    none_found(upward, "src/store/account.rs", &[own]);
}

#[test]
fn a_forbidden_crate_is_found_in_every_form() {
    let codes = [
        "use sqlx;",
        "use sqlx as database;",
        "use sqlx::PgPool;",
        "use sqlx::{PgPool, Row as _};",
        "use ::sqlx::PgPool;",
        "use {lettre::Message, std::fmt};",
        "extern crate sqlx;",
        "extern crate lettre as post;",
        "fn f(pool: sqlx::PgPool) {}",
        "fn f() { sqlx::query!(\"select\"); }",
        "fn f() { g!(x => ::sqlx::query(1)); }",
        "#[derive(sqlx::FromRow)] struct Row;",
        "#[lettre::post] fn f() {}",
        "fn f() { use sqlx as s; s::query(); }",
        "mod sqlx {} fn f() { ::sqlx::query(); }",
    ];
    all_found(upward, "src/api/cyclos/call.rs", &codes);
}

#[test]
fn what_only_looks_like_a_forbidden_crate_is_not_found() {
    let codes = [
        "use axum::Router;",
        "use rekey_sqlx::Pool;",
        "use std::lettre;",
        "fn f() { let sqlx = 1; g(sqlx, sqlx + 1); }",
        "mod sqlx { pub fn query() {} } fn f() { sqlx::query(); }",
        "use crate::recovery as sqlx; fn f(of: sqlx::Recovery) {}",
        "fn f() { use crate::recovery as sqlx; g::<sqlx::Recovery>(); }",
        "#[sqlx(transparent)] struct Row;",
    ];
    none_found(upward, "src/api/cyclos/call.rs", &codes);
}

#[test]
fn a_dialect_that_names_another_is_found() {
    let codes = [
        "use crate::api::sspr;",
        "use super::super::sspr::Body;",
        "use crate::api::{cyclos, sspr as other};",
    ];
    all_found(upward, "src/api/cyclos/call.rs", &codes);
    let own = "use super::Body; use crate::api::cyclos; use super::super::cyclos::Body as Own;";
    none_found(upward, "src/api/cyclos/call.rs", &[own]);
}

#[test]
fn whoever_counts_or_reads_the_configuration_is_found() {
    let counts = [
        "use metrics::counter;",
        "fn f() { metrics::counter!(\"x\"); }",
    ];
    all_found(counting, "src/api/cyclos/call.rs", &counts);
    none_found(counting, "src/api/meter.rs", &counts);
    let own = "mod metrics { pub fn f() {} } fn g() { self::metrics::f(); metrics::f(); }";
    none_found(counting, "src/cli/serve.rs", &[own]);

    let reads = [
        "use crate::config;",
        "fn f(of: &super::super::super::config::Settings) {}",
    ];
    all_found(configured, "src/recovery/tools/clock.rs", &reads);
    none_found(configured, "src/cli/serve/mod.rs", &reads);
    all_found(
        configured,
        "src/main.rs",
        &["fn main() { rekey::config::read(); }"],
    );
}
