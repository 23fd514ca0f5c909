//! Whether the database is there, and is one that Rekey can work with.

use secrecy::ExposeSecret as _;
use sqlx::{Connection as _, PgConnection};
use tokio::time::timeout;

use super::finding::{Finding, fail, ok, warn};
use super::net::PATIENCE;
use super::{connections, pooler, schema};
use crate::cli::setup::{self, Opened};
use crate::config::{Config, redacted};
use crate::postgres::{self, Binaries, Search};
use crate::store;

pub(super) const CHECK: &str = "database";
/// The oldest version whose Postgres understands the migrations.
const OLDEST: i32 = 150_000;

pub(super) async fn check(config: &Config) -> Vec<Finding> {
    if let Some(url) = &config.database.url {
        return at(config, url.expose_secret()).await;
    }
    match postgres::read_url(&config.database.data_dir) {
        Ok(url) => at(config, &url).await,
        Err(postgres::Error::NotMade(_)) => vec![unmade(config).await],
        Err(postgres::Error::NotRunning(_)) => started(config).await,
        Err(error) => vec![broken(&error)],
    }
}

/// A private database is made by the first start, if the programs for it are there.
async fn unmade(config: &Config) -> Finding {
    let dir = config.database.data_dir.display();
    match Binaries::find(&Search::system(), None).await {
        Ok(found) => warn(
            CHECK,
            format!(
                "none yet; the first start makes a private one in {dir} (Postgres {})",
                found.major
            ),
            "start `rekey serve`, or set database.url to the server you want to use",
        ),
        Err(error) => broken(&error),
    }
}

/// Starts the private database for as long as it is looked at.
async fn started(config: &Config) -> Vec<Finding> {
    let opened = match Opened::join(config).await {
        Ok(opened) => opened,
        Err(error) => return vec![broken(&*error)],
    };
    let findings = match opened.db.acquire().await {
        Ok(mut db) => examine(config, &mut db, "the private one, started for this").await,
        Err(error) => vec![unreachable(&error)],
    };
    match opened.close().await {
        Ok(()) => findings,
        Err(error) => findings.into_iter().chain([broken(&*error)]).collect(),
    }
}

fn broken(error: &(dyn std::error::Error + 'static)) -> Finding {
    let mend = "see what it says; database.data_dir and database.url decide which database is used";
    fail(CHECK, error.to_string(), mend)
}

async fn at(config: &Config, url: &str) -> Vec<Finding> {
    let options = match setup::options(url) {
        Ok(options) => options,
        Err(error) => return vec![unreachable(&error)],
    };
    let mut db = match timeout(PATIENCE, PgConnection::connect_with(&options)).await {
        Ok(Ok(db)) => db,
        Ok(Err(error)) => return vec![unreachable(&error)],
        Err(_) => {
            let found = format!("{} does not answer", redacted(url));
            let mend = "check host and port in database.url, and any firewall between";
            return vec![fail(CHECK, found, mend)];
        }
    };
    let findings = match pooler::check(&options, &mut db).await {
        // Every second statement would fail, and not for what it asks.
        Err(finding) => vec![finding],
        Ok(finding) => {
            let mut findings = examine(config, &mut db, &redacted(url)).await;
            findings.extend(finding);
            findings
        }
    };
    // It has told us all it knows; how it says goodbye makes no difference.
    let _ = db.close().await;
    findings
}

/// Why there is no connection. The driver's words hold no password.
fn unreachable(error: &sqlx::Error) -> Finding {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    let mend = match code.as_deref() {
        Some("28P01" | "28000") => {
            "check user and password in database.url (percent-encoded), and pg_hba.conf"
        }
        Some("3D000") => "create the database, or mend the name at the end of database.url",
        Some("53300") => "lower database.max_connections, or raise max_connections of Postgres",
        Some(_) | None => "check host and port in database.url, and whether Postgres runs there",
    };
    fail(CHECK, format!("cannot connect: {error}"), mend)
}

async fn examine(config: &Config, db: &mut PgConnection, name: &str) -> Vec<Finding> {
    let before = crate::recovery::Clock::system().now();
    let server = match store::server::describe(db).await {
        Ok(server) => server,
        Err(error) => {
            return vec![fail(
                CHECK,
                format!("{name}: {error}"),
                "see Postgres' log; database.url may lead to another server",
            )];
        }
    };
    let after = crate::recovery::Clock::system().now();
    let (major, minor) = (server.version / 10_000, server.version % 10_000);
    let mut findings = vec![if server.version < OLDEST {
        let found = format!("{name} is Postgres {major}.{minor}");
        fail(
            CHECK,
            found,
            "use Postgres 15 or newer, and set database.url to it",
        )
    } else if server.is_standby {
        let found = format!("{name} is a standby, which takes no writes");
        fail(CHECK, found, "set database.url to the primary")
    } else if server.encoding != "UTF8" {
        let found = format!("{name} stores text as {}", server.encoding);
        fail(
            CHECK,
            found,
            "create the database with encoding 'UTF8', and set database.url to it",
        )
    } else {
        ok(CHECK, format!("{name}, Postgres {major}.{minor}"))
    }];
    findings.push(connections::clock(before, server.clock, after));
    findings.push(connections::room(config, &server));
    findings.extend(schema::check(config, db, &server).await);
    findings
}
