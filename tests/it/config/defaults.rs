//! Defaults are as designed, documented in one place, and read.

use std::path::{Path, PathBuf};

use rekey::config::{self, Config, Environment, Format, Security, Transport};
use rekey::domain::language::Language;
use rekey::domain::limit::Rate;
use secrecy::ExposeSecret as _;
use time::Duration;

fn alone() -> Config {
    Config::load(None, &Environment::default()).expect("the defaults are fine")
}

/// L-02.
#[test]
fn without_a_file_everything_is_as_designed() {
    let config = alone();
    let server = &config.server;
    assert_eq!(server.bind.to_string(), "127.0.0.1:8080");
    assert_eq!(
        server.operator_bind.map(|address| address.to_string()),
        Some("127.0.0.1:9090".to_owned())
    );
    assert_eq!(server.public_url.as_str(), "http://127.0.0.1:8080/");
    assert!(server.trusted_proxies.is_empty());
    assert_eq!(server.default_tenant.as_deref(), Some("demo"));
    assert!(server.cors_origins.is_empty());
    assert_eq!(server.keep_alive.as_secs(), 130);

    assert!(config.database.url.is_none());
    assert_eq!(config.database.data_dir, PathBuf::from("rekey-data"));
    assert_eq!(config.database.max_connections, 16);
    assert!(config.secrets.keys.is_empty());

    let mail = &config.mail;
    assert_eq!(mail.transport, Transport::Smtp);
    assert_eq!(mail.from, "Rekey <no-reply@localhost>");
    assert_eq!((mail.smtp.host.as_str(), mail.smtp.port), ("127.0.0.1", 25));
    assert_eq!(mail.smtp.security, Security::Plain);
    assert!(mail.smtp.credentials.is_none());
    assert_eq!(mail.smtp_ca, None);
    assert_eq!(mail.directory, PathBuf::from("rekey-data/mail"));
    assert!(config.sms.webhook_url.is_none() && config.sms.webhook_secret.is_none());
    assert_eq!(config.sms.webhook_ca, None);
    assert!(!config.sms.is_unsigned(), "nothing is posted");

    assert_eq!(
        (&config.notices.to, config.notices.language),
        (&None, Language::En)
    );

    let hashing = config.hashing;
    assert_eq!(
        (hashing.memory_kib, hashing.iterations, hashing.parallelism),
        (19_456, 2, 1)
    );
    assert_eq!((hashing.concurrency, hashing.queue), (0, 64));

    let rate = |times, per| Rate { times, per };
    let limits = config.limits;
    assert_eq!(limits.recovery_per_identifier, rate(5, Duration::HOUR));
    assert_eq!(limits.recovery_per_address, rate(60, Duration::HOUR));
    assert_eq!(limits.recovery_per_tenant, rate(2000, Duration::HOUR));
    assert_eq!(limits.login_per_address, rate(120, Duration::MINUTE));
    assert_eq!(limits.codes_per_account, rate(30, Duration::HOUR));
    assert_eq!(limits.mail_per_server, rate(20_000, Duration::HOUR));
    assert_eq!(config.retention.addresses, 90 * 86_400);
    assert_eq!(config.retention.audit, 730 * 86_400);

    assert_eq!(config.log.format, Format::Auto);
    assert_eq!(config.log.level, "info");
}

#[test]
fn the_documented_file_is_a_file_of_its_own() {
    let config = Config::parse("default.toml", config::DEFAULTS, &Environment::default());
    let mut config = config.expect("the documentation is a good file");
    // Where secrets would be read from is where they are written.
    config.secret_files.clear();
    assert_eq!(format!("{config:?}"), format!("{:?}", alone()));
}

/// A setting that is documented and not read would be reported like any other unknown one, and a
/// setting that is read and not documented has no default. So every key is tried: one slip in its
/// name must be noticed, and the name itself must not. (L-02.)
#[test]
fn every_documented_setting_is_read() {
    let mut section = "";
    let mut keys = Vec::new();
    for line in config::DEFAULTS.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
        } else if let Some((name, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            keys.push(format!("{section}.{name}"));
        }
    }
    assert!(keys.len() > 30, "{keys:?}");
    for key in keys {
        let misspelt = format!("{key}x = 1");
        let said = super::server_mistakes(&misspelt);
        assert_eq!(
            said,
            format!("rekey.toml:1: {key}x is not a setting; did you mean {key}?")
        );
        let nonsense = format!("{key} = 1979-05-27");
        let said = super::server_mistakes(&nonsense);
        assert!(said.starts_with(&format!("rekey.toml:1: {key} ")), "{said}");
        assert!(!said.contains("is not a setting"), "{said}");
    }
}

