//! The nine letters and what each of them tells.
//!
//! Times and durations are put into words here, names are made safe to read; the rest is the
//! templates'.

use minijinja::{Value, context};
use time::Duration;

use crate::domain::Timestamp;
use crate::domain::account::AccountStatus;
use crate::domain::alteration::Part;
use crate::domain::language::Language;
use crate::words::{phrases, plain};

mod samples;

/// The longest name in a letter, in characters.
const NAME_MAX: usize = 100;

/// What a letter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A link to choose a new password.
    ResetLink,
    /// A link to lift a block.
    UnlockLink,
    /// Links to choose new passwords: one for each account of a mailbox.
    ResetLinks,
    /// Links to lift blocks: one for each account of a mailbox.
    UnlockLinks,
    /// The login names that belong to an address.
    Usernames,
    /// A password that we made.
    GeneratedPassword,
    /// A code to type in once.
    OneTimeCode,
    /// Notice: a password was changed.
    PasswordChanged,
    /// Notice: a block was lifted.
    AccountUnlocked,
    /// Notice: an import changed the account.
    AccountChanged,
    /// Notice to the operator: an owner said that a change was not theirs.
    AccountDisowned,
}

/// What every letter tells.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    /// The organisation in whose name it is written.
    pub tenant_name: &'a str,
    /// What the person is called, for the greeting.
    pub person_name: Option<&'a str>,
    /// The login name of the account it is about.
    pub login: &'a str,
    /// The language it is written in.
    pub language: Language,
    /// Whom to ask: an address, a phone number, a place. The operator's words.
    pub support: Option<&'a str>,
}

/// What one letter tells beside its frame.
pub enum Values<'a> {
    /// For [`Kind::ResetLink`].
    ResetLink(ResetLink<'a>),
    /// For [`Kind::UnlockLink`].
    UnlockLink(UnlockLink<'a>),
    /// For [`Kind::ResetLinks`].
    ResetLinks(AccountLinks<'a>),
    /// For [`Kind::UnlockLinks`].
    UnlockLinks(AccountLinks<'a>),
    /// For [`Kind::Usernames`].
    Usernames(Usernames<'a>),
    /// For [`Kind::GeneratedPassword`].
    GeneratedPassword(GeneratedPassword<'a>),
    /// For [`Kind::OneTimeCode`].
    OneTimeCode(OneTimeCode<'a>),
    /// For [`Kind::PasswordChanged`].
    PasswordChanged(PasswordChanged<'a>),
    /// For [`Kind::AccountUnlocked`].
    AccountUnlocked(AccountUnlocked<'a>),
    /// For [`Kind::AccountChanged`].
    AccountChanged(AccountChanged<'a>),
    /// For [`Kind::AccountDisowned`].
    AccountDisowned(AccountDisowned<'a>),
}

/// A way to a new password.
pub struct ResetLink<'a> {
    /// Where it is chosen, the token included.
    pub link: &'a str,
    /// The token alone, for applications that ask for it.
    pub token: &'a str,
    /// How long both live.
    pub lifetime: Duration,
    /// A few characters to quote when asking for help. Not secret.
    pub reference: &'a str,
}

/// A way out of a block.
pub struct UnlockLink<'a> {
    /// Where it is lifted, the token included.
    pub link: &'a str,
    /// The token alone, for applications that ask for it.
    pub token: &'a str,
    /// How long both live.
    pub lifetime: Duration,
    /// A few characters to quote when asking for help. Not secret.
    pub reference: &'a str,
}

/// A link for one of several accounts.
pub struct AccountLink<'a> {
    /// The login name of the account.
    pub login: &'a str,
    /// Where its token is taken, the token included.
    pub link: &'a str,
    /// The token alone, for applications that ask for it.
    pub token: &'a str,
}

/// Links for the accounts of a mailbox. The frame's own login name is not told.
pub struct AccountLinks<'a> {
    /// The accounts that have one, by login name.
    pub accounts: &'a [AccountLink<'a>],
    /// The login names of the others, which may be asked for by these.
    pub more: &'a [&'a str],
    /// How long links and tokens live.
    pub lifetime: Duration,
    /// A few characters to quote when asking for help. Not secret.
    pub reference: &'a str,
}

/// Forgotten login names. The frame's own is not told.
pub struct Usernames<'a> {
    /// One or more.
    pub logins: &'a [&'a str],
    /// A few characters to quote when asking for help. Not secret.
    pub reference: &'a str,
}

/// A password that we made.
pub struct GeneratedPassword<'a> {
    /// The password.
    pub password: &'a str,
    /// What the tenant calls this kind of password.
    pub password_type: &'a str,
    /// A few characters to quote when asking for help. Not secret.
    pub reference: &'a str,
}

/// A code to type in once.
pub struct OneTimeCode<'a> {
    /// The code.
    pub code: &'a str,
    /// How long it lives.
    pub lifetime: Duration,
    /// Whether it is in place of a link to recover a password, which anybody may ask for. Any other is
    /// asked for by whoever has given a password.
    pub recovers: bool,
    /// A few characters to quote when asking for help. Not secret.
    pub reference: &'a str,
}

/// News that a password was changed.
pub struct PasswordChanged<'a> {
    /// What the tenant calls this kind of password.
    pub password_type: &'a str,
    /// When.
    pub at: Timestamp,
    /// Where to say that it was somebody else, if there is such a place.
    pub not_me: Option<&'a str>,
    /// How long that link lives.
    pub lifetime: Duration,
    /// A few characters to quote when asking for help. Not secret.
    pub reference: &'a str,
}

