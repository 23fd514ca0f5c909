//! Whether the schema is that of this program, and ours to use.

use sqlx::PgConnection;

use super::finding::{Finding, fail, ok, warn};
use super::{jobs, tenants};
use crate::cli::secrets;
use crate::config::Config;
use crate::domain::digest::{Keyring, Use};
use crate::store;
use crate::store::schema::{Differences, State};
use crate::store::server::Server;

const CHECK: &str = "schema";

pub(super) async fn check(config: &Config, db: &mut PgConnection, server: &Server) -> Vec<Finding> {
    match look(config, db, server).await {
        Ok(findings) => findings,
        Err(error) => vec![fail(
            CHECK,
            format!("cannot be read: {error}"),
            "check that the role in database.url owns the database, and see Postgres' log",
        )],
    }
}

async fn look(
    config: &Config,
    db: &mut PgConnection,
    server: &Server,
) -> sqlx::Result<Vec<Finding>> {
    let forbidden = store::server::forbidden_tables(db).await?;
    if !forbidden.is_empty() {
        return Ok(vec![denied(&server.role, &forbidden)]);
    }
    let state = store::schema::state(db).await?;
    let mut findings = vec![rights(server, state)];
    let differences = match state {
        State::Empty => {
            let found = "the database is empty";
            let mend = "run `rekey migrate`, or start `rekey serve`; if it should not be empty, \
                        database.url leads to another database";
            findings.push(warn(CHECK, found, mend));
            return Ok(findings);
        }
        State::Older | State::Current => store::schema::differences(db).await?,
    };
    let wrong = compare(&differences);
    let is_usable = wrong.is_none();
    findings.push(wrong.unwrap_or_else(|| ok(CHECK, "up to date")));
    if is_usable {
        findings.extend(keyring(config, db).await?);
        findings.extend(tenants::check(config, db).await?);
        findings.extend(jobs::check(db).await?);
    }
    Ok(findings)
}

fn denied(role: &str, tables: &[String]) -> Finding {
    let found = format!("role {role} may not use {}", tables.join(", "));
    let mend = "name the role that owns the tables in database.url, or grant it select, insert, \
                update and delete on them";
    fail("database-rights", found, mend)
}

fn rights(server: &Server, state: State) -> Finding {
    const CHECK: &str = "database-rights";
    let role = &server.role;
    if server.may_create {
        return ok(CHECK, format!("role {role} may do what it has to"));
    }
    let found = format!("role {role} may not create tables, so migrations cannot run");
    let mend = format!("make {role} own the database, or name its owner in database.url");
    match state {
        State::Empty | State::Older => fail(CHECK, found, mend),
        State::Current => warn(CHECK, found, mend),
    }
}

fn compare(differences: &Differences) -> Option<Finding> {
    let Differences {
        missing,
        unknown,
        altered,
        broken,
    } = differences;
    if let Some(version) = broken.first() {
        let found = format!("migration {version} was begun and did not end");
        let mend =
            "restore the database that database.url names from a backup, then run `rekey migrate`";
        return Some(fail(CHECK, found, mend));
    }
    if let Some(version) = altered.first() {
        let found = format!("migration {version} was run with another text than ours");
        let mend = "run the version of rekey that this database belongs to, or set database.url to \
                    the one that belongs to this";
        return Some(fail(CHECK, found, mend));
    }
    if !unknown.is_empty() {
        let found = format!("newer than this program by {} migrations", unknown.len());
        return Some(fail(
            CHECK,
            found,
            "update rekey on this machine to the version of the others on this database",
        ));
    }
    (!missing.is_empty()).then(|| {
        let found = format!("older than this program by {} migrations", missing.len());
        fail(
            CHECK,
            found,
            "run `rekey migrate`, or restart `rekey serve`, which does",
        )
    })
}

/// Whether the database was used with these keys. Nothing is remembered of them here.
async fn keyring(config: &Config, db: &mut PgConnection) -> sqlx::Result<Option<Finding>> {
    const CHECK: &str = "keyring";
    let Some(keys) = secrets::read_all(config)
        .ok()
        .and_then(|keys| Keyring::new(keys).ok())
    else {
        // What is wrong with them, if anything, was said before.
        return Ok(None);
    };
    let fingerprints = keys.digests(Use::Fingerprint, b"");
    Ok(Some(
        if store::keyring::is_foreign(db, &fingerprints).await? {
            let found =
                "this database was used with other secret keys: no key or link of it would match";
            let mend = "set secrets.keys (or REKEY_SECRET_KEY) to the keys of the servers on it, or \
                    restore secret.key below database.data_dir";
            fail(CHECK, found, mend)
        } else {
            ok(CHECK, "the secret keys are those of this database")
        },
    ))
}