#[test]
fn good_settings_arrive_as_written() {
    let text = "
        [server]
        bind = '[::1]:0'
        operator_bind = ''
        public_url = 'https://recover.example/base'
        trusted_proxies = ['10.1.2.3/8', '192.0.2.1', '::1']
        default_tenant = ''
        cors_origins = ['https://app.example', 'http://localhost:3000']
        [database]
        url = 'postgresql://rekey:p%40ss@db.example/rekey'
        [secrets]
        keys = ['MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=']
        [mail]
        transport = 'directory'
        from = '\"Help, Inc.\" <help@example.com>'
        smtp_url = 'smtp://us%40er:p%2Fa%C3%9F@[2001:db8::1]?tls=required'
        smtp_ca = '/etc/ssl/mail.pem'
        [sms]
        webhook_url = 'https://sms.example/hook?key=1'
        webhook_secret = '16 chars, é or ß'
        webhook_ca = '/etc/ssl/sms.pem'
        [notices]
        to = 'security@rekey.example'
        language = 'es'
        [hashing]
        memory_kib = 47104
        iterations = 1
        [log]
        format = 'json'
        level = 'warn,rekey::mail=debug'
    ";
    let config = Config::parse("rekey.toml", text, &Environment::default());
    let config = config.unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert_eq!(config.server.bind.to_string(), "[::1]:0");
    assert_eq!(config.server.operator_bind, None);
    assert_eq!(
        config.server.public_url.as_str(),
        "https://recover.example/base"
    );
    let proxies = config.server.trusted_proxies.iter();
    let proxies: Vec<_> = proxies.map(ToString::to_string).collect();
    assert_eq!(proxies, ["10.0.0.0/8", "192.0.2.1/32", "::1/128"]);
    assert_eq!(config.server.default_tenant, None);
    assert_eq!(
        config.server.cors_origins,
        ["https://app.example", "http://localhost:3000"]
    );
    let url = config.database.url.expect("there is one");
    assert_eq!(
        url.expose_secret(),
        "postgresql://rekey:p%40ss@db.example/rekey"
    );
    assert_eq!(
        *config.secrets.keys[0],
        *b"01234567890123456789012345678901"
    );
    assert_eq!(config.mail.transport, Transport::Directory);
    assert_eq!(config.mail.from, "\"Help, Inc.\" <help@example.com>");
    assert_eq!(config.mail.smtp.host, "2001:db8::1");
    assert_eq!(config.mail.smtp.port, 587);
    assert_eq!(config.mail.smtp.security, Security::Starttls);
    let credentials = config.mail.smtp.credentials.expect("there are some");
    assert_eq!(credentials.user, "us@er");
    assert_eq!(credentials.password.expose_secret(), "p/aß");
    assert_eq!(
        config.mail.smtp_ca.as_deref(),
        Some(Path::new("/etc/ssl/mail.pem"))
    );
    let webhook = config.sms.webhook_url.expect("there is one");
    assert_eq!(webhook.expose_secret(), "https://sms.example/hook?key=1");
    let secret = config.sms.webhook_secret.expect("there is one");
    assert_eq!(secret.expose_secret(), "16 chars, é or ß");
    assert_eq!(
        config.sms.webhook_ca.as_deref(),
        Some(Path::new("/etc/ssl/sms.pem"))
    );
    let notices = config.notices;
    assert_eq!(notices.to.unwrap().as_str(), "security@rekey.example");
    assert_eq!(notices.language, Language::Es);
    assert_eq!(config.hashing.memory_kib, 47_104);
    assert_eq!(config.log.format, Format::Json);
    assert_eq!(config.log.level, "warn,rekey::mail=debug");
}

#[test]
fn what_is_sent_as_a_sender_is_a_mailbox_for_the_mailer_too() {
    for from in [
        "help@example.com",
        "Help <help@example.com>",
        "Dr. Help Desk <help.desk+a@mail.example.com>",
        "Coopérative démo <aide@demo.example>",
        "\"Help, Inc. (Canada)\" <help@example.com>",
        "<help@example.com>",
        "root@localhost",
    ] {
        let said = super::layered_mistakes("", &[("REKEY__MAIL__FROM", from)]);
        assert_eq!(said, "nothing", "{from}");
        assert!(from.parse::<lettre::message::Mailbox>().is_ok(), "{from}");
    }
    for from in [
        "",
        "help",
        "help@",
        "@example.com",
        "a b@example.com",
        "Help <help@example.com",
        "Help help@example.com>",
        "Help <<help@example.com>>",
        "Help <help@example.com> ",
        "help@example..com",
        "a@example.com, b@example.com",
        "Help\r\nBcc: all@example.com <help@example.com>",
    ] {
        let said = super::layered_mistakes("", &[("REKEY__MAIL__FROM", from)]);
        assert!(
            said.starts_with("REKEY__MAIL__FROM: mail.from is"),
            "{said}"
        );
    }
}
