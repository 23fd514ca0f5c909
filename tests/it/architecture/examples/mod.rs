//! The rules on small programs: what is forbidden is found in every form, and what looks like it is not.

mod calls;
mod circles;
mod layers;
mod rooms;
mod types;

use super::reading::{Facts, Source};

/// A program of a few layers and rooms, and nothing in it that may not be.
const PROGRAM: &[(&str, &str)] = &[
    (
        "src/lib.rs",
        "pub mod api; pub mod config; pub mod mail; pub mod recovery; pub mod store;",
    ),
    ("src/api/mod.rs", "mod cyclos; mod sspr;"),
    ("src/api/cyclos/mod.rs", "pub struct Body;"),
    ("src/api/sspr/mod.rs", "pub struct Body;"),
    ("src/config/mod.rs", "pub struct Settings;"),
    ("src/mail/mod.rs", "pub struct Letter;"),
    (
        "src/store/mod.rs",
        "pub mod token; pub struct Row; impl Row { pub fn fill(&self) {} }",
    ),
    (
        "src/store/token.rs",
        "pub fn peek() -> super::Row { super::Row }",
    ),
    (
        "src/recovery/mod.rs",
        "mod limits; mod tokens; mod tools; mod upkeep;
        pub use self::tokens::{TokenError, peeked};
        pub use crate::store::Row;
        pub struct Recovery { pub tokens: std::sync::Arc<self::tokens::Tokens> }
        impl Recovery { pub fn leave(&self) {} }",
    ),
    (
        "src/recovery/tools/mod.rs",
        "pub struct Tools; impl Tools { pub fn now(&self) {} pub fn spend_time(&self, of: u8) {} }",
    ),
    (
        "src/recovery/limits/mod.rs",
        "mod extra; mod held; mod hit;
        use std::sync::Arc;
        use crate::recovery::tools::Tools;
        pub struct Limiter { tools: Arc<Tools> }
        impl Limiter { pub fn count(&self) { self.tools.now(); } }",
    ),
    ("src/recovery/limits/hit.rs", "pub fn hit() {}"),
    (
        "src/recovery/tokens/mod.rs",
        "mod spend;
        use std::sync::Arc;
        use crate::recovery::{limits::Limiter, tools::Tools};
        pub use self::spend::TokenError;
        pub use crate::store::Row as Kept;
        pub struct Tokens { limits: Arc<Limiter>, tools: Arc<Tools> }
        pub fn peeked() {}",
    ),
    (
        "src/recovery/tokens/spend.rs",
        "use super::Tokens;
        pub enum TokenError { Unknown }
        impl Tokens {
            pub fn spend(&self) { self.limits.count(); }
            pub fn redeem(&self, how: u8) -> Result<u8, TokenError> { Err(TokenError::Unknown) }
            pub fn get(&self) {}
            pub fn shared() -> Self { loop {} }
        }
        impl other::Render for Tokens { fn render(&self) {} }",
    ),
    ("src/recovery/upkeep/mod.rs", "pub struct Upkeep;"),
];

/// The program with one more file, or with another text of one that it has.
fn with(path: &str, code: &str) -> Facts {
    let mut sources: Vec<_> = PROGRAM
        .iter()
        .filter(|(known, _)| *known != path)
        .map(|(path, text)| Source::new(path, text))
        .collect();
    sources.push(Source::new(path, code));
    Facts::of(sources)
}

/// What is wrong with a code, where each rule says so on its own.
fn found(rule: impl Fn(&Facts) -> Vec<String>, path: &str, code: &str) -> Vec<String> {
    rule(&with(path, code))
}

/// Every one of these is found, and on its own line.
fn all_found(rule: impl Fn(&Facts) -> Vec<String>, path: &str, codes: &[&str]) {
    for code in codes {
        let found = found(&rule, path, code);
        let is_told = found.iter().any(|offence| offence.contains(path));
        assert!(is_told, "not found: {code}\n{found:#?}");
    }
}

/// None of these is.
fn none_found(rule: impl Fn(&Facts) -> Vec<String>, path: &str, codes: &[&str]) {
    for code in codes {
        let found = found(&rule, path, code);
        assert!(found.is_empty(), "found: {code}\n{found:#?}");
    }
}
