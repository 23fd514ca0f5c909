//! `rekey doctor` before set-ups that are broken in one way each, and one that is not.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sqlx::{AssertSqlSafe, PgPool};

use super::furnish;
use crate::harness::binary::{Setup, database_url};
use crate::harness::gateway::Gateway;
use crate::harness::smtp::{Behaviour, Manner, Mode, SmtpServer, Step};
use crate::harness::world::PEOPLE;

const KEY: &str = "/pKtifzZfulRjeHkP5UKZjPCrfXVmJ7pv5phG0jeO/M=";
const OTHER_KEY: &str = "t8hGAXnHYB9c6rtqhcdX0Zo7kgmFKrn7PrzuwAA9XIQ=";

/// A set-up with nothing wrong.
fn healthy(db: &PgPool, mail: &SmtpServer) -> Setup {
    super::setup(db, mail)
        .set("REKEY__MAIL__FROM", "Help <help@demo.example>")
        .set("REKEY_SECRET_KEY", KEY)
}

/// What the doctor says: its exit code and its report.
async fn examine(setup: &Setup) -> (i32, Value) {
    let output = setup.command(&["doctor", "--json"]).output().await.unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let report = serde_json::from_str(&said).unwrap_or_else(|error| {
        panic!("{error}: {said}{}", String::from_utf8_lossy(&output.stderr))
    });
    (output.status.code().unwrap(), report)
}

/// Asserts that a check found something in a state, and that what mends it is named.
async fn finds(setup: &Setup, check: &str, state: &str, mended_by: &str) -> String {
    let (code, report) = examine(setup).await;
    let findings = report["findings"].as_array().unwrap();
    let found = findings.iter().find(|found| {
        found["check"] == check
            && found["state"] == state
            && found["mend"]
                .as_str()
                .is_some_and(|mend| mend.contains(mended_by))
    });
    assert!(found.is_some(), "{check} {state} {mended_by}: {report:#}");
    let has_failed = findings.iter().any(|found| found["state"] == "fail");
    assert_eq!(
        (code, &report["ok"]),
        (i32::from(has_failed), &Value::Bool(!has_failed))
    );
    report.to_string()
}

#[rekey_test::on_an_empty_database]
async fn a_healthy_set_up_has_nothing_to_mend(db: PgPool) {
    let mail = SmtpServer::start(Mode::Plain).await;
    let setup = healthy(&db, &mail);
    furnish(&setup, PEOPLE.trim_start()).await;
    let (code, report) = examine(&setup).await;
    assert_eq!((code, &report["ok"]), (0, &Value::Bool(true)), "{report:#}");
    let findings = report["findings"].as_array().unwrap();
    for found in findings {
        assert_eq!(
            (&found["state"], &found["mend"]),
            (&"ok".into(), &Value::Null),
            "{found}"
        );
    }
    let has = |check: &str| findings.iter().any(|found| found["check"] == check);
    for check in [
        "settings",
        "secret-files",
        "secret-keys",
        "data-dir",
        "public-url",
        "bind",
        "trusted-proxies",
        "cors-origins",
        "hashing",
        "mail",
        "mail-from",
        "sms",
        "database",
        "pooler",
        "clock",
        "connections",
        "database-rights",
        "schema",
        "keyring",
        "tenants",
        "default-tenant",
        "backlog",
        "dead-letters",
    ] {
        assert!(has(check), "{check}: {report:#}");
    }
    assert!(mail.messages().is_empty(), "nothing is sent");
    let said = setup.run(&["doctor"]).await;
    assert!(said.ends_with("ok, 0 to look at, 0 to mend.\n"), "{said}");
}

