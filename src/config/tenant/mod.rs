//! Tenant files: what an operator decides for one organisation.

use crate::domain::dialling::Country;
use crate::domain::identifier::Kind;
use crate::domain::language::Language;
use crate::domain::tenant::{
    Accounts, Clevermaps, Cyclos, Links, Profile, Settings, Sspr, TenantFile, Turbosmtp,
};

use super::layer::Layer;
use super::mailbox::mailbox;
use super::mistakes::Mistakes;
use super::names;
use super::reader::{Advice, Read, Reader};
use super::typed::{DAY, HOUR, MINUTE};

mod cross;
mod generated;
mod links;
mod pages;
mod password_type;
mod policy;

/// Every setting of a tenant file, what it means, and its default.
pub const DEFAULTS: &str = include_str!("../../../config/tenant.toml");

const PROFILES: [(&str, Profile); 2] = [
    ("contract", Profile::Contract),
    ("hardened", Profile::Hardened),
];
const KINDS: [(&str, Kind); 3] = [
    ("login", Kind::Login),
    ("email", Kind::Email),
    ("phone", Kind::Phone),
];

/// Reads the text of the tenant file `name`.
pub fn parse(name: &str, text: &str) -> Result<TenantFile, Mistakes> {
    let layers = vec![
        Layer::defaults("config/tenant.toml", DEFAULTS)?,
        Layer::parse(name, text)?,
    ];
    let mut reader = Reader::new(layers, &[]);
    let profile = reader.choice("profile", &PROFILES);
    // A profile that cannot be read is a mistake; the rest is then read as by default.
    let assumed = profile.unwrap_or_default();
    let settings = settings(&mut reader, profile);
    let password_types = password_type::read_all(&mut reader, assumed);
    if let (Ok(cyclos), Ok(types)) = (
        settings.as_ref().map(|settings| &settings.cyclos),
        &password_types,
    ) {
        cross::check(&mut reader, cyclos, types);
    }
    reader.finish(|| {
        Ok(TenantFile {
            settings: settings?,
            password_types: password_types?,
            logo: None,
        })
    })
}

/// What is wrong with the template of a link; `None`: nothing.
pub fn link_mistake(template: &str) -> Option<String> {
    links::template(template).err().map(Advice::into_owned)
}

fn settings(reader: &mut Reader, profile: Read<Profile>) -> Read<Settings> {
    let assumed = profile.unwrap_or_default();
    let code = required(reader, "code", names::CODE, names::code);
    let name = required(reader, "name", names::TITLE, names::title);
    let hosts = reader.list("hosts", names::host);
    let default_language = reader.choice(
        "default_language",
        &Language::ALL.map(|language| (language.code(), language)),
    );
    let mail_from = reader.optional("mail.from", mailbox);
    let mail_templates = reader.optional("mail.templates", names::path);
    let reset = reader.optional("links.reset", links::template);
    let unlock = reader.optional("links.unlock", links::template);
    let token_lifetime = reader.duration("recovery.token_lifetime", &(5..=DAY));
    let freeze = reader.duration("recovery.freeze", &(HOUR..=30 * DAY));
    let country = reader.optional("accounts.country", country);
    let pages = pages::read(reader);
    let sspr_enabled = reader.flag("sspr.enabled");
    let sspr_anonymous = reader.flag("sspr.anonymous");
    let cyclos = cyclos(reader, assumed);
    let clevermaps = conceal_unknown(reader, "clevermaps.conceal_unknown", assumed);
    let turbosmtp = turbosmtp(reader, assumed);
    Ok(Settings {
        code: code?,
        name: name?,
        hosts: hosts?,
        default_language: default_language?,
        profile: profile?,
        mail_from: mail_from?,
        mail_templates: mail_templates?,
        links: Links {
            reset: reset?,
            unlock: unlock?,
        },
        token_lifetime: token_lifetime?,
        freeze: freeze?,
        accounts: Accounts { country: country? },
        pages: pages?,
        sspr: Sspr {
            enabled: sspr_enabled?,
            anonymous: sspr_anonymous?,
        },
        cyclos: cyclos?,
        clevermaps: Clevermaps {
            conceal_unknown: clevermaps?,
        },
        turbosmtp: turbosmtp?,
    })
}

/// The United Kingdom is in the advice, since it is not UK.
fn country(text: &str) -> Result<Country, Advice> {
    Country::parse(text).map_err(|_| {
        "write the two letters of a country (ISO 3166-1), like \"CA\", \"FR\" or \"GB\"".into()
    })
}

fn cyclos(reader: &mut Reader, profile: Profile) -> Read<Cyclos> {
    let conceal_unknown = conceal_unknown(reader, "cyclos.conceal_unknown", profile);
    let forgotten_password = reader.flag("cyclos.forgotten_password");
    let principal_types = reader.words("cyclos.principal_types", &KINDS);
    let session_timeout = reader.duration("cyclos.session_timeout", &(MINUTE..=30 * DAY));
    let confirmation = reader.optional("cyclos.confirmation", |text| Ok(text.to_owned()));
    let secondary = reader.optional("cyclos.secondary", |text| Ok(text.to_owned()));
    if principal_types.as_ref().is_ok_and(Vec::is_empty) {
        reader.refuse(
            &["cyclos.principal_types"],
            "is empty; write at least one of login, email and phone",
        );
    }
    Ok(Cyclos {
        conceal_unknown: conceal_unknown?,
        forgotten_password: forgotten_password?,
        principal_types: principal_types?,
        session_timeout: session_timeout?,
        confirmation: confirmation?,
        secondary: secondary?,
    })
}

fn turbosmtp(reader: &mut Reader, profile: Profile) -> Read<Turbosmtp> {
    let conceal_unknown = conceal_unknown(reader, "turbosmtp.conceal_unknown", profile);
    let token_check_requires_key = reader.flag("turbosmtp.token_check_requires_key");
    let key_lifetime = reader.duration("turbosmtp.key_lifetime", &(MINUTE..=365 * DAY));
    Ok(Turbosmtp {
        conceal_unknown: conceal_unknown?,
        token_check_requires_key: token_check_requires_key?,
        key_lifetime: key_lifetime?,
    })
}

/// The hardened profile conceals, but for what the file says itself.
fn conceal_unknown(reader: &mut Reader, key: &'static str, profile: Profile) -> Read<bool> {
    let flag = reader.flag(key)?;
    Ok(flag || (profile == Profile::Hardened && !reader.is_written(key)))
}

/// A setting without a default.
fn required<T>(
    reader: &mut Reader,
    key: &'static str,
    advice: &'static str,
    parse: impl FnOnce(&str) -> Result<T, Advice>,
) -> Read<T> {
    if reader.setting(key).is_ok() && !reader.is_written(key) {
        return Err(reader.missing(key, advice));
    }
    reader.text(key, parse)
}
