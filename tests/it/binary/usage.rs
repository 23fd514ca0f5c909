//! Commands and their exit codes: 0 done, 1 failed, 2 wrong usage (design.md, section 5).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sqlx::PgPool;

use super::furnish;
use crate::harness::binary::Setup;
use crate::harness::world::{PEOPLE, TENANT};

/// Every command that prints data prints it as JSON when asked.
#[rekey_test::on_an_empty_database]
async fn operators_commands_from_tenant_to_key(db: PgPool) {
    let setup = Setup::new(&db);
    furnish(&setup, PEOPLE.trim_start()).await;
    let json = async |arguments: &[&str]| -> Value {
        let printed = setup.run(&[arguments, &["--json"]].concat()).await;
        serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{error}: {printed}"))
    };
    assert_eq!(json(&["tenant", "list"]).await[0]["code"], "demo");
    let shown = json(&["account", "show", "johndoe", "--tenant", "demo"]).await;
    assert_eq!(shown["login"], "JohnDoe");
    assert_eq!(shown["passwords"]["login"]["status"], "active");
    assert!(
        !shown.to_string().contains("argon2"),
        "never a hash: {shown}"
    );
    let made = json(&[
        "key", "create", "--tenant", "demo", "--kind", "sspr", "--name", "web",
    ])
    .await;
    let mut members: Vec<_> = made
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    members.sort_unstable();
    assert_eq!(members, ["id", "kind", "secret"]);
    let keys = json(&["key", "list", "--tenant", "demo"]).await;
    assert_eq!(keys.as_array().unwrap().len(), 2);
    assert!(
        !keys.to_string().contains(made["secret"].as_str().unwrap()),
        "shown once"
    );
    json(&[
        "key",
        "revoke",
        "--tenant",
        "demo",
        "--id",
        made["id"].as_str().unwrap(),
    ])
    .await;
    let url = json(&["database", "url"]).await;
    assert!(url["url"].as_str().unwrap().starts_with("postgres://"));
    let listed = setup
        .run(&["account", "list", "--tenant", "demo", "--json"])
        .await;
    assert_eq!(listed.lines().count(), 8, "one object a line: {listed}");
    for line in listed.lines() {
        serde_json::from_str::<Value>(line).unwrap();
    }
}

/// Keys that are not those of the database are refused before anything is made with them; a
/// rotation that keeps the old key for a while goes through. (O-05.)
#[rekey_test::on_an_empty_database]
async fn foreign_secret_keys_are_refused(db: PgPool) {
    let key = |from: u8| STANDARD.encode((from..from + 32).collect::<Vec<_>>());
    let (old, new) = (key(0), key(100));
    let with = |keys: &str| Setup::new(&db).set("REKEY_SECRET_KEY", keys);
    furnish(&with(&old), PEOPLE.trim_start()).await;
    let create = ["key", "create", "--tenant", "demo", "--kind", "sspr"];
    let output = with(&new).command(&create).output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && said.contains("secrets.keys"),
        "{said}"
    );
    with(&format!("{new},{old}")).run(&create).await;
    with(&new).run(&create).await;
}

/// A consumer pair is printed once, in the words of TurboSMTP, and belongs to an account.
#[rekey_test::on_an_empty_database]
async fn a_consumer_pair_is_made_for_an_account(db: PgPool) {
    let setup = Setup::new(&db);
    furnish(&setup, PEOPLE.trim_start()).await;
    let create = [
        "key", "create", "--tenant", "demo", "--kind", "consumer", "--json",
    ];
    let printed = setup
        .run(&[&create[..], &["--account", "johndoe"]].concat())
        .await;
    let made: Value = serde_json::from_str(&printed).unwrap();
    let members: Vec<_> = made.as_object().unwrap().keys().collect();
    assert_eq!(members, ["consumerKey", "consumerSecret", "id", "kind"]);
    assert_eq!(made["kind"], "consumer");
    let key = made["consumerKey"].as_str().unwrap();
    let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    assert!(key.len() == 32 && key.bytes().all(is_hex), "{key}");
    let secret = made["consumerSecret"].as_str().unwrap();
    assert!(secret.len() == 32 && secret.bytes().all(|b| b.is_ascii_alphanumeric()));
    let listed = setup
        .run(&["key", "list", "--tenant", "demo", "--kind", "consumer"])
        .await;
    assert!(listed.contains(made["id"].as_str().unwrap()), "{listed}");
    assert!(
        !listed.contains(secret) && !listed.contains(key),
        "{listed}"
    );

    for (more, code) in [(&[][..], 2), (&["--account", "Nobody"][..], 1)] {
        let output = setup.command(&[&create[..], more].concat()).output();
        assert_eq!(output.await.unwrap().status.code(), Some(code), "{more:?}");
    }
}

/// An operator is told at start who learns what recovery could hide.
#[rekey_test::on_an_empty_database]
async fn the_log_names_the_families_that_reveal(db: PgPool) {
    let setup = Setup::new(&db);
    furnish(&setup, PEOPLE.trim_start()).await;
    let told = async |name: &str| -> Vec<(String, String)> {
        let server = setup.serve(name).await;
        let log = std::fs::read_to_string(&server.log).unwrap();
        assert_eq!(server.stop().await, Some(0));
        let lines = log.lines().map(serde_json::from_str::<Value>);
        let lines = lines.filter_map(Result::ok);
        let told =
            lines.filter(|line| line["message"] == "tells whether an address has an account");
        let word = |line: &Value, name: &str| line[name].as_str().unwrap().to_owned();
        told.map(|line| (word(&line, "tenant"), word(&line, "family")))
            .collect()
    };
    let demo = |family: &str| ("demo".to_owned(), family.to_owned());
    assert_eq!(
        told("contract").await,
        [demo("clevermaps"), demo("turbosmtp")]
    );
    let hardened = format!("{TENANT}[turbosmtp]\nconceal_unknown = true\n");
    setup.folder().write("tenant.toml", &hardened);
    let file = setup.folder().path().join("tenant.toml");
    let file = file.display().to_string();
    setup.run(&["tenant", "apply", &file]).await;
    assert_eq!(told("concealing").await, [demo("clevermaps")]);
}