/// One wrong value each: the check is named, and so is the setting that mends it.
#[rekey_test::on_an_empty_database]
async fn a_wrong_setting_is_named(db: PgPool) {
    let mail = SmtpServer::start(Mode::Plain).await;
    furnish(&healthy(&db, &mail), PEOPLE.trim_start()).await;
    let counting = STANDARD.encode((0..32).collect::<Vec<u8>>());
    let same = STANDARD.encode([7; 32]);
    let typed = STANDARD.encode("correct horse battery staple 123");
    let mut nowhere: url::Url = database_url(&db).parse().unwrap();
    nowhere.set_path("no_such_database");
    let mut stranger: url::Url = database_url(&db).parse().unwrap();
    stranger.set_username("no_such_role").unwrap();
    let cases = [
        (
            "SERVER__PUBLIC_URL",
            "http://recover.example",
            "public-url",
            "fail",
            "server.public_url",
        ),
        (
            "SERVER__PUBLIC_URL",
            "https://recover.invalid",
            "public-url",
            "warn",
            "server.public_url",
        ),
        (
            "SERVER__PUBLIC_URL",
            "https://recover.invalid",
            "trusted-proxies",
            "warn",
            "server.trusted_proxies",
        ),
        (
            "SERVER__BIND",
            "0.0.0.0:0",
            "public-url",
            "warn",
            "server.public_url",
        ),
        (
            "SERVER__BIND",
            "203.0.113.9:8080",
            "bind",
            "fail",
            "server.bind",
        ),
        (
            "SERVER__BIND",
            "127.0.0.1:8081",
            "public-url",
            "warn",
            "server.public_url",
        ),
        (
            "SERVER__OPERATOR_BIND",
            "0.0.0.0:0",
            "bind",
            "warn",
            "server.operator_bind",
        ),
        (
            "SERVER__TRUSTED_PROXIES",
            "0.0.0.0/0",
            "trusted-proxies",
            "fail",
            "server.trusted_proxies",
        ),
        (
            "SERVER__CORS_ORIGINS",
            "http://app.example",
            "cors-origins",
            "warn",
            "server.cors_origins",
        ),
        (
            "SERVER__DEFAULT_TENANT",
            "other",
            "default-tenant",
            "warn",
            "server.default_tenant",
        ),
        (
            "SERVER__PUBLIC_URI",
            "https://recover.example",
            "settings",
            "fail",
            "public_uri",
        ),
        (
            "SECRETS__KEYS",
            &counting,
            "secret-keys",
            "fail",
            "secrets.keys",
        ),
        (
            "SECRETS__KEYS",
            &typed,
            "secret-keys",
            "fail",
            "secrets.keys",
        ),
        (
            "SECRETS__KEYS",
            &same,
            "secret-keys",
            "fail",
            "secrets.keys",
        ),
        (
            "SECRETS__KEYS",
            "c2hvcnQ=",
            "secret-keys",
            "fail",
            "secrets.keys",
        ),
        (
            "SECRETS__KEYS",
            OTHER_KEY,
            "keyring",
            "fail",
            "secrets.keys",
        ),
        (
            "DATABASE__URL",
            "postgres://rekey:h1dd3n@127.0.0.1:1/rekey",
            "database",
            "fail",
            "database.url",
        ),
        (
            "DATABASE__URL",
            "mysql://rekey:h1dd3n@127.0.0.1/rekey",
            "database",
            "fail",
            "database.url",
        ),
        (
            "DATABASE__URL",
            nowhere.as_str(),
            "database",
            "fail",
            "database.url",
        ),
        (
            "DATABASE__URL",
            stranger.as_str(),
            "database",
            "fail",
            "database.url",
        ),
        (
            "DATABASE__MAX_CONNECTIONS",
            "1000",
            "connections",
            "fail",
            "database.max_connections",
        ),
        (
            "MAIL__TRANSPORT",
            "mailbox",
            "mail",
            "fail",
            "mail.transport",
        ),
        (
            "MAIL__SMTP_URL",
            "smtp://127.0.0.1:1",
            "mail",
            "fail",
            "mail.smtp_url",
        ),
        (
            "MAIL__SMTP_URL",
            "smtp://mail.invalid:25",
            "mail",
            "fail",
            "mail.smtp_url",
        ),
        (
            "MAIL__SMTP_URL",
            "smtp://user:h1dd3n@mail.invalid:25",
            "mail",
            "fail",
            "mail.smtp_url",
        ),
        (
            "MAIL__FROM",
            "Rekey <no-reply@localhost>",
            "mail-from",
            "warn",
            "mail.from",
        ),
        ("MAIL__FROM", "nobody", "mail-from", "fail", "mail.from"),
        (
            "SMS__WEBHOOK_URL",
            "http://127.0.0.1:1/h1dd3n",
            "sms",
            "fail",
            "sms.webhook_url",
        ),
        (
            "HASHING__MEMORY_KIB",
            "1024",
            "hashing",
            "fail",
            "hashing.memory_kib",
        ),
        (
            "HASHING__MEMORY_KIB",
            "4194304",
            "hashing",
            "fail",
            "hashing.memory_kib",
        ),
    ];
    for (name, value, check, state, mended_by) in cases {
        let setup = healthy(&db, &mail)
            .set(
                "REKEY__HASHING__CONCURRENCY",
                if value == "4194304" { "1024" } else { "0" },
            )
            .set(&format!("REKEY__{name}"), value);
        let said = finds(&setup, check, state, mended_by).await;
        assert!(!said.contains("h1dd3n"), "{said}");
    }
}

