//! Secrets come from where they are mounted, and are never shown.

use std::path::{Path, PathBuf};

use rekey::config::{Config, Environment};
use secrecy::ExposeSecret as _;

use super::{layered_mistakes, server_mistakes};

/// A file that holds `text`.
fn file(name: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).expect("the folder is there");
    path
}

fn parse(text: &str) -> Config {
    Config::parse("rekey.toml", text, &Environment::default()).expect("the settings are fine")
}

/// O-05.
#[test]
fn a_secret_can_be_read_from_a_file() {
    let url = file("url", "postgres://rekey:Hunter2!@db.example/rekey\n");
    let keys = file(
        "keys",
        "bmV3IGJ5dGVzIG5ldyBieXRlcyBuZXcgYnl0ZXMgbmU=\n\
         b2xkIGJ5dGVzIG9sZCBieXRlcyBvbGQgYnl0ZXMgb2w=\n",
    );
    let smtp = file("smtp", "smtps://rekey:Hunter2!@mail.example\r\n");
    let sms = file("sms", "https://sms.example/Hunter2");
    let signing = file("signing", "Hunter2! Hunter2!\n");
    let text = format!(
        "[database]\nurl_file = {url:?}\n[secrets]\nkeys_file = {keys:?}\n\
         [mail]\nsmtp_url_file = {smtp:?}\n[sms]\nwebhook_url_file = {sms:?}\n\
         webhook_secret_file = {signing:?}\n"
    );
    let server = file("rekey.toml", &text);
    let config = Config::load(Some(&server), &Environment::default());
    let config = config.expect("the settings are fine");
    let url = config.database.url.expect("there is one");
    assert_eq!(
        url.expose_secret(),
        "postgres://rekey:Hunter2!@db.example/rekey"
    );
    assert_eq!(config.secrets.keys.len(), 2);
    assert_eq!(
        *config.secrets.keys[0],
        *b"new bytes new bytes new bytes ne"
    );
    assert_eq!(config.mail.smtp.host, "mail.example");
    assert_eq!(config.mail.smtp.port, 465);
    let credentials = config.mail.smtp.credentials.expect("there are some");
    assert_eq!(credentials.password.expose_secret(), "Hunter2!");
    let webhook = config.sms.webhook_url.expect("there is one");
    assert_eq!(webhook.expose_secret(), "https://sms.example/Hunter2");
    let signing = config.sms.webhook_secret.expect("there is one");
    assert_eq!(signing.expose_secret(), "Hunter2! Hunter2!");
}

#[test]
fn a_file_of_the_environment_is_stronger_than_the_well_known_variable() {
    let url = file("url-2", "postgres://file.example/rekey");
    let variables = [
        ("REKEY__DATABASE__URL_FILE", url.to_str().expect("it is")),
        ("DATABASE_URL", "postgres://known.example/rekey"),
    ];
    let environment: Environment = variables.into_iter().collect();
    let config = Config::parse("", "", &environment).expect("the settings are fine");
    let url = config.database.url.expect("there is one");
    assert_eq!(url.expose_secret(), "postgres://file.example/rekey");
}

#[test]
fn a_secret_and_its_file_are_one_too_many() {
    assert_eq!(
        server_mistakes(
            "[database]\nurl = \"postgres://db.example/rekey\"\nurl_file = \"/run/url\""
        ),
        "rekey.toml:3: database.url_file and database.url are both set; keep one of them"
    );
    assert_eq!(
        layered_mistakes(
            "[mail]\nsmtp_url = \"smtp://mail.example\"",
            &[("REKEY__MAIL__SMTP_URL_FILE", "/run/smtp")]
        ),
        "REKEY__MAIL__SMTP_URL_FILE: mail.smtp_url_file and mail.smtp_url are both set; keep one \
         of them"
    );
}

#[test]
fn a_secret_file_that_says_nothing_is_named() {
    let empty = file("empty", "\n");
    assert_eq!(
        server_mistakes(&format!("[secrets]\nkeys_file = {empty:?}")),
        format!(
            "rekey.toml:2: secrets.keys_file is {empty:?}, which is empty; write the path of a \
             file that holds the secret"
        )
    );
    assert_eq!(
        server_mistakes("[sms]\nwebhook_url_file = \"/nonexistent/sms\""),
        "rekey.toml:2: sms.webhook_url_file is \"/nonexistent/sms\", which cannot be read: No \
         such file or directory (os error 2); write the path of a file that holds the secret"
    );
}