/// An operator is told at start that a gateway cannot tell our texts from anybody else's, and that
/// one cannot be known at all.
#[rekey_test::on_an_empty_database]
async fn the_log_says_that_texts_are_not_signed(db: PgPool) {
    let url = "https://sms.example/h1dd3n";
    let key = STANDARD.encode((0..32).collect::<Vec<u8>>());
    let bare = || Setup::new(&db).set("REKEY_SECRET_KEY", key.as_str());
    let setup = || bare().set("REKEY__SMS__WEBHOOK_URL", url);
    let warns = async |name: &str, setup: Setup| -> bool {
        let server = setup.serve(name).await;
        let log = std::fs::read_to_string(&server.log).unwrap();
        assert_eq!(server.stop().await, Some(0));
        assert!(!log.contains("h1dd3n"), "{log}");
        log.contains("\"level\":\"WARN\",\"message\":\"text messages are posted unsigned")
    };
    assert!(warns("unsigned", setup()).await);
    let signed = setup().set("REKEY__SMS__WEBHOOK_SECRET", "h1dd3n h1dd3n h1dd3n");
    assert!(!warns("signed", signed).await);
    assert!(!warns("no texts", bare()).await);

    let astray = setup().set("REKEY__SMS__WEBHOOK_CA", "/nowhere.pem");
    let output = astray.command(&["serve"]).output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("cannot read the certificates of the SMS webhook in /nowhere.pem"),
        "{said}"
    );
}

#[rekey_test::on_an_empty_database]
async fn exit_codes(db: PgPool) {
    let setup = Setup::new(&db);
    furnish(&setup, PEOPLE.trim_start()).await;
    setup
        .folder()
        .write("bad.jsonl", "{\"login\":\"A\"}\n{\"login\":7}\n");
    let bad = setup
        .folder()
        .path()
        .join("bad.jsonl")
        .display()
        .to_string();
    let cases: [(&[&str], i32, &str); 10] = [
        (&["frobnicate"], 2, "unrecognized subcommand"),
        (&["key", "create", "--tenant", "demo"], 2, "--kind"),
        (
            &[
                "key",
                "create",
                "--tenant",
                "demo",
                "--kind",
                "sspr",
                "--account",
                "JohnDoe",
            ],
            2,
            "--account",
        ),
        (
            &[
                "key",
                "create",
                "--tenant",
                "demo",
                "--kind",
                "consumer",
                "--account",
                "JohnDoe",
                "--must-sign",
            ],
            2,
            "--must-sign",
        ),
        (&["tenant", "apply", "/nowhere.toml"], 1, "/nowhere.toml"),
        (
            &["account", "show", "Nobody", "--tenant", "demo"],
            1,
            "Nobody",
        ),
        (&["account", "list", "--tenant", "nobody"], 1, "nobody"),
        (
            &["account", "import", &bad, "--tenant", "demo"],
            1,
            "line 2",
        ),
        (&["key", "revoke", "--tenant", "demo", "--id", "x"], 1, "x"),
        (
            &["--config", "/nowhere.toml", "migrate"],
            1,
            "/nowhere.toml",
        ),
    ];
    for (arguments, code, word) in cases {
        let output = setup.command(arguments).output().await.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(word), "{arguments:?}: {said}");
    }
}

/// A logo is read from beside the tenant's file, and only a small picture is taken.
#[rekey_test::on_an_empty_database]
async fn a_logo_is_read_when_its_tenant_is_applied(db: PgPool) {
    let setup = Setup::new(&db);
    setup.run(&["migrate"]).await;
    let folder = setup.folder().path();
    let text = "code = \"demo\"\nname = \"Demo\"\n[pages]\nlogo = \"logo\"\n";
    setup.folder().write("tenant.toml", text);
    let file = folder.join("tenant.toml").display().to_string();
    let apply = ["tenant", "apply", &file];
    for (bytes, said) in [
        (None, "cannot be read"),
        (
            Some(b"<svg onload=alert(1)>".to_vec()),
            "is no PNG, JPEG or WebP file",
        ),
        (
            Some([b"\x89PNG\r\n\x1a\n".to_vec(), vec![0; 32 * 1024]].concat()),
            "is larger than 32 KiB",
        ),
    ] {
        if let Some(bytes) = bytes {
            std::fs::write(folder.join("logo"), bytes).unwrap();
        }
        let output = setup.command(&apply).output().await.unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && told.contains(said), "{told}");
        assert!(told.contains("pages.logo, "), "{told}");
    }
    std::fs::write(folder.join("logo"), b"\x89PNG\r\n\x1a\n...").unwrap();
    assert_eq!(setup.run(&apply).await, "Tenant demo: created.\n");
    assert_eq!(setup.run(&apply).await, "Tenant demo: unchanged.\n");
    let format: String = sqlx::query_scalar("select format from tenant_logo")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(format, "png");
}
