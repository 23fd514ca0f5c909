//! What a line is once nothing in it is in clear, and in the staging tables.

use super::line::Line;
use crate::domain::account::Reference;
use crate::domain::id::{AccountId, PasswordTypeId};
use crate::store::{account_import, password_import};

/// A line with nothing in clear any more.
pub(super) struct Hashed {
    pub(super) number: i64,
    pub(super) line: Line,
    pub(super) answer: Option<String>,
    pub(super) passwords: Vec<(PasswordTypeId, String)>,
    /// The hashes that the line gave, by scheme.
    pub(super) given: Vec<&'static str>,
    /// How many of them were weak.
    pub(super) wrapped: u64,
}

/// The passwords that a line sets.
pub(super) fn passwords(hashed: &mut Hashed) -> impl Iterator<Item = password_import::Row> {
    let line = hashed.number;
    hashed
        .passwords
        .drain(..)
        .map(move |(password_type_id, hash)| password_import::Row {
            line,
            password_type_id,
            hash,
        })
}

/// The rest of a line, with the names its account gets should it be new.
pub(super) fn account(
    hashed: Hashed,
    account_id: AccountId,
    reference: Reference,
) -> account_import::Row {
    let line = hashed.line;
    let given = [
        ("email", line.email.is_given()),
        ("phone", line.phone.is_given()),
        ("name", line.name.is_given()),
        ("language", line.language.is_given()),
        ("broker", line.broker.is_given()),
        ("security", line.security.is_given()),
    ];
    account_import::Row {
        line: hashed.number,
        account_id,
        reference,
        login: line.login,
        user_type: line.user_type,
        email: line.email.value(),
        phone: line.phone.value(),
        name: line.name.value(),
        language: line.language.value(),
        role: line.role,
        broker_key: line.broker.value(),
        status: line.status,
        security_question: line.security.value(),
        security_answer_hash: hashed.answer,
        given: given
            .into_iter()
            .filter_map(|(name, is_given)| is_given.then_some(name))
            .collect(),
        identifiers: line.identifiers,
    }
}
