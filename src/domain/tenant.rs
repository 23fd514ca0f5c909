//! One organisation and what its operator decided for it.

use serde::{Deserialize, Serialize};
use time::Duration;

use super::colour::Colour;
use super::dialling::Country;
use super::id::{PasswordTypeId, TenantId};
use super::identifier::Kind;
use super::language::Language;
use super::logo::Logo;
use super::password_type::{PasswordType, Spec};

/// A tenant as the database knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Names it in every row.
    pub tenant_id: TenantId,
    /// What the tenant file says, but for its password types.
    pub settings: Settings,
    /// Its password types, in the order of the file.
    pub password_types: Vec<PasswordType>,
}

/// A whole tenant file (design.md, section 5), parsed and found consistent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantFile {
    /// Everything but the password types.
    pub settings: Settings,
    /// The password types; exactly one is the access password.
    pub password_types: Vec<Spec>,
    /// The picture that `pages.logo` names, once somebody has read it.
    pub logo: Option<Logo>,
}

/// What the tenant file says, but for its password types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// 2 to 6 characters; SSPR's `pksCustomerCode`.
    pub code: String,
    /// What people know the organisation as.
    pub name: String,
    /// The host names whose requests are this tenant's, in lower case and without a port.
    pub hosts: Vec<String>,
    /// The language of letters when neither request nor account says one.
    pub default_language: Language,
    /// Whether the published behaviour or concealment wins.
    pub profile: Profile,
    /// The `From` of its letters; `None`: the server's.
    pub mail_from: Option<String>,
    /// A folder of letter templates that replace the built-in ones.
    pub mail_templates: Option<String>,
    /// Where the links in letters lead.
    pub links: Links,
    /// How long a recovery token lives, in seconds.
    pub token_lifetime: u64,
    /// How long nobody can recover an account after its owner said that a change was not theirs, in
    /// seconds.
    #[serde(default = "a_day")]
    pub freeze: u64,
    /// How accounts are named.
    #[serde(default)]
    pub accounts: Accounts,
    /// The built-in pages.
    #[serde(default)]
    pub pages: Pages,
    /// The eZmax SSPR dialect.
    pub sspr: Sspr,
    /// The Cyclos dialect.
    pub cyclos: Cyclos,
    /// The CleverMaps dialect.
    pub clevermaps: Clevermaps,
    /// The TurboSMTP dialect.
    pub turbosmtp: Turbosmtp,
}

/// Which side wins where a published API reveals what recovery should hide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Answer exactly as the published APIs do.
    #[default]
    Contract,
    /// Conceal everywhere, and ask at least 15 characters of a password.
    Hardened,
}

/// Where links lead; `None`: the built-in pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// For a new password.
    pub reset: Option<String>,
    /// For lifting a block.
    pub unlock: Option<String>,
}

impl Links {
    /// What a link may ask for, each written in braces and filled in percent-encoded.
    pub const PLACEHOLDERS: [&'static str; 5] =
        ["token", "tenant", "language", "user_type", "identifier"];
}

/// `[accounts]`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accounts {
    /// The country whose phone numbers may be written as they are dialled there; `None`: every number is
    /// written as from abroad.
    pub country: Option<Country>,
}

/// `[pages]`: the built-in pages, and what letters say beside them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pages {
    /// Whether the tenant's people meet them.
    pub enabled: bool,
    /// What people may name themselves by.
    pub identifiers: Vec<Kind>,
    /// What they are coloured with.
    pub colour: Colour,
    /// The file that its logo was read from.
    pub logo: Option<String>,
    /// Whom to ask: a mail address, or an `https` address.
    pub support: Option<String>,
}

impl Default for Pages {
    fn default() -> Self {
        Self {
            enabled: true,
            identifiers: Kind::ALL.to_vec(),
            colour: Colour::USUAL,
            logo: None,
            support: None,
        }
    }
}

fn a_day() -> u64 {
    24 * 60 * 60
}

/// `[sspr]`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sspr {
    /// Whether the dialect is served (contracts/sspr.md, D11).
    pub enabled: bool,
    /// Whether calls without a key are taken (D1).
    pub anonymous: bool,
}

/// `[cyclos]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cyclos {
    /// Whether an unknown user is answered like a known one (contracts/cyclos.md, D-9).
    pub conceal_unknown: bool,
    /// Whether forgotten passwords can be recovered (D-34).
    pub forgotten_password: bool,
    /// What people may sign in with (D-35).
    pub principal_types: Vec<Kind>,
    /// How long an idle session lives, in seconds.
    pub session_timeout: u64,
    /// The password type asked for in the `confirmationPassword` header, if any.
    pub confirmation: Option<String>,
    /// The second access password, if any.
    pub secondary: Option<String>,
}

/// `[clevermaps]`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clevermaps {
    /// Whether an unknown address is answered like a known one (contracts/clevermaps.md, row 1).
    pub conceal_unknown: bool,
}

/// `[turbosmtp]`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turbosmtp {
    /// Whether an unknown address is answered like a known one (contracts/turbosmtp.md, row 1).
    pub conceal_unknown: bool,
    /// Whether the token check asks for a key (row 2).
    pub token_check_requires_key: bool,
    /// How long a key lives, in seconds, unless it was asked not to expire.
    pub key_lifetime: u64,
}

impl Turbosmtp {
    /// How long a key lives, unless it was asked not to expire.
    pub fn key_lifetime(&self) -> Duration {
        Duration::seconds(self.key_lifetime.cast_signed())
    }
}

impl Settings {
    /// How long a recovery token lives.
    pub fn token_lifetime(&self) -> Duration {
        Duration::seconds(self.token_lifetime.cast_signed())
    }

    /// How long nobody can recover an account whose owner reported that it was not them.
    pub fn freeze(&self) -> Duration {
        Duration::seconds(self.freeze.cast_signed())
    }
}

impl Tenant {
    /// The one password that recovery changes. A tenant file without one is refused, so there is
    /// always one; `None` would be a damaged database.
    pub fn access_type(&self) -> Option<&PasswordType> {
        self.password_types.iter().find(|kind| kind.spec.access)
    }

    /// The second access password of the Cyclos dialect, where one is asked for.
    pub fn secondary_type(&self) -> Option<&PasswordType> {
        self.type_named(self.settings.cyclos.secondary.as_deref()?)
    }

    /// The password that the Cyclos dialect wants sensible actions confirmed with, if any.
    pub fn confirmation_type(&self) -> Option<&PasswordType> {
        self.type_named(self.settings.cyclos.confirmation.as_deref()?)
    }

    /// The password type of an internal name.
    pub fn type_named(&self, internal_name: &str) -> Option<&PasswordType> {
        self.password_types
            .iter()
            .find(|kind| kind.spec.internal_name == internal_name)
    }

    /// The password type of a number.
    pub fn type_numbered(&self, id: PasswordTypeId) -> Option<&PasswordType> {
        self.password_types
            .iter()
            .find(|kind| kind.password_type_id == id)
    }
}