/// A file server setting, and several mistakes at once: each is a finding of its own.
#[rekey_test::on_an_empty_database]
async fn every_mistake_of_a_file_is_a_finding(db: PgPool) {
    let setup = Setup::new(&db);
    let text =
        "[server]\npublic_url = \"http://recover.example\"\n[mail]\nsmpt_url = \"smtp://h1dd3n\"\n";
    setup.folder().write("rekey.toml", text);
    let path = setup
        .folder()
        .path()
        .join("rekey.toml")
        .display()
        .to_string();
    let arguments = ["doctor", "--json", "--config", &path];
    let output = setup.command(&arguments).output().await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let checks: Vec<_> = findings
        .iter()
        .map(|found| found["check"].as_str().unwrap())
        .collect();
    assert_eq!(checks, ["public-url", "mail"]);
    assert!(
        findings[0]["found"]
            .as_str()
            .unwrap()
            .contains("rekey.toml:2"),
        "{report}"
    );
    assert!(
        findings[1]["mend"].as_str().unwrap().contains("smtp_url"),
        "{report}"
    );
}

#[rekey_test::on_an_empty_database]
async fn a_mail_server_that_lets_nobody_in_is_named(db: PgPool) {
    let strict = SmtpServer::start_for(Mode::Plain, "rekey", "right").await;
    let url = |user: &str| format!("smtp://{user}@127.0.0.1:{}", strict.port());
    let with = |url: String| Setup::new(&db).set("REKEY__MAIL__SMTP_URL", url);
    let said = finds(
        &with(url("rekey:h1dd3n")),
        "mail",
        "fail",
        "user and password in mail.smtp_url",
    )
    .await;
    assert!(!said.contains("h1dd3n") && said.contains("535"), "{said}");
    let (_, report) = examine(&with(url("rekey:right"))).await;
    let findings = report["findings"].as_array().unwrap();
    let mail = findings
        .iter()
        .find(|found| found["check"] == "mail")
        .unwrap();
    assert_eq!(mail["state"], "ok", "{mail}");

    let encrypted = SmtpServer::start(Mode::Tls).await;
    let url = format!("smtps://127.0.0.1:{}", encrypted.port());
    finds(&with(url.clone()), "mail", "fail", "mail.smtp_ca").await;
    let unreadable = with(url).set("REKEY__MAIL__SMTP_CA", "/nowhere.pem");
    finds(&unreadable, "mail", "fail", "mail.smtp_ca").await;
    let plain = SmtpServer::start(Mode::Plain).await;
    let url = format!("smtp://127.0.0.1:{}?tls=required", plain.port());
    finds(&with(url), "mail", "fail", "mail.smtp_url").await;
    assert!(strict.messages().is_empty() && plain.messages().is_empty());

    // Refused where the recipient is named, as servers like to (M2); the reply is named, whatever its words.
    let url = format!("smtp://127.0.0.1:{}", plain.port());
    plain.behave(Behaviour::At(
        Step::Rcpt,
        Manner::Say(b"554 5.7.1 \xd3\xc3\xbb\xa7"),
    ));
    let said = finds(&with(url.clone()), "mail", "fail", "mail.from").await;
    assert!(said.contains("554 5.7.1"), "{said}");
    plain.behave(Behaviour::At(Step::Rcpt, Manner::Say(b"550 5.1.1 nobody")));
    let said = finds(&with(url), "mail", "warn", "mail.envelope_from").await;
    assert!(said.contains("550 5.1.1"), "{said}");
}

