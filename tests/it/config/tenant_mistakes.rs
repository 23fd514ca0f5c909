//! What is wrong with a tenant file. The texts start at its line 3, after a code and a name.

use rekey::config::tenant;

use super::{check, tenant_mistakes};

#[test]
fn what_has_no_default_is_asked_for() {
    check(
        &[
            (
                "",
                "demo.toml: code is missing; write 2 to 6 characters without white space\n\
                 demo.toml: name is missing; write 1 to 100 characters",
            ),
            (
                "code = \"democracy\"\nname = \" \"",
                "demo.toml:1: code is \"democracy\"; write 2 to 6 characters without white space\n\
                 demo.toml:2: name is \" \"; write 1 to 100 characters",
            ),
            (
                "code = \"d\\u0000\"\nname = \"De\\nmo\"",
                "demo.toml:1: code is \"d\\0\"; write 2 to 6 characters without white space\n\
                 demo.toml:2: name is \"De\\nmo\"; write 1 to 100 characters",
            ),
        ],
        |text| {
            let read = tenant::parse("demo.toml", text);
            read.map_or_else(|mistakes| mistakes.to_string(), |_| "nothing".to_owned())
        },
    );
}

/// T-05.
#[test]
fn every_mistake_says_where_and_what_to_write() {
    check(MISTAKES, tenant_mistakes);
}

#[test]
fn a_name_nobody_knows_is_met_with_the_nearest() {
    check(
        &[
            (
                "[cyclos]\nconceal_unkown = true",
                "demo.toml:4: cyclos.conceal_unkown is not a setting; did you mean \
                 cyclos.conceal_unknown?",
            ),
            (
                "[[hosts]]\nname = \"demo.example\"",
                "demo.toml:3: hosts is a list of tables; write plain values",
            ),
            (
                "host = []",
                "demo.toml:3: host is not a setting; did you mean hosts?",
            ),
            (
                "token_lifetime = \"1h\"",
                "demo.toml:3: token_lifetime is not a setting; did you mean \
                 recovery.token_lifetime?",
            ),
            (
                "weight = \"red\"",
                "demo.toml:3: weight is not a setting; the file takes code, name, hosts, \
                 default_language, profile and the sections accounts, mail, links, recovery, pages, sspr, \
                 cyclos, clevermaps, turbosmtp, password_type",
            ),
            (
                "[password_type]\ninternal_name = \"pin\"",
                "demo.toml:4: password_type.internal_name is not in a list; write \
                 [[password_type]] above it",
            ),
            (
                "[[password_types]]\ninternal_name = \"pin\"",
                "demo.toml:3: password_types is not a list; did you mean [[password_type]]?",
            ),
            (
                "[[password_type]]\ninternal_name = \"pin\"\nmax_trys = 3",
                "demo.toml:5: password_type.max_trys is not a setting; did you mean \
                 password_type.max_tries?",
            ),
        ],
        tenant_mistakes,
    );
}

#[test]
fn all_mistakes_come_at_once_in_the_order_of_the_file() {
    assert_eq!(
        tenant_mistakes(
            "profile = \"strict\"\n[cyclos]\nsecondary = 1\n[[password_type]]\nhistory = 99\n\
             colour = \"red\"\n[[password_type]]\ninternal_name = \"b\"\nmax_tries = 0"
        ),
        "demo.toml:3: profile is \"strict\"; write contract or hardened\n\
         demo.toml:5: cyclos.secondary is 1; write it in quotes\n\
         demo.toml:6: password_type.internal_name is missing; write a letter, then up to 49 \
         letters, digits, hyphens and underscores\n\
         demo.toml:7: password_type.history is 99; write a whole number from 0 to 24\n\
         demo.toml:8: password_type.colour is not a setting; password_type takes internal_name, \
         name, access, mode, min_length, max_length, require, blocklist, history, validity, \
         max_tries, block, block_max, admin_authorization, generated_length, generated_alphabet, \
         otp_lifetime, may_change, may_enable, may_reset, may_unblock\n\
         demo.toml:11: password_type.max_tries is 0; write a whole number from 1 to 100"
    );
}

