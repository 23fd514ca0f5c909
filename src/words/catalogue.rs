//! The message files, parsed once.

use std::collections::HashMap;
use std::sync::LazyLock;

use fluent_bundle::FluentResource;
use fluent_bundle::concurrent::FluentBundle;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use unic_langid::LanguageIdentifier;

use crate::domain::language::Language;

/// What fills the places of a message.
pub type Args<'a> = fluent_bundle::FluentArgs<'a>;

/// A message could not be said. Tells its name, never a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsaid {
    /// No language has it.
    #[error("there is no message {0}")]
    Unknown(String),
    /// A place of it was left empty, or the message is broken.
    #[error("message {0} cannot be filled in")]
    Unfilled(String),
}

/// The messages of one language.
struct Messages {
    bundle: FluentBundle<FluentResource>,
    /// Which names each message fills in.
    places: HashMap<String, Vec<String>>,
}

/// In the order of [`Language::ALL`].
static CATALOGUE: LazyLock<Vec<Messages>> =
    LazyLock::new(|| Language::ALL.into_iter().map(read).collect());

/// The files of a language. Each is compiled in.
macro_rules! sources {
    ($language:expr, $($variant:ident $code:literal),+) => {
        match $language {
            $(Language::$variant => [
                include_str!(concat!("../../locales/", $code, "/common.ftl")),
                include_str!(concat!("../../locales/", $code, "/letters.ftl")),
                include_str!(concat!("../../locales/", $code, "/pages.ftl")),
            ],)+
        }
    };
}

/// Says a message.
pub fn say(language: Language, name: &str, args: &Args<'_>) -> Result<String, Unsaid> {
    let unfilled = || Unsaid::Unfilled(name.to_owned());
    let bundle = &messages(language).bundle;
    let message = bundle.get_message(name);
    let pattern = message
        .and_then(|message| message.value())
        .ok_or_else(|| Unsaid::Unknown(name.to_owned()))?;
    let mut errors = Vec::new();
    let said = bundle.format_pattern(pattern, Some(args), &mut errors);
    if errors.is_empty() {
        Ok(said.into_owned())
    } else {
        Err(unfilled())
    }
}

/// The names that a message fills in; `None` where there is no such message.
pub(super) fn places(language: Language, name: &str) -> Option<&'static [String]> {
    messages(language).places.get(name).map(Vec::as_slice)
}

fn messages(language: Language) -> &'static Messages {
    &CATALOGUE[language as usize]
}

fn read(language: Language) -> Messages {
    let id: LanguageIdentifier = language.code().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // Marks of writing direction around each value would end up in subjects and in what people
    // copy; values are stripped of their own instead.
    bundle.set_use_isolating(false);
    let mut places = HashMap::new();
    for source in sources!(language, En "en", Fr "fr", Es "es") {
        // A test parses every file; what did not parse would be missing, and saying it an error.
        let file = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(file, _)| file);
        for entry in file.entries() {
            if let Entry::Message(message) = entry
                && let Some(value) = &message.value
            {
                let mut names = Vec::new();
                collect(value, &mut names);
                places.insert(message.id.name.to_owned(), names);
            }
        }
        bundle.add_resource_overriding(file);
    }
    Messages { bundle, places }
}

/// Notes the names in a pattern, those inside its variants too.
fn collect(pattern: &Pattern<&str>, names: &mut Vec<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else {
            continue;
        };
        let inline = match expression {
            Expression::Inline(inline) => inline,
            Expression::Select { selector, variants } => {
                for variant in variants {
                    collect(&variant.value, names);
                }
                selector
            }
        };
        if let InlineExpression::VariableReference { id } = inline
            && !names.iter().any(|known| known == id.name)
        {
            names.push(id.name.to_owned());
        }
    }
}
