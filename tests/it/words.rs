//! The message files: every language says everything, and nothing that nobody reads. What each
//! fills in is shown by the tests that write every letter and page in every language.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser::parse;
use rekey::domain::language::Language;

/// The messages of a language.
type Messages = BTreeSet<String>;

fn root(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn messages(language: &str) -> Messages {
    let mut found = Messages::new();
    for path in files(&root("locales").join(language)) {
        let text = std::fs::read_to_string(&path).unwrap();
        let parsed = parse(text.as_str()).map_err(|(_, errors)| errors);
        for entry in parsed
            .unwrap_or_else(|errors| panic!("{}: {errors:?}", path.display()))
            .body
        {
            match entry {
                Entry::Message(message) => {
                    let value = message.value.as_ref();
                    let value = value.unwrap_or_else(|| panic!("{} is empty", message.id.name));
                    is_plain(value);
                    assert!(
                        found.insert(message.id.name.to_owned()),
                        "{} twice",
                        message.id.name
                    );
                }
                Entry::Term(term) => {
                    panic!("{}: no terms, please: {}", path.display(), term.id.name)
                }
                Entry::Junk { content } => panic!("{}: {content}", path.display()),
                Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
            }
        }
    }
    found
}

/// Text and names in braces, and no markup: that is the templates'.
fn is_plain(pattern: &Pattern<&str>) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => {
                assert!(!value.contains(['<', '>', '&']), "markup in {value:?}");
            }
            PatternElement::Placeable { expression } => {
                let inline = match expression {
                    Expression::Inline(inline) => inline,
                    Expression::Select { selector, variants } => {
                        for variant in variants {
                            is_plain(&variant.value);
                        }
                        selector
                    }
                };
                // Blanks at an end have to be said in quotes.
                if let InlineExpression::StringLiteral { value } = inline {
                    assert!(!value.contains(['<', '>', '&']), "markup in {value:?}");
                    continue;
                }
                let is_name = matches!(inline, InlineExpression::VariableReference { .. });
                assert!(is_name, "more than a name in braces: {inline:?}");
            }
        }
    }
}

#[test]
fn every_language_says_everything() {
    let english = messages("en");
    assert!(english.len() > 40, "the files were read");
    for language in Language::ALL {
        let own = messages(language.code());
        let missing: Vec<_> = english.difference(&own).collect();
        let more: Vec<_> = own.difference(&english).collect();
        let code = language.code();
        assert!(
            missing.is_empty() && more.is_empty(),
            "{code} lacks {missing:?}, has {more:?}"
        );
    }
}

/// A name may end in a full stop, as companies' do, so no sentence ends in one: `Ltd..` is a mistake in any
/// language. Names between quotation marks, and references and moments, which are ours, may.
#[test]
fn no_sentence_ends_in_a_name() {
    for language in Language::ALL {
        for path in files(&root("locales").join(language.code())) {
            let text = std::fs::read_to_string(&path).unwrap();
            for line in text.lines() {
                for name in [
                    "tenant",
                    "name",
                    "login",
                    "support",
                    "kinds",
                    "password_type",
                ] {
                    let end = format!("{{ ${name} }}.");
                    assert!(!line.contains(&end), "{}: {line}", path.display());
                }
            }
        }
    }
}

#[test]
fn there_is_a_folder_for_each_language_and_no_other() {
    let mut folders: Vec<_> = std::fs::read_dir(root("locales"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    let mut codes = Language::ALL.map(Language::code);
    codes.sort_unstable();
    assert_eq!(folders, codes);
}

#[test]
fn nothing_is_said_that_nobody_reads_and_nothing_asked_that_nobody_says() {
    let english = messages("en");
    let sources: Vec<String> = files(&root("src"))
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .collect();
    let is_read = |name: &&String| {
        sources
            .iter()
            .any(|text| text.contains(&format!("\"{name}\"")))
    };
    let unread: Vec<_> = english.iter().filter(|name| !is_read(name)).collect();
    assert!(unread.is_empty(), "nobody reads {unread:?}");
    for source in &sources {
        for rest in source.split("say(\"").skip(1) {
            let name = rest.split('"').next().unwrap();
            assert!(english.contains(name), "nobody says {name:?}");
        }
    }
}
