//! Help that teaches: every command has examples, and every example is a command.

use clap::Command;

/// Every command with its path, the groups too.
fn all(command: &Command, path: &str, found: &mut Vec<(String, Command)>) {
    found.push((path.to_owned(), command.clone()));
    for child in command
        .get_subcommands()
        .filter(|child| child.get_name() != "help")
    {
        all(child, &format!("{path} {}", child.get_name()), found);
    }
}

fn commands() -> Vec<(String, Command)> {
    let mut found = Vec::new();
    all(&rekey::cli::command(), "rekey", &mut found);
    found
}

/// The lines below `Examples:`.
fn examples(command: &Command) -> Vec<String> {
    let text = command
        .get_after_long_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let (_, examples) = text.split_once("Examples:\n").unwrap_or_default();
    examples
        .lines()
        .map(|line| line.trim().to_owned())
        .collect()
}

/// What a shell would hand to `rekey`: without pipes, redirections and quotes.
fn calls(line: &str) -> Vec<Vec<String>> {
    let mut parts = Vec::new();
    let inner = line
        .split_once("$(")
        .and_then(|(_, rest)| rest.split_once(')'));
    let line = inner.map_or(line, |(inner, _)| inner);
    for part in line.split("&&") {
        let call = part
            .split('|')
            .find(|piece| piece.trim().starts_with("rekey "));
        let Some(call) = call else { continue };
        let call = call.split(" > ").next().unwrap().trim();
        let mut words = Vec::new();
        for (index, piece) in call.split('\'').enumerate() {
            match index % 2 {
                0 => words.extend(piece.split_whitespace().map(str::to_owned)),
                _ => words.push(piece.to_owned()),
            }
        }
        parts.push(words);
    }
    parts
}

#[test]
fn every_command_has_examples_of_itself() {
    for (path, command) in commands() {
        let examples = examples(&command);
        assert!(!examples.is_empty(), "{path} has no example");
        let own = examples.iter().filter(|line| line.contains(&path));
        assert!(own.count() > 0, "no example of {path} is one: {examples:?}");
        assert!(
            command.get_about().is_some(),
            "{path} does not say what it does"
        );
    }
}

#[test]
fn every_example_is_a_command_that_is_understood() {
    let mut count = 0;
    for (path, command) in commands() {
        for line in examples(&command) {
            let calls = calls(&line);
            assert!(!calls.is_empty(), "{path}: {line}");
            for call in calls {
                match rekey::cli::command().try_get_matches_from(&call) {
                    Ok(_) => {}
                    Err(error) if error.kind() == clap::error::ErrorKind::DisplayHelp => {}
                    Err(error) => panic!("{path}: {line}: {error}"),
                }
                count += 1;
            }
        }
    }
    assert!(count > 40, "{count}");
}

/// Prose is wrapped to the terminal; a command that is wrapped cannot be pasted.
#[test]
fn examples_fit_on_a_line() {
    for (path, command) in commands() {
        let text = command
            .get_after_long_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        for line in text.lines().filter(|line| line.starts_with("  ")) {
            assert!(line.chars().count() <= 100, "{path}: {line}");
        }
    }
}
