//! Files that lead to each other.

use super::super::circles::told;
use super::{Facts, Source, none_found};

/// What is told of a house of these files.
fn circles(files: &[(&str, &str)]) -> Vec<String> {
    let mut sources = vec![Source::new("src/lib.rs", "pub mod recovery;")];
    for (path, code) in files {
        sources.push(Source::new(&format!("src/recovery/{path}"), code));
    }
    told(&Facts::of(sources))
}

/// Whether these files, and no others, are in the one circle there is.
fn is_circle(found: &[String], files: &[&str]) -> bool {
    let [circle] = found else { return false };
    let begins = circle.starts_with(&format!("{} files in a circle", files.len()));
    begins && files.iter().all(|file| circle.contains(file))
}

#[test]
fn two_files_that_import_from_each_other_are_a_circle() {
    for back in [
        "use super::one::One; pub struct Two;",
        "pub struct Two(super::one::One);",
        "pub struct Two; fn f() { crate::recovery::tools::one::One::new(); }",
        "use super::*; pub struct Two; fn f(one: &one::One) {}",
        "pub struct Two; fn f() { g!(a => super::one::One); }",
    ] {
        let found = circles(&[
            ("mod.rs", "mod tools;"),
            ("tools/mod.rs", "mod one; mod two; mod three;"),
            ("tools/one.rs", "use super::two::Two; pub struct One;"),
            ("tools/two.rs", back),
            ("tools/three.rs", "use super::{one::One, two::Two};"),
        ]);
        assert!(
            is_circle(&found, &["tools/one.rs", "tools/two.rs"]),
            "{back}\n{found:#?}"
        );
    }
}

#[test]
fn three_files_are_a_circle_and_each_arrow_has_a_line() {
    let found = circles(&[
        ("mod.rs", "mod tools;"),
        ("tools/mod.rs", "mod one; mod two; mod three;"),
        ("tools/one.rs", "use super::two::Two;\npub struct One;"),
        (
            "tools/two.rs",
            "\nuse super::three::Three;\npub struct Two;",
        ),
        ("tools/three.rs", "\n\npub struct Three(super::one::One);"),
    ]);
    let files = ["tools/one.rs", "tools/two.rs", "tools/three.rs"];
    assert!(is_circle(&found, &files), "{found:#?}");
    for arrow in [
        "src/recovery/tools/one.rs -> src/recovery/tools/two.rs, line 1: use super::two::Two;",
        "src/recovery/tools/two.rs -> src/recovery/tools/three.rs, line 2: use super::three::Three;",
        "src/recovery/tools/three.rs -> src/recovery/tools/one.rs, line 3: pub struct Three(super::one::One);",
    ] {
        assert!(found[0].contains(arrow), "{arrow}\n{found:#?}");
    }
}

#[test]
fn a_method_leads_to_the_file_that_defines_it_and_not_to_the_type() {
    let found = circles(&[
        ("mod.rs", "mod tools;"),
        ("tools/mod.rs", "mod one; mod two; pub struct Tools;"),
        (
            "tools/one.rs",
            "use super::Tools; impl Tools { fn first(&self) { self.second(); } }",
        ),
        (
            "tools/two.rs",
            "use super::Tools; impl Tools { fn second(&self) { Self::first(self); } }",
        ),
    ]);
    assert!(
        is_circle(&found, &["tools/one.rs", "tools/two.rs"]),
        "{found:#?}"
    );
}

#[test]
fn a_room_that_calls_its_own_child_back_is_a_circle() {
    for calling in [
        "impl Tools { pub fn begin(&self) { self.go_on(); } }",
        "impl Tools { pub fn begin(&self) { child::help(); } }",
        "pub struct Held { helped: self::child::Helped }",
    ] {
        let module = format!("mod child; pub struct Tools; {calling}");
        let child = "use super::Tools; pub struct Helped; pub fn help() {}
            impl Tools { pub fn go_on(&self) {} }";
        let files = [
            ("mod.rs", "mod tools;"),
            ("tools/mod.rs", &module),
            ("tools/child.rs", child),
        ];
        let found = circles(&files);
        let is_found = is_circle(&found, &["tools/mod.rs", "tools/child.rs"]);
        assert!(is_found, "{calling}\n{found:#?}");
    }
}

#[test]
fn a_reexport_leads_to_the_file_that_defines_what_it_passes_on() {
    let found = circles(&[
        (
            "mod.rs",
            "mod tools; mod tokens; pub use self::tokens::TokenError;",
        ),
        ("tools/mod.rs", "mod one; pub struct Tools;"),
        (
            "tools/one.rs",
            "use crate::recovery::TokenError; pub struct One;",
        ),
        (
            "tokens/mod.rs",
            "mod spend; pub use self::spend::TokenError;",
        ),
        (
            "tokens/spend.rs",
            "pub enum TokenError { One(crate::recovery::tools::one::One) }",
        ),
    ]);
    let files = ["tools/one.rs", "tokens/spend.rs"];
    assert!(is_circle(&found, &files), "{found:#?}");
}

#[test]
fn what_only_leads_down_is_no_circle() {
    let found = circles(&[
        (
            "mod.rs",
            "mod tools; pub use self::tools::{one::One, Tools};
            pub struct Recovery { tools: Tools, one: One }",
        ),
        (
            "tools/mod.rs",
            "pub mod one; mod two; pub use self::one::One; pub use self::two::help;
            pub struct Tools; impl Tools { pub fn now(&self) {} }",
        ),
        (
            "tools/one.rs",
            "use super::{Tools, help}; pub struct One;
            impl Tools { pub fn first(&self) { self.now(); self.first(); help(); } }",
        ),
        (
            "tools/two.rs",
            "use super::Tools; pub fn help() {} fn f(of: &Tools) { of.now(); }",
        ),
    ]);
    assert!(found.is_empty(), "{found:#?}");
    none_found(
        told,
        "src/recovery/limits/extra.rs",
        &["use super::Limiter;"],
    );
}

#[test]
fn a_module_and_a_function_of_one_name_are_two_things() {
    let found = circles(&[
        ("mod.rs", "mod tools;"),
        (
            "tools/mod.rs",
            "mod one; mod two; fn one() {} pub struct Held(self::two::Two);",
        ),
        ("tools/one.rs", "pub struct One;"),
        ("tools/two.rs", "pub struct Two(super::one::One);"),
    ]);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn what_a_type_has_from_elsewhere_does_not_lead_to_it() {
    let found = circles(&[
        ("mod.rs", "mod tools;"),
        ("tools/mod.rs", "mod one; mod two; mod three;"),
        (
            "tools/one.rs",
            "pub fn made() -> super::three::Three { loop {} }",
        ),
        (
            "tools/two.rs",
            "pub struct Two; fn f() { super::one::made().clone(); }",
        ),
        (
            "tools/three.rs",
            "#[derive(Clone)] pub struct Three; fn f(of: super::two::Two) {}",
        ),
    ]);
    // The second file leads to the first, and the first to the third, which leads to the second.
    assert!(is_circle(
        &found,
        &["tools/one.rs", "tools/two.rs", "tools/three.rs"]
    ));
    assert!(
        !found[0].contains("two.rs -> src/recovery/tools/three.rs"),
        "{found:#?}"
    );
}