/// News that a block was lifted.
pub struct AccountUnlocked<'a> {
    /// When.
    pub at: Timestamp,
    /// A few characters to quote when asking for help. Not secret.
    pub reference: &'a str,
}

/// News that an import changed who gets in to an account.
pub struct AccountChanged<'a> {
    /// What is different, passwords apart.
    pub parts: &'a [Part],
    /// What the tenant calls the passwords that have another value.
    pub passwords: &'a [&'a str],
    /// What the status is now, where that is told.
    pub status: Option<AccountStatus>,
    /// When.
    pub at: Timestamp,
    /// A few characters to quote when asking for help. Not secret.
    pub reference: &'a str,
}

/// News for the operator that an owner said of a change that it was not theirs.
pub struct AccountDisowned<'a> {
    /// What commands know the tenant by.
    pub tenant_code: &'a str,
    /// When they said so.
    pub at: Timestamp,
    /// Until when nobody can recover the account.
    pub until: Timestamp,
    /// A few characters that tell letters apart. Not secret.
    pub reference: &'a str,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::ResetLink,
        Self::UnlockLink,
        Self::ResetLinks,
        Self::UnlockLinks,
        Self::Usernames,
        Self::GeneratedPassword,
        Self::OneTimeCode,
        Self::PasswordChanged,
        Self::AccountUnlocked,
        Self::AccountChanged,
        Self::AccountDisowned,
    ];

    /// The name it has in files, logs and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ResetLink => "reset-link",
            Self::UnlockLink => "unlock-link",
            Self::ResetLinks => "reset-links",
            Self::UnlockLinks => "unlock-links",
            Self::Usernames => "usernames",
            Self::GeneratedPassword => "generated-password",
            Self::OneTimeCode => "one-time-code",
            Self::PasswordChanged => "password-changed",
            Self::AccountUnlocked => "account-unlocked",
            Self::AccountChanged => "account-changed",
            Self::AccountDisowned => "account-disowned",
        }
    }
}

impl Values<'_> {
    /// Which letter they are for.
    pub fn kind(&self) -> Kind {
        match self {
            Self::ResetLink(_) => Kind::ResetLink,
            Self::UnlockLink(_) => Kind::UnlockLink,
            Self::ResetLinks(_) => Kind::ResetLinks,
            Self::UnlockLinks(_) => Kind::UnlockLinks,
            Self::Usernames(_) => Kind::Usernames,
            Self::GeneratedPassword(_) => Kind::GeneratedPassword,
            Self::OneTimeCode(_) => Kind::OneTimeCode,
            Self::PasswordChanged(_) => Kind::PasswordChanged,
            Self::AccountUnlocked(_) => Kind::AccountUnlocked,
            Self::AccountChanged(_) => Kind::AccountChanged,
            Self::AccountDisowned(_) => Kind::AccountDisowned,
        }
    }

    /// The names a template may use.
    pub(super) fn context(&self, frame: &Frame<'_>) -> Value {
        let name = |text| plain::name(text, NAME_MAX);
        let lasting = |duration| phrases::lifetime(duration, frame.language);
        let told = |at| phrases::moment(at, frame.language);
        let own = match self {
            Self::ResetLink(v) => context! {
                link => v.link, token => v.token, lifetime => lasting(v.lifetime),
                reference => name(v.reference),
            },
            Self::UnlockLink(v) => context! {
                link => v.link, token => v.token, lifetime => lasting(v.lifetime),
                reference => name(v.reference),
            },
            Self::ResetLinks(v) | Self::UnlockLinks(v) => context! {
                accounts => v.accounts.iter().map(|one| context! {
                    login => name(one.login), link => one.link, token => one.token,
                }).collect::<Vec<_>>(),
                more => v.more.iter().copied().map(name).collect::<Vec<_>>(),
                lifetime => lasting(v.lifetime), reference => name(v.reference),
            },
            Self::Usernames(v) => context! {
                logins => v.logins.iter().copied().map(name).collect::<Vec<_>>(),
                count => v.logins.len(),
                reference => name(v.reference),
            },
            Self::GeneratedPassword(v) => context! {
                password => v.password, password_type => name(v.password_type),
                reference => name(v.reference),
            },
            Self::OneTimeCode(v) => context! {
                code => v.code, lifetime => lasting(v.lifetime), recovers => v.recovers,
                reference => name(v.reference),
            },
            Self::PasswordChanged(v) => context! {
                password_type => name(v.password_type), at => told(v.at),
                link => v.not_me, lifetime => lasting(v.lifetime),
                reference => name(v.reference),
            },
            Self::AccountUnlocked(v) => context! {
                at => told(v.at), reference => name(v.reference),
            },
            Self::AccountChanged(v) => context! {
                parts => v.parts.iter().map(|part| part.as_str()).collect::<Vec<_>>(),
                passwords => v.passwords.iter().copied().map(name).collect::<Vec<_>>(),
                status => v.status.map(AccountStatus::as_str),
                at => told(v.at), reference => name(v.reference),
            },
            Self::AccountDisowned(v) => context! {
                tenant_code => name(v.tenant_code), at => told(v.at), until => told(v.until),
                reference => name(v.reference),
            },
        };
        let person = frame.person_name.map(|text| plain::person(text, NAME_MAX));
        let person = person.filter(|name| !name.is_empty());
        context! {
            tenant => name(frame.tenant_name),
            name => person,
            login => name(frame.login),
            language => frame.language.code(),
            support => frame.support.map(|text| plain::line(text, 2 * NAME_MAX)),
            ..own
        }
    }
}
