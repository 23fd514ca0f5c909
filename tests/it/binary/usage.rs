//! Commands and their exit codes: 0 done, 1 failed, 2 wrong usage (design.md, section 5).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sqlx::PgPool;

use super::furnish;
use crate::harness::binary::Setup;
use crate::harness::world::PEOPLE;

/// Every command that prints data prints it as JSON when asked.
#[sqlx::test(migrations = false)]
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
/// rotation that keeps the old key for a while goes through.
#[sqlx::test(migrations = false)]
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

#[sqlx::test(migrations = false)]
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
    let cases: [(&[&str], i32, &str); 8] = [
        (&["frobnicate"], 2, "unrecognized subcommand"),
        (&["key", "create", "--tenant", "demo"], 2, "--kind"),
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
