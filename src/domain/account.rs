//! Who can be recovered.

use rand::Rng;
use serde::{Deserialize, Serialize};

use super::id::AccountId;
use super::identifier::{EmailAddress, Identifier, Kind, LoginName, Phone};
use super::language::Language;

/// A person's account in a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The positive integer that names it, shown by Cyclos as a decimal string.
    pub account_id: AccountId,
    /// The name CleverMaps knows it by.
    pub reference: Reference,
    /// The login name, as stored.
    pub login: LoginName,
    /// Which of its identifiers SSPR knows it by.
    pub user_type: UserType,
    /// Where its mail goes, and nowhere else.
    pub email: Option<EmailAddress>,
    /// Where its SMS go.
    pub phone: Option<Phone>,
    /// What the person is called in letters.
    pub name: Option<String>,
    /// The language of its letters, when the request names none.
    pub language: Option<Language>,
    /// What it may do to others.
    pub role: Role,
    /// Whether it may be used at all.
    pub status: AccountStatus,
}

impl Account {
    /// What it is called: its login name, and the address and number it is reached at.
    pub fn names(&self) -> impl Iterator<Item = Identifier> {
        let email = self.email.as_ref().map(EmailAddress::key);
        let phone = self.phone.as_ref().map(Phone::key);
        [Some(self.login.key()), email, phone].into_iter().flatten()
    }

    /// The name of a kind, as it is stored, if the account has one.
    pub fn name_of(&self, kind: Kind) -> Option<&str> {
        match kind {
            Kind::Login => Some(self.login.as_str()),
            Kind::Email => self.email.as_ref().map(EmailAddress::as_str),
            Kind::Phone => self.phone.as_ref().map(Phone::as_str),
        }
    }

    /// Which kind of name its owner signs in with, where names of `kinds` are taken, in their order: the
    /// first that finds the account. A contact that finds nobody, or somebody else, is none.
    pub fn signs_in_by(&self, kinds: &[Kind], found_by: &[Identifier]) -> Kind {
        let has = |kind: &Kind| found_by.iter().any(|name| name.kind == *kind);
        let mut known = kinds.iter().copied().filter(has);
        let named = known.find(|kind| self.name_of(*kind).is_some());
        named.unwrap_or(Kind::Login)
    }
}

/// How SSPR names an account (`eUserTypeSSPR`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[sqlx(type_name = "text")]
pub enum UserType {
    /// By its login name.
    #[default]
    Native,
    /// By its e-mail address.
    EzsignUser,
}

/// What an account may do to others (`RoleEnum` of Cyclos).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Role {
    /// Nothing.
    #[default]
    Member,
    /// Manages the accounts that name it as their broker.
    Broker,
    /// Manages every account of its tenant.
    Administrator,
}

/// Whether an account may be used. Anything but `active` gets no mail and has no live token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum AccountStatus {
    /// In use.
    #[default]
    Active,
    /// Held back for a while by an administrator.
    Blocked,
    /// Ended by an administrator; its keys are gone for good.
    Disabled,
    /// Not yet let in.
    Pending,
}

/// A random name of 20 characters `[A-Za-z0-9]` (contracts/clevermaps.md, decision 14).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Reference(String);

impl Reference {
    /// Mints a fresh reference: 119 random bits.
    pub fn mint(rng: &mut impl Rng) -> Self {
        const ALPHABET: &[u8; 62] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        Self(super::key::draw(ALPHABET, 20, rng))
    }

    /// The 20 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl UserType {
    /// Every user type.
    pub const ALL: [Self; 2] = [Self::Native, Self::EzsignUser];

    /// The name the contract gives it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Native => "Native",
            Self::EzsignUser => "EzsignUser",
        }
    }
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Member, Self::Broker, Self::Administrator];

    /// The word that files and rows use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Broker => "broker",
            Self::Administrator => "administrator",
        }
    }
}

impl AccountStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Active, Self::Blocked, Self::Disabled, Self::Pending];

    /// The word that files and rows use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Blocked => "blocked",
            Self::Disabled => "disabled",
            Self::Pending => "pending",
        }
    }
}
