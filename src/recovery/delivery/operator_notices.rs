//! Whom of the operators news is mailed to.

use crate::domain::identifier::EmailAddress;
use crate::domain::language::Language;

/// An operator who wants to be told (`[notices]`).
#[derive(Clone, Debug)]
pub struct OperatorNotices {
    /// One address.
    pub to: EmailAddress,
    /// The language of those letters.
    pub language: Language,
}