#[test]
fn what_is_wrong_inside_a_secret_file_is_said_of_that_file() {
    let keys = file("short-key", "c2hvcnQ=\n");
    assert_eq!(
        server_mistakes(&format!("[secrets]\nkeys_file = {keys:?}")),
        format!(
            "{}: secrets.keys has an entry that cannot be used; write base64 of exactly 32 \
             random bytes, as \"openssl rand -base64 32\" prints it",
            keys.display()
        )
    );
}

/// O-05.
#[test]
fn nothing_printed_holds_a_secret() {
    let config = parse(
        "[database]\nurl = \"postgres://rekey:Hunter2!@db.example/rekey\"\n\
         [secrets]\nkeys = [\"SHVudGVyMiEgSHVudGVyMiEgSHVudGVyMiEgSHVudGU=\"]\n\
         [mail]\nsmtp_url = \"smtps://rekey:Hunter2!@mail.example\"\n\
         [sms]\nwebhook_url = \"https://sms.example/Hunter2\"\n\
         webhook_secret = \"Hunter2! Hunter2!\"\n",
    );
    let printed = format!("{config:?} {config:#?}");
    for secret in ["Hunter2", "SHVudGVy", "72, 117, 110"] {
        assert!(!printed.contains(secret), "{printed}");
    }
    assert!(printed.contains("mail.example"), "{printed}");
}

#[test]
fn no_mistake_holds_a_secret() {
    for text in [
        "[database]\nurl = \"postgers://rekey:Hunter2!@db.example/rekey\"",
        "[database]\nurl = [\"Hunter2\"]",
        "[database]\nurl = { password = \"Hunter2\" }",
        "[database]\nurl = \"Hunter2\"\nurl_file = \"/run/url\"",
        "[database]\nurl = \"postgres://rekey:Hunter2!@db.example/rekey",
        "[database]\nurl = postgres://rekey:Hunter2!@db.example/rekey",
        "[database]\nurl = Hunter2",
        "[database]\nurl = \"a\"\nurl = \"Hunter2\"",
        "[database]\nulr = \"Hunter2\"",
        "[secrets]\nkeys = [\"Hunter2\"]",
        "[secrets]\nkeys = [[\"Hunter2\"]]",
        "[secrets]\nkeys = \"Hunter2\"",
        "[secrets]\nkeys = [\"SHVudGVyMiEgSHVudGVyMiEgSHVudGVyMiEgSHVudGU=\", \
         \"SHVudGVyMiEgSHVudGVyMiEgSHVudGVyMiEgSHVudGU=\"]",
        "[mail]\nsmtp_url = \"smtp://rekey:Hunter2!@mail.example:port\"",
        "[mail]\nsmtp_url = \"imap://rekey:Hunter2!@mail.example\"",
        "[sms]\nwebhook_url = \"https//sms.example/Hunter2\"",
        "[sms]\nwebhook_url = \"https://rekey:Hunter2@sms.example\"",
        "[sms]\nwebhook_secret = \"Hunter2\"",
        "[sms]\nwebhook_secret = \" Hunter2 Hunter2 \"",
        "[sms]\nwebhook_secret = [\"Hunter2! Hunter2!\"]",
    ] {
        let said = server_mistakes(text);
        assert_ne!(said, "nothing", "{text}");
        for secret in ["Hunter2", "SHVudGVy"] {
            assert!(!said.contains(secret), "{said}");
        }
    }
    for variable in [
        "DATABASE_URL",
        "REKEY_SECRET_KEY",
        "REKEY__DATABASE__URL",
        "REKEY__SECRETS__KEYS",
        "REKEY__MAIL__SMTP_URL",
        "REKEY__SMS__WEBHOOK_URL",
        "REKEY__SMS__WEBHOOK_SECRET",
        "REKEY__DATABASE__ULR",
    ] {
        let said = layered_mistakes("", &[(variable, "Hunter2")]);
        assert!(said.starts_with(&format!("{variable}: ")), "{said}");
        assert!(!said.contains("Hunter2"), "{said}");
    }
}
