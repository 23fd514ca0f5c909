//! How much a type does.

use super::super::rooms::METHODS;
use super::super::walls::too_large;
use super::{found, none_found};

fn functions(count: usize) -> String {
    let names = (0..count).map(|number| format!("fn f{number}(&self) {{}}"));
    names.collect::<Vec<_>>().join(" ")
}

#[test]
fn functions_are_counted_over_all_blocks_of_a_type() {
    let path = "src/recovery/limits/extra.rs";
    // The limiter has one besides.
    let most = format!("impl super::Limiter {{ {} }}", functions(METHODS - 1));
    none_found(too_large, path, &[&most]);
    let more = format!("{most} impl crate::recovery::limits::Limiter {{ fn g() {{}} }}");
    let found = found(too_large, path, &more);
    assert_eq!(found, ["crate::recovery::limits::Limiter has 26 functions"]);
}

#[test]
fn functions_of_traits_and_of_tests_are_not_counted() {
    let functions = functions(METHODS + 1);
    let codes = [
        format!("impl super::Limiter {{}} impl Trait for super::Limiter {{ {functions} }}"),
        format!("#[cfg(test)] impl super::Limiter {{ {functions} }}"),
        format!("#[cfg(test)] mod tests {{ impl super::super::Limiter {{ {functions} }} }}"),
        format!("struct Own; impl Own {{ fn f(&self) {{}} }} trait T {{ {functions} }}"),
    ];
    for code in &codes {
        none_found(too_large, "src/recovery/limits/extra.rs", &[code]);
    }
    // Elsewhere it is nobody's business here.
    let elsewhere = format!("impl super::Row {{ {functions} }}");
    none_found(too_large, "src/store/extra.rs", &[&elsewhere]);
}

#[test]
fn a_type_is_found_by_whatever_name() {
    let functions = functions(METHODS + 1);
    let codes = [
        format!("use super::Limiter as L; impl L {{ {functions} }}"),
        format!("use super::*; impl Limiter {{ {functions} }}"),
        format!("type L = super::Limiter; impl L {{ {functions} }}"),
    ];
    for code in &codes {
        let found = found(too_large, "src/recovery/limits/extra.rs", code);
        assert_eq!(found.len(), 1, "{code}");
    }
}
