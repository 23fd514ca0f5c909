//! What operators type from day to day: what is printed, and the exit codes.

use serde_json::{Value, json};
use sqlx::PgPool;

use super::{furnish, setup};
use crate::harness::binary::Setup;
use crate::harness::smtp::{Mode, SmtpServer};
use crate::harness::world::PEOPLE;

async fn json(setup: &Setup, arguments: &[&str]) -> Value {
    let printed = setup.run(&[arguments, &["--json"]].concat()).await;
    serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{error}: {printed}"))
}

async fn account(setup: &Setup, verb: &str, login: &str, more: &[&str]) -> Value {
    json(
        setup,
        &[&["account", verb, login, "--tenant", "demo"], more].concat(),
    )
    .await
}

#[rekey_test::on_an_empty_database]
async fn accounts_are_disabled_enabled_unblocked_and_signed_out(db: PgPool) {
    let setup = Setup::new(&db);
    furnish(&setup, PEOPLE.trim_start()).await;
    let disabled = json!({
        "login": "JohnDoe", "status": "disabled", "was": "active", "sessions": 0, "keys": 0,
    });
    assert_eq!(account(&setup, "disable", "JohnDoe", &[]).await, disabled);
    let again = account(&setup, "disable", "JohnDoe", &[]).await;
    assert_eq!(
        (&again["status"], &again["was"]),
        (&json!("disabled"), &json!("disabled"))
    );
    assert_eq!(
        account(&setup, "show", "JohnDoe", &[]).await["status"],
        "disabled"
    );
    let enabled = json!({"login": "JohnDoe", "status": "active", "was": "disabled"});
    assert_eq!(account(&setup, "enable", "JohnDoe", &[]).await, enabled);
    let said = setup
        .run(&["account", "enable", "JohnDoe", "--tenant", "demo"])
        .await;
    assert_eq!(said, "Account `JohnDoe` was active already.\n");

    sqlx::raw_sql("update password set failures = 5, blocked_forever = true")
        .execute(&db)
        .await
        .unwrap();
    assert_eq!(
        account(&setup, "show", "JohnDoe", &[]).await["passwords"]["login"]["status"],
        "indefinitelyBlocked"
    );
    let unblocked = json!({"login": "JohnDoe", "type": "login", "wasBlocked": true, "tries": 5});
    assert_eq!(
        account(&setup, "unblock", "JohnDoe", &["--type", "login"]).await,
        unblocked
    );
    assert_eq!(
        account(&setup, "show", "JohnDoe", &[]).await["passwords"]["login"]["status"],
        "active"
    );
    assert_eq!(
        account(&setup, "unblock", "JohnDoe", &[]).await["wasBlocked"],
        false
    );
    let out = json!({"login": "JohnDoe", "sessions": 0, "keys": 0});
    assert_eq!(account(&setup, "sign-out", "JohnDoe", &[]).await, out);
    let said = setup
        .run(&["account", "sign-out", "JohnDoe", "--tenant", "demo"])
        .await;
    assert_eq!(said, "Signed `JohnDoe` out: ended 0 sessions and 0 keys.\n");
}

