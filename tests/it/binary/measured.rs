//! Commands that need no database: calibration, configuration, completions.

use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;

use crate::harness::folder::Folder;

/// Runs the binary with a few variables and no others of its own.
async fn rekey(arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rekey"));
    command.args(arguments).stdin(Stdio::null());
    for name in ["DATABASE_URL", "REKEY_CONFIG", "REKEY_SECRET_KEY"] {
        command.env_remove(name);
    }
    let output = command
        .envs(variables.iter().copied())
        .output()
        .await
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// What is printed can be pasted, and is never cheaper than the floor, however short the target.
/// (P-08.)
#[tokio::test]
async fn calibration_prints_settings_that_are_taken() {
    let (code, said, _) = rekey(&["calibrate", "--target", "1ms", "--json"], &[]).await;
    let value: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(code, 0);
    assert_eq!(
        (&value["memoryKib"], &value["iterations"]),
        (&19_456.into(), &2.into()),
        "{said}"
    );
    assert_eq!(
        (&value["parallelism"], &value["isFloor"]),
        (&1.into(), &true.into())
    );
    assert!(value["signInsPerSecond"].as_f64().unwrap() > 0.0, "{said}");
    assert!(value["milliseconds"].as_f64().unwrap() >= 1.0, "{said}");

    let (code, said, _) = rekey(&["calibrate", "--target", "150ms"], &[]).await;
    assert_eq!(code, 0);
    let folder = Folder::new();
    folder.write("rekey.toml", &said);
    let file = folder.path().join("rekey.toml").display().to_string();
    let (code, checked, _) = rekey(&["config", "check", &file, "--show"], &[]).await;
    assert_eq!(code, 0, "{said}{checked}");
    let memory = checked
        .lines()
        .find_map(|line| line.strip_prefix("memory_kib = "))
        .unwrap();
    let memory: u32 = memory.split_whitespace().next().unwrap().parse().unwrap();
    assert!(memory >= 19_456, "{checked}");
}

#[tokio::test]
async fn a_configuration_is_checked_without_a_database() {
    let folder = Folder::new();
    let path = |name: &str| folder.path().join(name).display().to_string();
    folder.write("good.toml", "[server]\npublic_url = \"https://recover.example\"\n[limits]\nlogin_per_address = \"7/hour\"\n");
    folder.write(
        "bad.toml",
        "[server]\npublic_url = \"http://recover.example\"\nbnid = \"127.0.0.1:1\"\n",
    );
    folder.write("tenant.toml", "code = \"x\"\nname = \"Demo\"\n");
    let (code, said, _) = rekey(&["config", "check", &path("good.toml")], &[]).await;
    assert_eq!((code, said.as_str()), (0, "No mistakes.\n"));

    let (code, said, more) = rekey(&["config", "check", &path("bad.toml"), "--json"], &[]).await;
    let value: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, more.as_str()), (1, "rekey: 2 mistakes\n"));
    assert_eq!(value["ok"], false);
    let keys: Vec<_> = value["mistakes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["key"].as_str().unwrap())
        .collect();
    assert_eq!(keys, ["server.public_url", "server.bnid"]);
    assert!(
        value["mistakes"][0]["place"]
            .as_str()
            .unwrap()
            .ends_with("bad.toml:2")
    );
    let (code, said, _) = rekey(&["--config", &path("bad.toml"), "config", "check"], &[]).await;
    assert!(
        code == 1 && said.contains("did you mean server.bind?"),
        "{said}"
    );

    let good = path("good.toml");
    let (code, said, _) = rekey(
        &["config", "check", &good, "--tenant", &path("tenant.toml")],
        &[],
    )
    .await;
    assert!(
        code == 1 && said.contains("tenant.toml:1: code is"),
        "{said}"
    );
    let (code, said, _) = rekey(&["config", "check", "/nowhere.toml"], &[]).await;
    assert!(code == 1 && said.contains("/nowhere.toml"), "{said}");
    let (code, said, _) = rekey(
        &["config", "check", &good, "--tenant", "/nowhere.toml"],
        &[],
    )
    .await;
    assert!(code == 1 && said.contains("/nowhere.toml"), "{said}");
}

/// What is in effect, from where, and no secret of any of the five kinds.
#[tokio::test]
async fn settings_in_effect_are_shown_without_secrets() {
    let folder = Folder::new();
    folder.write("rekey.toml", "[server]\npublic_url = \"https://recover.example\"\n[sms]\nwebhook_secret = \"h1dd3n h1dd3n h1dd3n\"\n");
    folder.write("smtp", "smtps://user:h1dd3n@mail.example\n");
    let file = folder.path().join("rekey.toml").display().to_string();
    let smtp = folder.path().join("smtp").display().to_string();
    let variables = [
        (
            "DATABASE_URL",
            "postgres://rekey:h1dd3n@db.example/rekey?sslpassword=h1dd3n",
        ),
        (
            "REKEY_SECRET_KEY",
            "q1dd3nq1dd3nq1dd3nq1dd3nq1dd3nq1dd3nq1dd3n0=",
        ),
        ("REKEY__MAIL__SMTP_URL_FILE", smtp.as_str()),
        ("REKEY__SMS__WEBHOOK_URL", "https://sms.example/h1dd3n"),
        ("REKEY__SERVER__TRUSTED_PROXIES", "10.0.0.0/8,::1"),
        ("REKEY__HASHING__QUEUE", "7"),
    ];
    let (code, said, more) = rekey(&["config", "check", &file, "--show"], &variables).await;
    assert_eq!(code, 0, "{said}{more}");
    assert!(!said.contains("1dd3n"), "{said}");
    for line in [
        "public_url = \"https://recover.example\"  # ".to_owned() + &file + ":2",
        "url = \"postgres://rekey:hidden@db.example/rekey?sslpassword=hidden\"  # DATABASE_URL"
            .to_owned(),
        "keys = \"hidden\"  # REKEY_SECRET_KEY".to_owned(),
        "trusted_proxies = [\"10.0.0.0/8\", \"::1\"]  # REKEY__SERVER__TRUSTED_PROXIES".to_owned(),
        "queue = 7  # REKEY__HASHING__QUEUE".to_owned(),
        "bind = \"127.0.0.1:8080\"".to_owned(),
    ] {
        assert!(said.lines().any(|found| found == line), "{line}: {said}");
    }
    let shown = said.parse::<toml_edit::DocumentMut>();
    assert!(shown.is_ok(), "it is TOML: {said}");
    let (_, said, _) = rekey(&["config", "check", &file, "--show", "--json"], &variables).await;
    let value: Value = serde_json::from_str(&said).unwrap();
    assert!(!said.contains("1dd3n"), "{said}");
    assert_eq!(value["settings"]["hashing.queue"]["value"], "7");
    assert_eq!(value["settings"]["server.bind"]["from"], Value::Null);
}

#[tokio::test]
async fn completions_know_every_command() {
    for shell in ["bash", "zsh", "fish"] {
        let (code, script, more) = rekey(&["completions", shell], &[]).await;
        assert_eq!((code, more.as_str()), (0, ""), "{shell}");
        for word in ["send-reset", "calibrate", "--must-sign"] {
            let word = if shell == "fish" {
                word.trim_start_matches("--")
            } else {
                word
            };
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}
