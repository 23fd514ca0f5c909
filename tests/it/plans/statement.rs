//! The statements of the program, as its build recorded them in `.sqlx`: none can be forgotten.

use std::path::Path;

use serde_json::Value;

/// A page is about so long.
const LIMIT: &str = "limit 100";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// One space between words.
    pub sql: String,
    /// The types of its parameters.
    pub parameters: Vec<String>,
}

impl Statement {
    fn new(recorded: &Value) -> Self {
        let words: Vec<_> = recorded["query"]
            .as_str()
            .unwrap()
            .split_whitespace()
            .collect();
        let parameters = recorded["describe"]["parameters"]["Left"]
            .as_array()
            .unwrap();
        Self {
            sql: with_limit(&words.join(" ")),
            parameters: parameters.iter().map(type_name).collect(),
        }
    }
}

/// For a limit that is a parameter Postgres assumes a tenth of all rows. It is a number that this program
/// says, and never large.
fn with_limit(sql: &str) -> String {
    let mut parts = sql.split("limit $");
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        whole += LIMIT;
        whole += part.trim_start_matches(|letter: char| letter.is_ascii_digit());
    }
    whole
}

fn type_name(recorded: &Value) -> String {
    let name = recorded.as_str().unwrap().to_lowercase();
    match name.strip_suffix("array") {
        Some(element) => format!("{element}[]"),
        None => name,
    }
}

/// Every statement that has a plan.
pub fn all() -> Vec<Statement> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".sqlx");
    let mut statements: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .map(|text| Statement::new(&serde_json::from_str(&text).unwrap()))
        .collect();
    statements.sort_by(|one, other| one.sql.cmp(&other.sql));
    let (plain, planned): (Vec<_>, Vec<_>) = statements
        .into_iter()
        .partition(|statement| statement.sql.starts_with("analyze "));
    assert_eq!(plain.len(), 1, "{plain:?}");
    assert!(planned.len() > 100, "{}", planned.len());
    planned
}

#[test]
fn limits_get_a_number() {
    let sql = "select (select 1 limit $12) as a, $1::int limit $2 for update";
    let limited = "select (select 1 limit 100) as a, $1::int limit 100 for update";
    assert_eq!(with_limit(sql), limited);
}
