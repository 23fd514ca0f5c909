//! One account as a line describes it. Everything that can be known without the database is
//! checked here.

use super::json::Json;
use super::members::{Members, Said};
use super::secrets::{self, Given};
use crate::domain::account::{AccountStatus, Role, UserType};
use crate::domain::dialling::Country;
use crate::domain::id::PasswordTypeId;
use crate::domain::identifier::{EmailAddress, Identifier, Kind, LoginName, Phone, plain};
use crate::domain::language::Language;
use crate::domain::password_type::PasswordType;
use crate::domain::tenant::Tenant;
use crate::domain::unseen::clean;

/// The longest name of a person, in characters.
const NAME_MAX: usize = 200;

/// An account line that makes sense by itself.
pub(super) struct Line {
    pub(super) login: LoginName,
    pub(super) user_type: Option<UserType>,
    pub(super) email: Said<EmailAddress>,
    pub(super) phone: Said<Phone>,
    pub(super) name: Said<String>,
    pub(super) language: Said<Language>,
    pub(super) role: Option<Role>,
    /// What the broker's login is looked up by.
    pub(super) broker: Said<String>,
    pub(super) status: Option<AccountStatus>,
    /// `None`: the line leaves them to us.
    pub(super) identifiers: Option<Vec<Kind>>,
    /// A question that its owner can answer.
    pub(super) security: Said<String>,
    pub(super) answer: Option<Given>,
    pub(super) passwords: Vec<(PasswordTypeId, Given)>,
    /// The names that were cleaned.
    pub(super) cleaned: Vec<&'static str>,
    /// What the login names in it were looked up by before names were cleaned, where that differs.
    pub(super) former: Vec<String>,
}

/// What lines mean depends on whose they are.
#[derive(Clone, Copy)]
pub(super) struct Tenancy<'a> {
    types: &'a [PasswordType],
    country: Option<Country>,
}

impl<'a> From<&'a Tenant> for Tenancy<'a> {
    fn from(tenant: &'a Tenant) -> Self {
        Self {
            types: &tenant.password_types,
            country: tenant.settings.accounts.country,
        }
    }
}

impl Line {
    /// Reads what a line says. The complaint never quotes a value.
    pub(super) fn read(mut members: Members, of: Tenancy<'_>) -> Result<Self, String> {
        let Tenancy { types, country } = of;
        let mut former = Vec::new();
        let mut known_login = |members: &mut Members, name| {
            members.name(name, LoginName::parse, |login, text| {
                let before = Identifier::former_login(text).value;
                former.extend(Some(before).filter(|before| *before != login.key().value));
                login.as_str() == text
            })
        };
        let login = known_login(&mut members, "login")?
            .lasting("login")?
            .ok_or("`login` is missing")?;
        // Whether there is one is for the database to say.
        let broker = known_login(&mut members, "broker")?
            .try_map(|broker| Ok::<_, String>(broker.key().value))?;
        if broker == Said::Value(login.key().value) {
            return Err("`broker` is the account itself".to_owned());
        }
        let (security, answer) = secrets::security(&mut members)?;
        Ok(Self {
            login,
            user_type: members
                .word("userType", &UserType::ALL, UserType::as_str)?
                .lasting("userType")?,
            email: members.name("email", EmailAddress::parse, |email, text| {
                email.as_str() == text
            })?,
            phone: members.name("phone", |text| Phone::parse_in(text, country), is_dialled)?,
            name: members.parsed("name", |text| plain(text, NAME_MAX).map(str::to_owned))?,
            language: members.word("language", &Language::ALL, Language::code)?,
            role: members
                .word("role", &Role::ALL, Role::as_str)?
                .lasting("role")?,
            broker,
            status: members
                .word("status", &AccountStatus::ALL, AccountStatus::as_str)?
                .lasting("status")?,
            identifiers: identifiers(&mut members)?,
            security,
            answer,
            passwords: secrets::passwords(&mut members, types)?,
            cleaned: members.cleaned(),
            former,
        })
    }
}

/// Whether a number has the digits that are in the file, whatever groups them, and nothing that is not seen.
fn is_dialled(phone: &Phone, text: &str) -> bool {
    let digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    let (number, written) = (digits(phone.as_str()), digits(text));
    clean(text) == text && (number == written || written == format!("00{number}"))
}

/// Reads the kinds of name that shall find the account.
fn identifiers(members: &mut Members) -> Result<Option<Vec<Kind>>, String> {
    let shape = || "`identifiers` must be a list of login, email and phone".to_owned();
    let words = match members.take("identifiers").lasting("identifiers")? {
        None => return Ok(None),
        Some(Json::List(words)) => words,
        Some(Json::Null | Json::Text(_) | Json::Object(_) | Json::Other) => return Err(shape()),
    };
    let mut kinds = Vec::new();
    for word in words {
        let Json::Text(word) = word else {
            return Err(shape());
        };
        let kind = Kind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(shape)?;
        if kinds.contains(&kind) {
            return Err(format!("`identifiers` lists {word} twice"));
        }
        kinds.push(kind);
    }
    Ok(Some(kinds))
}
