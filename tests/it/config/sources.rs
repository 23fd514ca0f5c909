//! Defaults, file and environment, one above the other.

use rekey::config::{Config, Environment, Transport};
use secrecy::ExposeSecret as _;

use super::{check, layered_mistakes, server_mistakes};

fn parse(text: &str, variables: &[(&str, &str)]) -> Config {
    let environment: Environment = variables.iter().copied().collect();
    Config::parse("rekey.toml", text, &environment).expect("the settings are fine")
}

#[test]
fn the_environment_overrides_the_file_and_the_file_the_defaults() {
    let file = "[mail]\ntransport = \"directory\"\nfrom = \"file@example.com\"";
    let config = parse(file, &[("REKEY__MAIL__FROM", "variable@example.com")]);
    assert_eq!(config.mail.from, "variable@example.com");
    assert_eq!(config.mail.transport, Transport::Directory);
    assert_eq!(config.database.max_connections, 16);
}

#[test]
fn a_mistake_in_the_file_does_not_matter_once_it_is_overridden() {
    let config = parse(
        "[hashing]\nqueue = 0",
        &[("REKEY__HASHING__QUEUE", "7"), ("PATH", "/bin")],
    );
    assert_eq!(config.hashing.queue, 7);
}

#[test]
fn a_list_in_a_variable_is_toml_or_has_commas() {
    for text in [
        "https://a.example, https://b.example",
        "https://a.example,https://b.example,",
        "[\"https://a.example\", 'https://b.example']",
    ] {
        let config = parse("", &[("REKEY__SERVER__CORS_ORIGINS", text)]);
        let expected = ["https://a.example", "https://b.example"];
        assert_eq!(config.server.cors_origins, expected, "{text}");
    }
    let file = "[server]\ncors_origins = [\"https://a.example\"]";
    for text in ["", "[]"] {
        let config = parse(file, &[("REKEY__SERVER__CORS_ORIGINS", text)]);
        assert!(config.server.cors_origins.is_empty());
    }
    assert_eq!(
        layered_mistakes("", &[("REKEY__SERVER__CORS_ORIGINS", "[https://a.example")]),
        "REKEY__SERVER__CORS_ORIGINS: server.cors_origins is \"[https://a.example\"; write a \
         list in brackets, like [\"…\", \"…\"]"
    );
}

#[test]
fn the_well_known_database_variable_speaks_when_all_else_is_silent() {
    let url = |text: &str, variables: &[(&str, &str)]| {
        let url = parse(text, variables).database.url;
        url.map(|url| url.expose_secret().to_owned())
    };
    let known = ("DATABASE_URL", "postgres://known.example/rekey");
    let own = ("REKEY__DATABASE__URL", "postgres://own.example/rekey");
    let file = "[database]\nurl = \"postgres://file.example/rekey\"";
    let is = |url: &str| Some(format!("postgres://{url}.example/rekey"));
    assert_eq!(url("", &[]), None);
    assert_eq!(url("", &[known]), is("known"));
    assert_eq!(url("[database]\nurl = \"\"", &[known]), is("known"));
    assert_eq!(url(file, &[known]), is("file"));
    assert_eq!(url(file, &[known, own]), is("own"));
    assert_eq!(url("", &[("DATABASE_URL", "")]), None);
    assert_eq!(
        layered_mistakes("", &[("DATABASE_URL", "sqlite://rekey.db")]),
        "DATABASE_URL: database.url cannot be used; write \
         postgres://user:password@host:port/name, with special characters percent-encoded"
    );
}

#[test]
fn the_well_known_key_variable_holds_keys_newest_first() {
    let new = "bmV3IGJ5dGVzIG5ldyBieXRlcyBuZXcgYnl0ZXMgbmU=";
    let old = "b2xkIGJ5dGVzIG9sZCBieXRlcyBvbGQgYnl0ZXMgb2w=";
    let both = format!("{new},{old}");
    let config = parse("", &[("REKEY_SECRET_KEY", &both)]);
    assert_eq!(
        *config.secrets.keys[0],
        *b"new bytes new bytes new bytes ne"
    );
    assert_eq!(
        *config.secrets.keys[1],
        *b"old bytes old bytes old bytes ol"
    );
    let file = format!("[secrets]\nkeys = [\"{old}\"]");
    let config = parse(&file, &[("REKEY_SECRET_KEY", new)]);
    assert_eq!(config.secrets.keys.len(), 1);
    assert_eq!(
        *config.secrets.keys[0],
        *b"old bytes old bytes old bytes ol"
    );
}

#[test]
fn variables_that_mean_nothing_are_mistakes() {
    for (variable, expected) in [
        (
            "REKEY__SERVER__BNID",
            "REKEY__SERVER__BNID: server.bnid is not a setting; did you mean REKEY__SERVER__BIND?",
        ),
        (
            "REKEY__SERVER_BIND",
            "REKEY__SERVER_BIND: server_bind is not a setting; did you mean REKEY__SERVER__BIND?",
        ),
        (
            "REKEY__SERVER",
            "REKEY__SERVER: server is a section; write its settings one by one",
        ),
        (
            "REKEY__LOG__COLOUR",
            "REKEY__LOG__COLOUR: log.colour is not a setting; log takes format, level, otlp_endpoint",
        ),
    ] {
        assert_eq!(layered_mistakes("", &[(variable, "x")]), expected);
    }
}

#[test]
#[cfg(unix)]
fn a_variable_that_is_not_text_is_a_mistake() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt as _;

    let value = OsString::from_vec(vec![b'x', 0xff]);
    let environment: Environment = [("REKEY__MAIL__FROM", value)].into_iter().collect();
    let mistakes = Config::parse("", "", &environment).expect_err("it is not text");
    assert_eq!(
        mistakes.to_string(),
        "REKEY__MAIL__FROM: mail.from is not UTF-8; write plain text"
    );
}

#[test]
fn sections_may_be_inline_or_dotted() {
    check(
        &[
            ("server = { bind = \"127.0.0.1:1\" }", "nothing"),
            ("server.bind = \"127.0.0.1:1\"", "nothing"),
            ("[server]\n", "nothing"),
            (
                "\n\nserver = { bind = \"here\" }",
                "rekey.toml:3: server.bind is \"here\"; write an address and a port, like \
                 127.0.0.1:8080 or [::1]:8080",
            ),
        ],
        server_mistakes,
    );
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let path = std::path::Path::new("/nonexistent/rekey.toml");
    let mistakes = Config::load(Some(path), &Environment::default()).expect_err("there is none");
    assert_eq!(
        mistakes.to_string(),
        "/nonexistent/rekey.toml: cannot be read: No such file or directory (os error 2)"
    );
}
