//! What operators write is read as documented, or refused with what to write instead.

use rekey::config::{Config, Environment, tenant};

mod defaults;
mod demo;
mod password_type_mistakes;
mod secrets;
mod server_mistakes;
mod sources;
mod tenant_mistakes;
mod tenants;

/// What is said about a server file.
fn server_mistakes(text: &str) -> String {
    let read = Config::parse("rekey.toml", text, &Environment::default());
    read.map_or_else(|mistakes| mistakes.to_string(), |_| "nothing".to_owned())
}

/// What is said about a server file under an environment.
fn layered_mistakes(text: &str, variables: &[(&str, &str)]) -> String {
    let environment = variables.iter().copied().collect();
    let read = Config::parse("rekey.toml", text, &environment);
    read.map_or_else(|mistakes| mistakes.to_string(), |_| "nothing".to_owned())
}

/// What is said about a tenant file that holds `text` after a code and a name.
fn tenant_mistakes(text: &str) -> String {
    let text = format!("code = \"demo\"\nname = \"Demo\"\n{text}");
    let read = tenant::parse("demo.toml", &text);
    read.map_or_else(|mistakes| mistakes.to_string(), |_| "nothing".to_owned())
}

/// Compares all rows of a table before failing, so that one run shows every difference.
fn check(table: &[(&str, &str)], said: impl Fn(&str) -> String) {
    let wrong: Vec<_> = table
        .iter()
        .map(|(text, expected)| (text, expected, said(text)))
        .filter(|(_, expected, said)| said != *expected)
        .map(|(text, expected, said)| format!("{text}\n  expected: {expected}\n  said:     {said}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
