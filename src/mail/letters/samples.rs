//! Values to try templates with.

use time::Duration;

use super::{
    AccountChanged, AccountDisowned, AccountLink, AccountLinks, AccountUnlocked, Frame,
    GeneratedPassword, Kind, OneTimeCode, PasswordChanged, ResetLink, UnlockLink, Usernames,
    Values,
};
use crate::domain::Timestamp;
use crate::domain::account::AccountStatus;
use crate::domain::alteration::Part;
use crate::domain::language::Language;

impl Frame<'static> {
    /// A frame with everything and a frame with nothing that may be missing.
    pub(in crate::mail) fn samples(language: Language) -> [Self; 2] {
        let full = Self {
            tenant_name: "Example",
            person_name: Some("Ann Example"),
            login: "ann",
            language,
            support: Some("help@example.org"),
        };
        let bare = Self {
            person_name: None,
            support: None,
            ..full
        };
        [full, bare]
    }
}

const SEVERAL: AccountLinks<'static> = AccountLinks {
    accounts: &[
        AccountLink {
            login: "ann",
            link: "https://example.org/reset#0123",
            token: "0123",
        },
        AccountLink {
            login: "ann.example",
            link: "https://example.org/reset#4567",
            token: "4567",
        },
    ],
    more: &["bob"],
    lifetime: Duration::HOUR,
    reference: "K7QX",
};

impl Values<'static> {
    /// Values of the right kinds that mean nothing.
    pub(in crate::mail) fn sample(kind: Kind) -> Self {
        let (link, token) = ("https://example.org/reset#0123", "0123");
        let (lifetime, at) = (Duration::HOUR, Timestamp::UNIX_EPOCH);
        let (reference, password_type) = ("K7QX", "Login password");
        match kind {
            Kind::ResetLink => Self::ResetLink(ResetLink {
                link,
                token,
                lifetime,
                reference,
            }),
            Kind::UnlockLink => Self::UnlockLink(UnlockLink {
                link,
                token,
                lifetime,
                reference,
            }),
            Kind::ResetLinks => Self::ResetLinks(SEVERAL),
            Kind::UnlockLinks => Self::UnlockLinks(SEVERAL),
            Kind::Usernames => Self::Usernames(Usernames {
                logins: &["ann", "ann.example"],
                reference,
            }),
            Kind::GeneratedPassword => Self::GeneratedPassword(GeneratedPassword {
                password: "sample",
                password_type,
                reference,
            }),
            Kind::OneTimeCode => Self::OneTimeCode(OneTimeCode {
                code: "123456",
                lifetime,
                recovers: false,
                reference,
            }),
            Kind::PasswordChanged => Self::PasswordChanged(PasswordChanged {
                password_type,
                at,
                not_me: Some(link),
                lifetime,
                reference,
            }),
            Kind::AccountUnlocked => Self::AccountUnlocked(AccountUnlocked { at, reference }),
            Kind::AccountChanged => Self::AccountChanged(AccountChanged {
                parts: &Part::ALL,
                passwords: &["Login password"],
                status: Some(AccountStatus::Disabled),
                at,
                reference,
            }),
            Kind::AccountDisowned => Self::AccountDisowned(AccountDisowned {
                tenant_code: "demo",
                at,
                until: at,
                reference,
            }),
        }
    }
}
