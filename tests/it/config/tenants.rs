//! What a tenant file means.

use rekey::config::tenant;
use rekey::domain::colour::Colour;
use rekey::domain::dialling::Country;
use rekey::domain::identifier::Kind;
use rekey::domain::language::Language;
use rekey::domain::password_type::OwnerRights;
use rekey::domain::policy::Class;
use rekey::domain::status::{BlockPolicy, Mode};
use rekey::domain::tenant::{Pages, Profile, TenantFile};

/// Three types that differ in everything.
const TYPES: &str = "
    [[password_type]]
    internal_name = 'login'
    access = true
    min_length = 10
    max_length = 64
    require = ['upper', 'special']
    blocklist = false
    history = 24
    validity = '90d'
    max_tries = 3
    block = 'forever'
    may_change = false
    may_enable = true
    may_reset = true
    may_unblock = true
    [[password_type]]
    internal_name = 'pin'
    name = 'PIN'
    mode = 'generated'
    min_length = 4
    max_length = 4
    block = 'disable'
    admin_authorization = true
    [[password_type]]
    internal_name = 'code'
    mode = 'otp'
    block = '1s'
    block_max = '2s'
    otp_lifetime = '30s'
";

const DAY: u64 = 24 * 60 * 60;

fn parse(text: &str) -> TenantFile {
    let text = format!("code = \"demo\"\nname = \"Demo\"\n{text}");
    tenant::parse("demo.toml", &text).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

#[test]
fn a_code_and_a_name_are_a_tenant_as_designed() {
    let TenantFile {
        settings,
        password_types,
        logo: None,
    } = parse("")
    else {
        panic!("a file without a logo");
    };
    assert_eq!(
        (settings.code.as_str(), settings.name.as_str()),
        ("demo", "Demo")
    );
    assert!(settings.hosts.is_empty());
    assert_eq!(settings.default_language, Language::En);
    assert_eq!(settings.profile, Profile::Contract);
    assert_eq!((settings.mail_from, settings.mail_templates), (None, None));
    assert_eq!((settings.links.reset, settings.links.unlock), (None, None));
    assert_eq!(settings.token_lifetime, 3600);
    assert!(settings.sspr.enabled);
    assert!(!settings.sspr.anonymous);
    assert!(settings.cyclos.conceal_unknown);
    assert!(settings.cyclos.forgotten_password);
    assert_eq!(
        settings.cyclos.principal_types,
        [Kind::Login, Kind::Email, Kind::Phone]
    );
    assert_eq!(settings.cyclos.session_timeout, 30 * 60);
    assert_eq!(settings.cyclos.confirmation, None);
    assert_eq!(settings.cyclos.secondary, None);
    assert!(!settings.clevermaps.conceal_unknown);
    assert!(!settings.turbosmtp.conceal_unknown);
    assert!(settings.turbosmtp.token_check_requires_key);
    assert_eq!(settings.turbosmtp.key_lifetime, 2 * 3600);

    let [login] = password_types.as_slice() else {
        panic!("one type, not {password_types:?}");
    };
    assert_eq!(login.internal_name, "login");
    assert_eq!(login.name, "Login password");
    assert!(login.access);
    assert_eq!(login.mode, Mode::Manual);
    assert_eq!((login.policy.min_length, login.policy.max_length), (8, 128));
    assert!(login.policy.require.is_empty());
    assert!(login.policy.blocklist);
    assert_eq!(login.history, 0);
    assert_eq!(login.validity, None);
    assert_eq!(login.max_tries, 5);
    assert_eq!(login.block, BlockPolicy::For(15 * 60));
    assert_eq!(login.block_max, 60 * 60);
    assert!(!login.admin_authorization);
    assert_eq!(login.generated_length, 12);
    assert_eq!(
        login.generated_alphabet,
        "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
    );
    assert_eq!(login.otp_lifetime, 600);
    let only_change = OwnerRights {
        change: true,
        enable: false,
        reset: false,
        unblock: false,
    };
    assert_eq!(login.owner, only_change);
}

#[test]
fn the_documented_file_differs_from_the_defaults_by_code_and_name_only() {
    let text = tenant::DEFAULTS
        .replace("code = \"\"", "code = \"demo\"")
        .replacen("\nname = \"\"", "\nname = \"Demo\"", 1);
    let documented = tenant::parse("tenant.toml", &text);
    assert_eq!(
        documented.expect("the documentation is a good file"),
        parse("")
    );
}

#[test]
fn every_documented_setting_is_read() {
    let mut section = String::new();
    let mut count = 0;
    for line in tenant::DEFAULTS.lines() {
        if line.starts_with('[') {
            section = line.to_owned();
        } else if let Some((name, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            count += 1;
            let text = format!("{section}\n{name} = 1979-05-27");
            let said = tenant::parse("demo.toml", &text).expect_err("no setting is a date");
            let said = said.to_string();
            assert!(said.contains(&format!("{name} is 1979-05-27; ")), "{said}");
            assert!(!said.contains("is not a setting"), "{said}");
        }
    }
    assert_eq!(count, 50);
}

#[test]
fn good_settings_arrive_as_written() {
    let text = "
        hosts = ['demo.example', 'xn--dmo-bma.example', 'demo.localhost']
        default_language = 'fr'
        mail = { from = 'help@demo.example', templates = '/etc/rekey/demo' }
        recovery = { token_lifetime = '1day', freeze = '1h' }
        [accounts]
        country = 'ca'
        [pages]
        enabled = false
        identifiers = ['email', 'phone']
        colour = '#FFCC00'
        logo = 'logo.png'
        support = 'https://help.example/contact?from=mail'
        [links]
        reset = 'https://app.example/{language}/reset?who={identifier}#{token}'
        unlock = 'http://localhost:3000/{tenant}/{user_type}/{token}'
        [sspr]
        enabled = false
        anonymous = true
        [cyclos]
        conceal_unknown = false
        forgotten_password = false
        principal_types = ['email']
        session_timeout = '1h 30m'
        confirmation = 'pin'
        secondary = 'code'
        [turbosmtp]
        token_check_requires_key = false
        key_lifetime = '365d'
    ";
    let settings = parse(&format!("{text}{TYPES}")).settings;
    assert_eq!(settings.hosts.len(), 3);
    assert_eq!(settings.default_language, Language::Fr);
    assert_eq!(settings.mail_from.as_deref(), Some("help@demo.example"));
    assert_eq!(settings.mail_templates.as_deref(), Some("/etc/rekey/demo"));
    assert_eq!(
        settings.links.reset.as_deref(),
        Some("https://app.example/{language}/reset?who={identifier}#{token}")
    );
    assert_eq!(
        settings.links.unlock.as_deref(),
        Some("http://localhost:3000/{tenant}/{user_type}/{token}")
    );
    assert_eq!((settings.token_lifetime, settings.freeze), (DAY, 3600));
    assert_eq!(settings.accounts.country, Country::parse("CA").ok());
    let pages = Pages {
        enabled: false,
        identifiers: vec![Kind::Email, Kind::Phone],
        colour: Colour::new(0xff, 0xcc, 0x00),
        logo: Some("logo.png".to_owned()),
        support: Some("https://help.example/contact?from=mail".to_owned()),
    };
    assert_eq!(settings.pages, pages);
    assert!(!settings.sspr.enabled);
    assert!(settings.sspr.anonymous);
    assert!(!settings.cyclos.conceal_unknown);
    assert!(!settings.cyclos.forgotten_password);
    assert_eq!(settings.cyclos.principal_types, [Kind::Email]);
    assert_eq!(settings.cyclos.session_timeout, 5400);
    assert_eq!(settings.cyclos.confirmation.as_deref(), Some("pin"));
    assert_eq!(settings.cyclos.secondary.as_deref(), Some("code"));
    assert!(!settings.turbosmtp.token_check_requires_key);
    assert_eq!(settings.turbosmtp.key_lifetime, 365 * DAY);
}

#[test]
fn password_types_arrive_as_written() {
    let types = parse(TYPES).password_types;
    let [login, pin, code] = types.as_slice() else {
        panic!("three types, not {types:?}");
    };
    assert_eq!(
        (login.name.as_str(), pin.name.as_str(), code.name.as_str()),
        ("login", "PIN", "code")
    );
    assert_eq!(
        (login.access, pin.access, code.access),
        (true, false, false)
    );
    assert_eq!(
        (login.mode, pin.mode, code.mode),
        (Mode::Manual, Mode::Generated, Mode::Otp)
    );
    assert_eq!((login.policy.min_length, login.policy.max_length), (10, 64));
    assert_eq!(login.policy.require, [Class::Upper, Class::Special]);
    assert!(!login.policy.blocklist);
    assert_eq!((login.history, login.max_tries), (24, 3));
    assert_eq!(login.validity, Some(90 * DAY));
    assert_eq!(
        (login.block, pin.block, code.block),
        (
            BlockPolicy::Forever,
            BlockPolicy::Disable,
            BlockPolicy::For(1)
        )
    );
    assert_eq!(code.block_max, 2);
    assert_eq!(
        login.owner,
        OwnerRights {
            change: false,
            enable: true,
            reset: true,
            unblock: true,
        }
    );
    assert!(pin.admin_authorization);
    assert_eq!((pin.generated_length, code.generated_length), (12, 6));
    assert_eq!(code.generated_alphabet, "0123456789");
    assert_eq!(code.otp_lifetime, 30);
}

#[test]
fn the_only_type_of_a_file_is_the_access_password() {
    let tenant = parse("[[password_type]]\ninternal_name = \"main\"");
    assert!(tenant.password_types[0].access);
    let inline = parse("password_type = [{ internal_name = \"main\" }]");
    assert_eq!(inline, tenant);
}

#[test]
fn hardened_conceals_everywhere_but_for_what_the_file_says() {
    let switches = |text: &str| {
        let settings = parse(text).settings;
        [
            settings.cyclos.conceal_unknown,
            settings.clevermaps.conceal_unknown,
            settings.turbosmtp.conceal_unknown,
        ]
    };
    assert_eq!(switches("profile = \"contract\""), [true, false, false]);
    assert_eq!(switches("profile = \"hardened\""), [true, true, true]);
    let one = "profile = \"hardened\"\nclevermaps.conceal_unknown = false";
    assert_eq!(switches(one), [true, false, true]);
    let other = "cyclos.conceal_unknown = false\nturbosmtp.conceal_unknown = true";
    assert_eq!(switches(other), [false, false, true]);
}

#[test]
fn hardened_asks_for_fifteen_characters_unless_the_file_asks_for_more() {
    let min_length = |text: &str| {
        let types = parse(&format!("profile = \"hardened\"\n{text}")).password_types;
        types[0].policy.min_length
    };
    assert_eq!(min_length(""), 15);
    let types = "[[password_type]]\ninternal_name = \"main\"\n";
    assert_eq!(min_length(types), 15);
    assert_eq!(min_length(&format!("{types}min_length = 20")), 20);
}

const PIN: &str = "[[password_type]]\ninternal_name = \"login\"\naccess = true\n\
                   [[password_type]]\ninternal_name = \"pin\"\nmode = \"generated\"\n\
                   generated_length = 6\ngenerated_alphabet = \"0123456789\"\n";

#[test]
fn a_pin_of_six_digits_is_a_type_where_few_tries_close_it_for_good() {
    for block in ["forever", "disable"] {
        let types = parse(&format!("{PIN}block = \"{block}\"")).password_types;
        assert_eq!(types[1].generated_length, 6);
        assert_eq!(types[1].policy.min_length, 6, "as long as they are made");
        let four = PIN.replace("length = 6", "length = 4");
        parse(&format!("{four}block = \"{block}\"\nmax_tries = 3"));
    }
}

#[test]
fn generated_values_are_as_long_and_as_mixed_as_the_policy_asks() {
    let types = parse("profile = \"hardened\"").password_types;
    assert_eq!(types[0].generated_length, 15);
    let kind =
        "[[password_type]]\ninternal_name = \"login\"\nrequire = [\"special\"]\nmin_length = 20\n";
    let types = parse(kind).password_types;
    assert_eq!(types[0].generated_length, 20);
    assert!(types[0].generated_alphabet.ends_with("23456789+-=?!"));
}