#[rekey_test::on_an_empty_database]
async fn a_gateway_is_connected_to_and_told_nothing(db: PgPool) {
    let plain = Gateway::start().await;
    let url = format!("http://127.0.0.1:{}/h1dd3n", plain.port());
    let setup = || Setup::new(&db).set("REKEY__SMS__WEBHOOK_URL", url.as_str());
    finds(&setup(), "sms", "warn", "sms.webhook_secret").await;
    let signed = setup().set("REKEY__SMS__WEBHOOK_SECRET", "a secret of the gateway");
    let (_, report) = examine(&signed).await;
    let findings = report["findings"].as_array().unwrap();
    assert!(
        findings
            .iter()
            .any(|found| found["check"] == "sms" && found["state"] == "ok")
    );
    assert!(!report.to_string().contains("h1dd3n"));
    assert!(plain.received().is_empty(), "nothing is posted");
    let strange = Gateway::start_tls(&["localhost"]).await;
    let url = format!("https://localhost:{}/", strange.port());
    let setup = Setup::new(&db).set("REKEY__SMS__WEBHOOK_URL", url);
    finds(&setup, "sms", "fail", "sms.webhook_ca").await;
}

/// Files and folders that others may open, or that we may not.
#[rekey_test::on_an_empty_database]
async fn files_that_are_open_or_closed_wrongly_are_named(db: PgPool) {
    let bare = Setup::new(&db);
    bare.folder().write("keys", KEY);
    let path = bare.folder().path().join("keys");
    let mode = |mode| std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    mode(0o644);
    let setup = Setup::new(&db).set("REKEY__SECRETS__KEYS_FILE", path.display().to_string());
    finds(&setup, "secret-files", "fail", "secrets.keys").await;
    mode(0o600);
    let (_, report) = examine(&setup).await;
    let findings = report["findings"].as_array().unwrap();
    assert!(
        findings
            .iter()
            .any(|found| found["check"] == "secret-files" && found["state"] == "ok")
    );

    let nowhere = Setup::new(&db).set("REKEY__DATABASE__DATA_DIR", "/proc/rekey");
    finds(&nowhere, "data-dir", "fail", "database.data_dir").await;
    let open = bare.folder().path().join("open");
    std::fs::create_dir(&open).unwrap();
    std::fs::set_permissions(&open, Permissions::from_mode(0o777)).unwrap();
    let open = Setup::new(&db).set("REKEY__DATABASE__DATA_DIR", open.display().to_string());
    finds(&open, "data-dir", "fail", "database.data_dir").await;
    finds(&open, "secret-keys", "warn", "secrets.keys").await;
    let folder = Setup::new(&db)
        .set("REKEY__MAIL__TRANSPORT", "directory")
        .set("REKEY__MAIL__DIRECTORY", "/proc/rekey");
    finds(&folder, "mail", "fail", "mail.directory").await;
    assert!(!std::path::Path::new("/proc/rekey").exists());
}

