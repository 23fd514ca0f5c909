//! What an import has to say.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::identifier::Kind;
use crate::store::account_import;

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// How many lines there were, blank ones apart.
    pub lines: u64,
    /// How many accounts are new.
    pub created: u64,
    /// How many accounts were there and are different now.
    pub updated: u64,
    /// How many accounts were as their lines say already.
    pub unchanged: u64,
    /// How many passwords have a new value.
    pub passwords: u64,
    /// How many hashes the lines gave, by scheme.
    pub schemes: BTreeMap<&'static str, u64>,
    /// How many of those were weak, and rest wrapped in argon2id.
    pub wrapped: u64,
    /// How many letters tell owners what became of their accounts.
    pub told: u64,
    /// How many addresses and numbers stayed contacts, since they find another account.
    pub contact_count: u64,
    /// The first thousand of those.
    pub contacts: Vec<Contact>,
    /// How many names had something in them that is nothing, and were cleaned.
    pub cleaned_count: u64,
    /// The first thousand of those.
    pub cleaned: Vec<Cleaned>,
}

/// A name that was cleaned: of what cannot be seen, of blanks at its ends, of a final dot, or of what is
/// dialled at home only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cleaned {
    /// The line, counted from 1.
    pub line: u64,
    /// Which member of it.
    pub member: &'static str,
}

/// An address or a number that finds another account: mail and SMS go there all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// The line, counted from 1.
    pub line: u64,
    /// The login name of its account.
    pub login: String,
    /// What it is.
    pub kind: Kind,
}

/// A line that cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BadLine {
    /// Which one, counted from 1, blank lines included.
    pub line: u64,
    /// What is wrong with it. Never holds a password, a hash or an answer.
    pub message: String,
}

impl BadLine {
    /// Says what is wrong with a line.
    pub(super) fn new(line: i64, message: impl Into<String>) -> Self {
        Self {
            line: line.unsigned_abs(),
            message: message.into(),
        }
    }
}

impl From<account_import::Contact> for Contact {
    fn from(contact: account_import::Contact) -> Self {
        Self {
            line: contact.line.unsigned_abs(),
            login: contact.login,
            kind: contact.kind,
        }
    }
}
