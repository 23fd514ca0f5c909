//! The templates compiled into the program, by the names an operator may replace them under.
//!
//! The words are in `locales/`, so one source serves every language. An operator may still replace it
//! in one language alone, and so each language has names of its own.

use crate::domain::language::Language;

/// A template before it has a language: its name in front of the language, behind it, and its source.
type Source = (&'static str, &'static str, &'static str);

/// A name is a file of this folder.
macro_rules! builtin {
    ($($kind:literal: $($ending:literal)+;)+) => {
        const SOURCES: &[Source] = &[$($(
            ($kind, $ending, include_str!(concat!($kind, ".", $ending))),
        )+)+];
    };
}

builtin! {
    "layout": "html" "txt";
    "reset-link": "subject.txt" "txt" "html";
    "unlock-link": "subject.txt" "txt" "html";
    "reset-links": "subject.txt" "txt" "html";
    "unlock-links": "subject.txt" "txt" "html";
    "usernames": "subject.txt" "txt" "html";
    "generated-password": "subject.txt" "txt" "html";
    "one-time-code": "subject.txt" "txt" "html";
    "password-changed": "subject.txt" "txt" "html";
    "account-unlocked": "subject.txt" "txt" "html";
    "account-changed": "subject.txt" "txt" "html";
    "account-disowned": "subject.txt" "txt" "html";
}

/// What all languages share under one name.
const SHARED: [(&str, &str); 2] = [
    ("layout.html", include_str!("layout.html")),
    ("parts.html", include_str!("parts.html")),
];

/// Every template by name: `parts.html`, `reset-link.en.txt`.
pub(super) fn builtin() -> impl Iterator<Item = (String, &'static str)> {
    let shared = SHARED
        .into_iter()
        .map(|(name, source)| (name.to_owned(), source));
    let spoken = Language::ALL.into_iter().flat_map(|language| {
        SOURCES.iter().map(move |(kind, ending, source)| {
            let source = match (*kind, *ending) {
                // So that `layout.html` changes every language, and `layout.fr.html` one.
                ("layout", "html") => r#"{% extends "layout.html" %}"#,
                _ => source,
            };
            (format!("{kind}.{}.{ending}", language.code()), source)
        })
    });
    shared.chain(spoken)
}