#[rekey_test::on_an_empty_database]
async fn a_schema_that_is_not_ours_is_named(db: PgPool) {
    let mail = SmtpServer::start(Mode::Plain).await;
    let setup = healthy(&db, &mail);
    finds(&setup, "schema", "warn", "rekey migrate").await;
    setup.run(&["migrate"]).await;
    finds(&setup, "tenants", "warn", "rekey tenant apply").await;
    let sql = async |statement: &'static str| {
        sqlx::raw_sql(statement).execute(&db).await.unwrap();
    };
    sql("create table kept as select * from _sqlx_migrations").await;
    let restore = "delete from _sqlx_migrations; insert into _sqlx_migrations select * from kept";
    let newest = "(select max(version) from kept)";
    let breakages = [
        (
            format!("delete from _sqlx_migrations where version = {newest}"),
            "rekey migrate",
        ),
        (
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                values (29990101000000, 'later', true, '', 0)"
                .to_owned(),
            "update rekey",
        ),
        (
            format!("update _sqlx_migrations set checksum = '' where version = {newest}"),
            "database.url",
        ),
        (
            format!("update _sqlx_migrations set success = false where version = {newest}"),
            "backup",
        ),
    ];
    for (breakage, mended_by) in breakages {
        sqlx::raw_sql(AssertSqlSafe(breakage))
            .execute(&db)
            .await
            .unwrap();
        finds(&setup, "schema", "fail", mended_by).await;
        sql(restore).await;
    }
}

/// A role that may look at nothing, and a clock that is wrong.
#[rekey_test::on_an_empty_database]
async fn a_role_without_rights_and_a_wrong_clock_are_named(db: PgPool) {
    let mail = SmtpServer::start(Mode::Plain).await;
    furnish(&healthy(&db, &mail), PEOPLE.trim_start()).await;
    let name = db.connect_options().get_database().unwrap().to_owned();
    let run = async |statement: String| {
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&db)
            .await
            .unwrap();
    };
    let role = format!("doctor_{}", std::process::id());
    run(format!("create role {role} login password 'h1dd3n'")).await;
    let mut url: url::Url = database_url(&db).parse().unwrap();
    url.set_username(&role).unwrap();
    url.set_password(Some("h1dd3n")).unwrap();
    let setup = healthy(&db, &mail).set("REKEY__DATABASE__URL", url.as_str());
    let said = finds(&setup, "database-rights", "fail", "database.url").await;
    assert!(!said.contains("h1dd3n"), "{said}");
    run(format!("drop role {role}")).await;

    // A function that is found before Postgres' own.
    for (minutes, state) in [
        ("interval '5 minutes'", "fail"),
        ("interval '-5 seconds'", "warn"),
    ] {
        run(format!(
            "create schema if not exists skewed;
            create or replace function skewed.clock_timestamp() returns timestamptz language sql
                as $$ select pg_catalog.clock_timestamp() + {minutes} $$;
            alter database \"{name}\" set search_path = skewed, public, pg_catalog"
        ))
        .await;
        finds(&healthy(&db, &mail), "clock", state, "NTP").await;
    }
}

#[rekey_test::on_an_empty_database]
async fn tenants_and_letters_in_trouble_are_named(db: PgPool) {
    let mail = SmtpServer::start(Mode::Plain).await;
    let setup = healthy(&db, &mail);
    furnish(&setup, PEOPLE.trim_start()).await;
    let sql = async |statement: &'static str| {
        sqlx::raw_sql(statement).execute(&db).await.unwrap();
    };
    sql("update tenant set settings = jsonb_set(settings, '{links,reset}', '\"http://app.example/\"')").await;
    finds(&setup, "tenant-links", "fail", "links.reset").await;
    sql(
        "update tenant set settings = jsonb_set(settings, '{links,reset}', 'null')
        || '{\"mail_templates\": \"/nowhere\"}'",
    )
    .await;
    finds(&setup, "tenant-templates", "fail", "[mail] templates").await;
    sql("update tenant set settings = settings || '{\"mail_templates\": null, \"mail_from\": \"help@intranet\"}'").await;
    finds(&setup, "mail-from", "warn", "tenant demo").await;
    sql("insert into job (tenant_id, job_id, work, created_at, due_at)
        select tenant_id, gen_random_uuid(), '{}', now() - interval '1 hour', now() - interval '1 hour'
        from tenant").await;
    finds(&setup, "backlog", "fail", "--worker-only").await;
    sql("update job set dead_at = now()").await;
    finds(&setup, "dead-letters", "warn", "rekey job list --dead").await;
}
