//! `rekey secrets`, from a first key to one that replaced it, and `rekey database restored`.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;
use sqlx::PgPool;

use super::{Application, furnish, setup};
use crate::harness::binary::Setup;
use crate::harness::smtp::{Mode, SmtpServer};
use crate::harness::world::{PEOPLE, token_in_text};
use crate::sspr::{minimal, with_token};

fn lines(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(str::to_owned).collect()
}

async fn refused(setup: &Setup, arguments: &[&str], words: &str) {
    let output = setup.command(arguments).output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
    assert!(said.contains(words), "{arguments:?}: {said}");
}

/// The whole way: add, restart, promote, restart; the old key is held on to while it is needed. (O-05.)
#[rekey_test::on_an_empty_database]
async fn a_key_is_replaced_step_by_step(db: PgPool) {
    let mail = SmtpServer::start(Mode::Plain).await;
    let setup = setup(&db, &mail);
    let key = furnish(&setup, PEOPLE.trim_start()).await;
    let file = setup.folder().path().join("data/secret.key");
    let private = std::fs::Permissions::from_mode(0o640);
    std::fs::set_permissions(&file, private).unwrap();
    let [old] = lines(&file).try_into().unwrap();
    refused(&setup, &["secrets", "promote"], "secrets add").await;
    refused(&setup, &["secrets", "drop", "--force"], "one key only").await;

    let server = setup.serve("before").await;
    let ask = minimal("resetPasswordRequest");
    let asked = Application::new(&server, &key)
        .post("resetPasswordRequest", &ask)
        .await;
    assert_eq!(asked.unwrap(), 204);
    let token = token_in_text(&String::from_utf8_lossy(&mail.received(1).await[0].raw));
    assert_eq!(server.stop().await, Some(0));

    setup.run(&["secrets", "add"]).await;
    let [first, new] = lines(&file).try_into().unwrap();
    assert_eq!(first, old, "it is known before it is used");
    setup.run(&["secrets", "promote"]).await;
    assert_eq!(lines(&file), [new.as_str(), old.as_str()]);
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640, "whose it was it is still");
    refused(&setup, &["secrets", "promote"], "was first before").await;

    let server = setup.serve("after").await;
    let validated = Application::new(&server, &key)
        .post("validateToken", &with_token("validateToken", &token))
        .await;
    assert_eq!(validated.unwrap(), 204);
    let checked: Value =
        serde_json::from_str(&setup.run(&["secrets", "check", "--json"]).await).unwrap();
    assert_eq!(checked[1]["needed"], true);
    assert_eq!(checked[1]["dependents"]["tokens"], 1);
    assert!(checked[1]["dependents"]["events"].as_i64() > Some(0));
    refused(&setup, &["secrets", "drop"], "1 mailed links").await;
    setup.run(&["secrets", "drop", "--force"]).await;
    assert_eq!(lines(&file), [new.as_str()]);
    assert_eq!(server.stop().await, Some(0));
    std::fs::write(&file, format!("{old}\n")).unwrap();
    refused(&setup, &["tenant", "list"], "secrets.keys").await;
}

/// For one server there is one step. Keys that are not in a file are not ours to change.
#[rekey_test::on_an_empty_database]
async fn one_server_rotates_in_one_step(db: PgPool) {
    let setup = Setup::new(&db);
    furnish(&setup, PEOPLE.trim_start()).await;
    let file = setup.folder().path().join("data/secret.key");
    let [old] = lines(&file).try_into().unwrap();
    setup.run(&["secrets", "rotate"]).await;
    let [new, kept] = lines(&file).try_into().unwrap();
    assert!(kept == old && new != old);
    setup.run(&["tenant", "list"]).await;

    let elsewhere = setup.folder().path().join("keys");
    std::fs::rename(&file, &elsewhere).unwrap();
    let setup = setup.set("REKEY__SECRETS__KEYS_FILE", elsewhere.display().to_string());
    setup.run(&["secrets", "rotate"]).await;
    assert_eq!(lines(&elsewhere).len(), 3);
    let setup = setup
        .set("REKEY__SECRETS__KEYS_FILE", "")
        .set("REKEY_SECRET_KEY", old);
    refused(&setup, &["secrets", "rotate"], "secrets.keys_file").await;
}

/// What was mailed before the copy was made is dead after it was restored; the command says how much.
#[rekey_test::on_an_empty_database]
async fn a_restored_database_is_settled(db: PgPool) {
    let mail = SmtpServer::start(Mode::Plain).await;
    let setup = setup(&db, &mail);
    let key = furnish(&setup, PEOPLE.trim_start()).await;
    let server = setup.serve("server").await;
    let application = Application::new(&server, &key);
    let asked = application
        .post("resetPasswordRequest", &minimal("resetPasswordRequest"))
        .await;
    assert_eq!(asked.unwrap(), 204);
    let token = token_in_text(&String::from_utf8_lossy(&mail.received(1).await[0].raw));
    let body = with_token("validateToken", &token);
    assert_eq!(application.post("validateToken", &body).await.unwrap(), 204);
    let told = setup.run(&["database", "restored", "--json"]).await;
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["tokens"], 1);
    assert_eq!(application.post("validateToken", &body).await.unwrap(), 422);
    assert_eq!(server.stop().await, Some(0));
}