/// A link is promised by a command and sent by the server that runs beside it; what the command
/// prints holds nothing of it. An outage is seen and ended by commands.
#[rekey_test::on_an_empty_database]
async fn a_link_is_promised_and_its_job_is_looked_after(db: PgPool) {
    let mut mail = SmtpServer::start(Mode::Plain).await;
    mail.down().await;
    let setup = setup(&db, &mail);
    furnish(&setup, PEOPLE.trim_start()).await;
    let promised = account(&setup, "send-reset", "JohnDoe", &[]).await;
    assert_eq!(
        (&promised["login"], &promised["letter"]),
        (&json!("JohnDoe"), &json!("reset-link"))
    );
    let id = promised["job"].as_str().unwrap().to_owned();
    let jobs = json(&setup, &["job", "list"]).await;
    let members: Vec<_> = jobs[0]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        members,
        [
            "age",
            "attempts",
            "createdAt",
            "dueAt",
            "id",
            "lastError",
            "letter",
            "state",
            "tenant"
        ]
    );
    assert_eq!(
        (&jobs[0]["id"], &jobs[0]["state"]),
        (&json!(id), &json!("due"))
    );
    let lines = setup.run(&["job", "list"]).await;
    assert!(
        lines.starts_with(&id) && !lines.contains("JohnDoe") && !lines.contains('@'),
        "{lines}"
    );
    assert_eq!(json(&setup, &["job", "list", "--dead"]).await, json!([]));

    let unlock = account(&setup, "send-reset", "JohnDoe", &["--unlock"]).await;
    let unlock = unlock["job"].as_str().unwrap();
    let dropped = json(&setup, &["job", "drop", unlock]).await;
    assert_eq!(
        (&dropped["id"], &dropped["letter"]),
        (&json!(unlock), &json!("unlock-link"))
    );

    mail.up();
    sqlx::raw_sql("update job set dead_at = due_at, last_error = 'the mail server was down'")
        .execute(&db)
        .await
        .unwrap();
    assert_eq!(
        json(&setup, &["job", "list", "--dead"]).await[0]["state"],
        "dead"
    );
    assert_eq!(json(&setup, &["job", "retry", &id]).await["state"], "due");
    let server = setup.serve("serving").await;
    let letters = mail.received(1).await;
    assert!(String::from_utf8_lossy(&letters[0].raw).contains("example@domain.com"));
    assert_eq!(server.stop().await, Some(0));
    assert_eq!(
        json(&setup, &["job", "retry", "--all"]).await,
        json!({"retried": 0})
    );
    assert_eq!(
        json(&setup, &["job", "retry", "--all", "--tenant", "demo"]).await["retried"],
        0
    );
}

/// 1 and a sentence where something is not there or not to be done; 2 where the command is wrong.
#[rekey_test::on_an_empty_database]
async fn what_is_not_there_and_what_is_wrong(db: PgPool) {
    let setup = Setup::new(&db);
    furnish(&setup, PEOPLE.trim_start()).await;
    let id = "019a9f3e-2b6f-7c41-9d59-0d5f3a2b7c11";
    let mut cases: Vec<(Vec<&str>, i32, &str)> = vec![
        (
            vec!["account", "send-reset", "Mailless", "--tenant", "demo"],
            1,
            "no e-mail address",
        ),
        (
            vec!["account", "send-reset", "Disabled", "--tenant", "demo"],
            1,
            "is disabled",
        ),
        (
            vec![
                "account", "unblock", "JohnDoe", "--tenant", "demo", "--type", "nip",
            ],
            1,
            "it has: login",
        ),
        (vec!["job", "retry", id], 1, "there is no job"),
        (vec!["job", "drop", id], 1, "there is no job"),
        (vec!["job", "drop", "7"], 1, "is not a job's id"),
        (
            vec!["job", "list", "--tenant", "nobody"],
            1,
            "there is no tenant `nobody`",
        ),
        (vec!["job", "retry"], 2, "--all"),
        (vec!["job", "retry", id, "--all"], 2, "cannot be used with"),
        (vec!["job", "retry", id, "--tenant", "demo"], 2, "--all"),
        (vec!["job", "drop"], 2, "<ID>"),
        (vec!["calibrate", "--target", "soon"], 2, "50ms"),
        (vec!["calibrate", "--target", "1h"], 2, "50ms"),
        (vec!["completions"], 2, "<SHELL>"),
        (vec!["completions", "tcl"], 2, "zsh"),
        (vec!["config"], 2, "check"),
        (vec!["doctor", "now"], 2, "unexpected argument"),
    ];
    for verb in ["disable", "enable", "unblock", "sign-out", "send-reset"] {
        cases.push((
            vec!["account", verb, "Nobody", "--tenant", "demo"],
            1,
            "`Nobody`: the tenant has no account",
        ));
        cases.push((
            vec!["account", verb, "JohnDoe", "--tenant", "nobody"],
            1,
            "there is no tenant `nobody`",
        ));
        cases.push((vec!["account", verb, "JohnDoe"], 2, "--tenant"));
    }
    for (arguments, code, word) in cases {
        let output = setup.command(&arguments).output().await.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(word), "{arguments:?}: {said}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}