/// What is written, and what is said about it.
const MISTAKES: &[(&str, &str)] = &[
    (
        "[accounts]\ncountry = \"UK\"",
        "demo.toml:4: accounts.country is \"UK\"; write the two letters of a country (ISO 3166-1), \
         like \"CA\", \"FR\" or \"GB\"",
    ),
    (
        "hosts = [\"Demo.example\"]",
        "demo.toml:3: hosts has \"Demo.example\"; write a host name in lower case, \
         without scheme, port or path, like demo.example",
    ),
    (
        "hosts = [\"demo.example:8080\"]",
        "demo.toml:3: hosts has \"demo.example:8080\"; write a host name in lower case, \
         without scheme, port or path, like demo.example",
    ),
    (
        "hosts = [\"demo.example\", \"demo.example\"]",
        "demo.toml:3: hosts has \"demo.example\"; write it once",
    ),
    (
        "hosts = [1]",
        "demo.toml:3: hosts has 1; write it in quotes",
    ),
    (
        "default_language = \"de\"",
        "demo.toml:3: default_language is \"de\"; write en, fr or es",
    ),
    (
        "profile = \"strict\"",
        "demo.toml:3: profile is \"strict\"; write contract or hardened",
    ),
    (
        "[pages]\ncolour = \"red\"",
        "demo.toml:4: pages.colour is \"red\"; write a colour, like \"#0b5bd3\"",
    ),
    (
        "[pages]\nidentifiers = []",
        "demo.toml:4: pages.identifiers is empty; write at least one of login, email and phone",
    ),
    (
        "[pages]\nsupport = \"http://help.example\"",
        "demo.toml:4: pages.support is \"http://help.example\"; write a mail address, like \
         help@demo.example, or an https:// address",
    ),
    (
        "[pages]\nsupport = \"help@demo.example?bcc=eve@evil.example\"",
        "demo.toml:4: pages.support is \"help@demo.example?bcc=eve@evil.example\"; write a mail \
         address, like help@demo.example, or an https:// address",
    ),
    (
        "[mail]\nfrom = \"Demo Cooperative\"",
        "demo.toml:4: mail.from is \"Demo Cooperative\"; write an address, like \
         help@example.com or Name <help@example.com>",
    ),
    (
        "[links]\nreset = \"/reset#{token}\"",
        "demo.toml:4: links.reset is \"/reset#{token}\"; write an absolute URL, like \
         https://app.example/reset#{token}",
    ),
    (
        "[links]\nreset = \"https://app.example/reset\"",
        "demo.toml:4: links.reset is \"https://app.example/reset\"; write {token} where \
         the secret goes, like https://app.example/reset#{token}",
    ),
    (
        "[links]\nunlock = \"http://app.example/unlock#{token}\"",
        "demo.toml:4: links.unlock is \"http://app.example/unlock#{token}\"; write \
         https://, since anybody on the way can read http",
    ),
    (
        "[links]\nunlock = \"https://app.example/{user}#{token}\"",
        "demo.toml:4: links.unlock is \"https://app.example/{user}#{token}\"; {user} is \
         unknown; write {token}, {tenant}, {language}, {user_type} or {identifier}",
    ),
    (
        "[links]\nunlock = \"https://app.example/#{token\"",
        "demo.toml:4: links.unlock is \"https://app.example/#{token\"; write each \
         placeholder in a pair of braces, like {token}",
    ),
    (
        "[links]\nunlock = \"https://app.example/#{token}}\"",
        "demo.toml:4: links.unlock is \"https://app.example/#{token}}\"; write each \
         placeholder in a pair of braces, like {token}",
    ),
    (
        "[links]\nreset = \"https://{tenant}.app.example/#{token}\"",
        "demo.toml:4: links.reset is \"https://{tenant}.app.example/#{token}\"; write \
         the host in full; placeholders go after it",
    ),
    (
        "[recovery]\ntoken_lifetime = \"25h\"",
        "demo.toml:4: recovery.token_lifetime is \"25h\"; write a duration from 5 seconds \
         to 24 hours, like \"1h\"",
    ),
    (
        "[recovery]\ntoken_lifetime = 3600",
        "demo.toml:4: recovery.token_lifetime is 3600; write a duration from 5 seconds \
         to 24 hours, like \"1h\"",
    ),
    (
        "[recovery]\ntoken_lifetime = \"5500ms\"",
        "demo.toml:4: recovery.token_lifetime is \"5500ms\"; write a duration from 5 \
         seconds to 24 hours, like \"1h\"",
    ),
    (
        "[sspr]\nanonymous = \"yes\"",
        "demo.toml:4: sspr.anonymous is \"yes\"; write true or false",
    ),
    (
        "[cyclos]\nprincipal_types = []",
        "demo.toml:4: cyclos.principal_types is empty; write at least one of login, \
         email and phone",
    ),
    (
        "[cyclos]\nprincipal_types = [\"login\", \"name\"]",
        "demo.toml:4: cyclos.principal_types has \"name\"; write login, email or phone",
    ),
    (
        "[cyclos]\nsession_timeout = \"59s\"",
        "demo.toml:4: cyclos.session_timeout is \"59s\"; write a duration from 1 minute \
         to 30 days, like \"30m\"",
    ),
    (
        "[cyclos]\nconfirmation = \"pin\"",
        "demo.toml:4: cyclos.confirmation is \"pin\", which is no password type of this \
         file; write the internal_name of one (login), or \"\" for none",
    ),
    (
        "[cyclos]\nsecondary = \"login\"",
        "demo.toml:4: cyclos.secondary is \"login\", the access password itself; write \
         the internal_name of another type, or \"\" for none",
    ),
    (
        "[turbosmtp]\nkey_lifetime = \"2y\"",
        "demo.toml:4: turbosmtp.key_lifetime is \"2y\"; write a duration from 1 minute \
         to 365 days, like \"2h\"",
    ),
];
