//! Who calls a method of a room.

use super::super::walls::offences;
use super::{Facts, Source, all_found, none_found, with};

const LOWER: &str = "src/recovery/limits/extra.rs";

#[test]
fn a_call_of_a_higher_method_by_a_field_is_found() {
    let codes = [
        "fn f(of: &X) { of.tokens.get(); }",
        "fn f(of: &X) { of.held.by.tokens.spend(); }",
        "fn f() { g().tokens.get(); }",
        "fn f(of: &X) { select! { a = of.tokens.get() => {}, } }",
        "fn f(of: &X) { info_span!(\"x\", by = %of.tokens.get()); }",
    ];
    all_found(offences, LOWER, &codes);
}

#[test]
fn a_call_of_a_higher_method_by_its_name_alone_is_found() {
    let codes = [
        "fn f(of: &X) { g(of).spend(); }",
        "fn f(of: &X) { let x = g(of); x.redeem(1).ok(); }",
        "fn f() { h(|of| of.redeem(1)); }",
        "fn f(of: &super::Limiter) { h(|of| of.redeem(1)); }",
        "fn f() { vec![g().redeem(2)]; }",
        "fn f() { select! { a = g().redeem(2) => {}, } }",
    ];
    all_found(offences, LOWER, &codes);
}

#[test]
fn a_call_of_a_higher_method_by_its_type_is_found() {
    // How they came by the type is an offence of its own, so it stands in another file.
    let held = "impl super::Limiter {
        pub fn held(&self) -> Result<std::sync::Arc<super::super::tokens::Tokens>, ()> { Err(()) }
        pub fn found(&self) -> Found { Err(()) }
    }
    pub type Found = Result<super::super::tokens::Tokens, ()>;
    pub type Lower = super::super::tokens::Tokens;";
    let codes = [
        "impl super::Limiter { fn f(&self) { self.held()?.get(); } }",
        "impl super::Limiter { fn f(&self) { let of = self.held().unwrap(); of.get(); } }",
        "impl super::Limiter { fn f(&self) { if let Ok(of) = self.held() { of.get(); } } }",
        "impl super::Limiter { fn f(&self) { match self.held() { Ok(of) => of.clone(), } } }",
        "impl super::Limiter { fn f(&self) { let (a, b) = (1, self.held()?); b.get(); } }",
        "impl super::Limiter { fn f(&self) { let of = Some(self.held()?); of.unwrap().get(); } }",
        "impl super::Limiter { fn f(&self) { self.found()?.get(); } }",
        "fn f() { super::held::Lower::shared(); }",
    ];
    for code in codes {
        let mut facts = with(LOWER, code);
        let mut sources = std::mem::take(&mut facts.sources);
        sources.push(Source::new("src/recovery/limits/held.rs", held));
        let found = offences(&Facts::of(sources));
        let is_told = found.iter().any(|offence| offence.contains(LOWER));
        assert!(is_told, "not found: {code}\n{found:#?}");
    }
}

#[test]
fn a_lawful_call_is_not_found() {
    let codes = [
        // Its own, and those of the room below.
        "impl super::Limiter { fn f(&self) { self.count(); self.tools.now(); } }",
        "fn f(of: &super::Limiter) { of.count(); of.clone(); }",
        // Everybody has such methods.
        "fn f(of: &X) { g(of).get(); }",
        "fn f(of: Vec<u8>) { of.get(1); }",
        // It takes another number of arguments.
        "fn f(of: &X) { g(of).redeem(); g(of).spend(1); }",
        // It is of another type, that has one of the same name.
        "struct Own; impl Own { fn spend(&self) {} } fn f(of: &Own) { of.spend(); }",
        "struct Own; impl Own { fn spend(&self) {} } fn f(of: &X) { g(of).spend(); }",
        "trait Spending { fn spend(&self); } fn f(of: &X) { g(of).spend(); }",
        // It is of another crate.
        "fn f(of: &other::Purse) { of.spend(); }",
        "struct Held { tokens: Vec<u8> } impl Held { fn f(&self) { self.tokens.get(1); } }",
        "struct Held { tokens: Vec<u8> } fn f() { g().tokens.get(1); }",
        // Whoever else keeps a promise of that name may be meant.
        "fn f(of: &X) { g(of).render(); }",
    ];
    none_found(offences, LOWER, &codes);
    let above = "fn f(of: &X) { of.tokens.get(); g(of).redeem(1); }";
    none_found(offences, "src/recovery/upkeep/extra.rs", &[above]);
}
