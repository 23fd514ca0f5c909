//! What a job remembers until it is done: names, never secrets.
//!
//! A new kind of job is a struct here with its line in [`Job`], and a file in `delivery` that says what is
//! done for it.

use serde::{Deserialize, Serialize};

use crate::domain::Timestamp;
use crate::domain::account::{AccountStatus, UserType};
use crate::domain::alteration::Part;
use crate::domain::id::{AccountId, PasswordTypeId};
use crate::domain::identifier::Identifier;
use crate::domain::language::Language;
use crate::domain::medium::Medium;
use crate::domain::token::{Form, Purpose};
use crate::domain::user::User;
use crate::recovery::tools::Origin;

/// What a job is called that this version of the program cannot read.
pub(in crate::recovery) const UNREADABLE: &str = "unreadable";

/// What is left to send. Stored as JSON, so variants and members are only ever added.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub(crate) enum Job {
    Token(TokenJob),
    Mailbox(MailboxJob),
    Usernames(UsernamesJob),
    Forgotten(ForgottenJob),
    Password(PasswordJob),
    Code(CodeJob),
    Notice(NoticeJob),
    Disowned(DisownedJob),
    Imported(ImportedJob),
}

/// A token, to whoever the identifier names.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TokenJob {
    pub(crate) identifier: Identifier,
    /// What else the name may be, where it leads to nobody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) others: Vec<Identifier>,
    pub(crate) user_type: Option<UserType>,
    pub(crate) purpose: Purpose,
    pub(crate) language: Option<Language>,
    pub(crate) origin: Origin,
}

/// A token for each account whose mail goes to an address: what somebody asks who typed it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MailboxJob {
    pub(crate) email: Identifier,
    /// What else the name may be, where the address leads to nobody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) others: Vec<Identifier>,
    pub(crate) purpose: Purpose,
    /// The one spelling of the address that the letter goes to, once it is known that there are
    /// several: two spellings may be two people's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) spelling: Option<String>,
    pub(crate) origin: Origin,
}

/// The login names of whoever gets mail at the address.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct UsernamesJob {
    pub(crate) email: Identifier,
    pub(crate) user_type: Option<UserType>,
    pub(crate) language: Option<Language>,
    pub(crate) origin: Origin,
}

/// A way back to a forgotten password, to whoever is named and may recover it the Cyclos way.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ForgottenJob {
    pub(crate) user: User,
    pub(crate) form: Form,
    pub(crate) medium: Medium,
    pub(crate) origin: Origin,
}

/// A password that is made where it is sent.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PasswordJob {
    pub(crate) account_id: AccountId,
    pub(crate) password_type_id: PasswordTypeId,
    pub(crate) media: Vec<Medium>,
    /// When the last one was put out of use for it; if the password has been set since, there is
    /// nothing left to do.
    #[serde(with = "time::serde::rfc3339")]
    pub(crate) at: Timestamp,
    pub(crate) origin: Origin,
}

/// A one-time code, to somebody who is signed in.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CodeJob {
    pub(crate) account_id: AccountId,
    pub(crate) password_type_id: PasswordTypeId,
    pub(crate) origin: Origin,
}

/// What happened, to an account's owner. Without a password type, to their access password.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct NoticeJob {
    pub(crate) account_id: AccountId,
    pub(crate) notice: Notice,
    #[serde(default)]
    pub(crate) password_type_id: Option<PasswordTypeId>,
    #[serde(with = "time::serde::rfc3339")]
    pub(crate) at: Timestamp,
    pub(crate) origin: Origin,
}

/// That somebody said of a change that it was not theirs, to the operator.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DisownedJob {
    pub(crate) account_id: AccountId,
    #[serde(with = "time::serde::rfc3339")]
    pub(crate) frozen_until: Timestamp,
    #[serde(with = "time::serde::rfc3339")]
    pub(crate) at: Timestamp,
    pub(crate) origin: Origin,
}

/// What an import changed of an account, to where its mail went before.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ImportedJob {
    pub(crate) account_id: AccountId,
    pub(crate) to: String,
    pub(crate) parts: Vec<Part>,
    pub(crate) passwords: Vec<PasswordTypeId>,
    /// What its status became, if that is another.
    #[serde(default)]
    pub(crate) status: Option<AccountStatus>,
    #[serde(with = "time::serde::rfc3339")]
    pub(crate) at: Timestamp,
    pub(crate) origin: Origin,
}

/// What an owner is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Notice {
    /// A password was changed.
    PasswordChanged,
    /// A block was lifted.
    AccountUnlocked,
}

impl Job {
    /// What is to be done, as its row says it.
    pub(in crate::recovery) fn kind(&self) -> &'static str {
        match self {
            Self::Token(_) => "token",
            Self::Mailbox(_) => "mailbox",
            Self::Usernames(_) => "usernames",
            Self::Forgotten(_) => "forgotten",
            Self::Password(_) => "password",
            Self::Code(_) => "code",
            Self::Notice(_) => "notice",
            Self::Disowned(_) => "disowned",
            Self::Imported(_) => "imported",
        }
    }

    /// Where it was asked for.
    pub(in crate::recovery) fn origin(&self) -> &Origin {
        match self {
            Self::Token(job) => &job.origin,
            Self::Mailbox(job) => &job.origin,
            Self::Usernames(job) => &job.origin,
            Self::Forgotten(job) => &job.origin,
            Self::Password(job) => &job.origin,
            Self::Code(job) => &job.origin,
            Self::Notice(job) => &job.origin,
            Self::Disowned(job) => &job.origin,
            Self::Imported(job) => &job.origin,
        }
    }
}

/// What people tell several letters apart by: the last eight digits of the name of a job, which
/// reveal nothing of a secret. Every attempt at a letter has the same.
pub(in crate::recovery) fn reference(name: impl std::fmt::Display) -> String {
    let name = name.to_string();
    name[name.len() - 8..].to_uppercase()
}
