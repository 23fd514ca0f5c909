//! `[notices]`: whom of the operators news is mailed to.

use super::mailbox::is_address;
use super::reader::{Advice, Read, Reader};
use crate::domain::identifier::EmailAddress;
use crate::domain::language::Language;

/// `[notices]`
#[derive(Clone, Debug)]
pub struct Notices {
    /// Who is told when somebody says that a change of their account was not theirs.
    pub to: Option<EmailAddress>,
    /// The language of those letters.
    pub language: Language,
}

impl Notices {
    pub(super) fn read(reader: &mut Reader) -> Read<Self> {
        let to = reader.optional("notices.to", address);
        let languages = Language::ALL.map(|language| (language.code(), language));
        let language = reader.choice("notices.language", &languages);
        Ok(Self {
            to: to?,
            language: language?,
        })
    }
}

fn address(text: &str) -> Result<EmailAddress, Advice> {
    let parsed = EmailAddress::parse(text).ok().filter(|_| is_address(text));
    parsed.ok_or_else(|| "write one address, like security@example.com".into())
}
