//! Account lines as CSV (RFC 4180): a header names the members, and each record is an account.
//!
//! An empty cell says nothing, like a member that is left out; `null` cannot be said.

use super::json::Json;
use super::members::Members;

/// What the columns hold, in order.
pub(super) struct Header(Vec<Column>);

enum Column {
    /// A member by its name.
    Member(String),
    /// A value or a hash for a password type.
    Password { kind: String, form: String },
}

impl Header {
    /// Reads the first record.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut columns = Vec::new();
        for name in cells(text)? {
            let parts: Vec<_> = name.split('.').collect();
            columns.push(match parts.as_slice() {
                ["passwords", kind, form @ ("value" | "hash")] => Column::Password {
                    kind: (*kind).to_owned(),
                    form: (*form).to_owned(),
                },
                ["passwords", ..] => {
                    return Err(
                        "has a column that should be called passwords.TYPE.value or \
                                passwords.TYPE.hash"
                            .to_owned(),
                    );
                }
                _ => Column::Member(name),
            });
        }
        let named = columns.iter().filter_map(|column| match column {
            Column::Member(name) => Some((name.clone(), Json::Null)),
            Column::Password { .. } => None,
        });
        // The names are checked as those of a JSON line are.
        Members::of(named.collect())?;
        Ok(Self(columns))
    }

    /// Reads a record as the JSON object that says the same.
    pub(super) fn members(&self, text: &str) -> Result<Members, String> {
        let cells = cells(text)?;
        let Self(columns) = self;
        if cells.len() != columns.len() {
            return Err(format!(
                "has {} fields, and the header {}",
                cells.len(),
                columns.len()
            ));
        }
        let mut members = Vec::new();
        let mut passwords = Vec::new();
        for (column, cell) in columns.iter().zip(cells) {
            if cell.is_empty() {
                continue;
            }
            match column {
                Column::Member(name) if name == "identifiers" => {
                    let kinds = cell.split_whitespace();
                    let kinds = kinds.map(|kind| Json::Text(kind.to_owned())).collect();
                    members.push((name.clone(), Json::List(kinds)));
                }
                Column::Member(name) => members.push((name.clone(), Json::Text(cell))),
                Column::Password { kind, form } => {
                    let given = Json::Object(vec![(form.clone(), Json::Text(cell))]);
                    passwords.push((kind.clone(), given));
                }
            }
        }
        if !passwords.is_empty() {
            members.push(("passwords".to_owned(), Json::Object(passwords)));
        }
        Members::of(members)
    }
}

/// Whether a quoted field goes on after the end of the line: quotes come in pairs, also inside.
pub(super) fn is_open(text: &[u8]) -> bool {
    text.iter()
        .fold(false, |is_open, byte| is_open ^ (*byte == b'"'))
}

/// The fields of one record.
fn cells(text: &str) -> Result<Vec<String>, String> {
    if is_open(text.as_bytes()) {
        return Err("has a quoted field that does not end".to_owned());
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(text.len().max(1))
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    // Nothing that the reader says of text in memory could help.
    let is_read = reader.read_record(&mut record);
    match is_read {
        Ok(true) => Ok(record.iter().map(str::to_owned).collect()),
        Ok(false) | Err(_) => Err("is not CSV".to_owned()),
    }
}
