//! What somebody typed, and whom it may name.

use super::*;

fn all(names: Names) -> Vec<(Kind, String)> {
    let Names { first, others, .. } = names;
    let all = std::iter::once(first).chain(others);
    all.map(|name| (name.kind, name.value)).collect()
}

fn read(text: &str, kinds: &[Kind]) -> Vec<(Kind, String)> {
    all(Names::read(text, kinds, None))
}

fn login(text: &str) -> (Kind, String) {
    (Kind::Login, text.to_owned())
}

fn email(text: &str) -> (Kind, String) {
    (Kind::Email, text.to_owned())
}

fn phone(text: &str) -> (Kind, String) {
    (Kind::Phone, text.to_owned())
}

#[test]
fn a_typed_name_is_whatever_it_may_be() {
    assert_eq!(read(" JohnDoe ", &Kind::ALL), [login("johndoe")]);
    let both = [email("a@b.example"), login("a@b.example")];
    assert_eq!(read("A@b.example", &Kind::ALL), both);
    let both = [phone("+15145550100"), login("+1 514 555 0100")];
    assert_eq!(read("+1 514 555 0100", &Kind::ALL), both);
    assert_eq!(read("JohnDoe", &[Kind::Email]), [email("johndoe")]);
    assert_eq!(read("a@b@c", &[Kind::Email]), [email("a b c")]);
    assert_eq!(read("a@b.example", &[Kind::Login]), [login("a@b.example")]);
}

/// Whoever has the digits as their login name was found by them before there was a country.
#[test]
fn digits_lead_to_a_login_name_first_and_are_counted_as_the_number() {
    let country = Country::parse("CA").ok();
    let number = phone("+15145550100");
    for (text, name) in [
        ("514-555-0100", "514-555-0100"),
        (" (514) 555 0100", "(514) 555 0100"),
        ("5145550100", "5145550100"),
    ] {
        let names = Names::read(text, &Kind::ALL, country);
        assert_eq!((names.counted.kind, names.counted.value.clone()), number);
        assert_eq!(all(names), [login(name), number.clone()], "{text}");
        let names = Names::read(text, &[Kind::Phone], country);
        assert_eq!(all(names), std::slice::from_ref(&number), "{text}");
        assert_eq!(read(text, &Kind::ALL), [login(name)], "{text}");
    }
    let names = Names::read("ann@b.example", &Kind::ALL, country);
    assert_eq!(names.counted.value, "ann@b.example");
}

#[test]
fn what_cannot_be_seen_is_nothing_in_a_name() {
    for text in [
        "alice\u{200b}",
        "\u{feff}alice",
        " al\u{ad}ice\u{a0}",
        "\u{202a}ALICE\u{202c}",
        "ａlice\u{fe0f}",
        "\u{200d}\u{3164} alice",
    ] {
        assert_eq!(Identifier::login(text).value, "alice", "{text:?}");
        let stored = LoginName::parse(text).unwrap();
        assert_eq!(stored.key(), Identifier::login("alice"), "{text:?}");
        assert!(!stored.as_str().contains(crate::domain::unseen::is_unseen));
        let address = format!("{text}@b.example\u{200b}");
        let found = Identifier::email(&address).unwrap();
        assert_eq!(found.value, "alice@b.example", "{address:?}");
        let number =
            format!("\u{202a}+1 514 555 01{text}").replace(|c: char| c.is_alphabetic(), "");
        let number = format!("{number}00");
        assert_eq!(Phone::parse(&number).unwrap().as_str(), "+15145550100");
    }
    assert_eq!(LoginName::parse("\u{200b} \u{feff}"), Err(Unusable::Empty));
    assert_eq!(LoginName::parse("se\u{200b}lf"), Err(Unusable::Reserved));
}

#[test]
fn the_final_dot_of_a_domain_is_nothing() {
    for text in [
        "Ann@B.example.",
        "ann@b.example..",
        "ann@b.example\u{3002}",
        "ann@b.example . ",
    ] {
        let stored = EmailAddress::parse(text).unwrap();
        assert!(stored.as_str().ends_with("example"), "{text}");
        assert_eq!(stored.key().value, "ann@b.example", "{text}");
    }
    assert_eq!(EmailAddress::parse("ann@."), Err(Unusable::NotAnAddress));
}

/// What is stored from before is compared by what is compared now, whatever is in it.
#[test]
fn a_stored_name_is_compared_without_what_cannot_be_seen() {
    assert_eq!(LoginName("alice\u{200b}".into()).key().value, "alice");
    let address = EmailAddress("alice\u{ad}@b.example.".into());
    assert_eq!(address.key().value, "alice@b.example");
    let number = Phone("+4402079460000".into());
    assert_eq!(number.key().value, "+442079460000");
}

/// Nothing that is seen becomes something that is not, so a key is clean whichever is done first.
#[test]
fn folding_brings_forth_nothing_that_cannot_be_seen() {
    for c in ('\0'..=char::MAX).filter(|c| !crate::domain::unseen::is_unseen(*c)) {
        let folded = fold(&c.to_string());
        assert!(!folded.contains(crate::domain::unseen::is_unseen), "{c:?}");
        let compared = key(&c.to_string());
        assert_eq!(key(&compared), compared, "{c:?}");
    }
}
