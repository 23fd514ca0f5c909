//! Whether a pooler between us and Postgres keeps prepared statements.
//!
//! Every statement of Rekey is prepared once for a connection. A pooler that lends sessions for a
//! transaction must then prepare it in whichever session it lends next. One that does not makes
//! statements fail by chance, and more of them the more there is to do.

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection};
use tokio::time::timeout;

use super::finding::{Finding, fail, ok};
use super::net::PATIENCE;
use crate::store::server;

const CHECK: &str = "pooler";
/// Postgres knows a statement of that name already, or knows none.
const MISTAKEN: [&str; 2] = ["42P05", "26000"];

/// Asks over two connections at once, so that one is moved from a session that the other took. `Err`
/// where nothing else can be asked; nothing where the question itself failed for other reasons, which
/// the other checks will tell.
pub(super) async fn check(
    options: &PgConnectOptions,
    first: &mut PgConnection,
) -> Result<Option<Finding>, Finding> {
    match timeout(PATIENCE, ask(options, first)).await {
        Ok(Ok(true)) => Ok(Some(ok(
            CHECK,
            "lends sessions for a transaction, and keeps prepared statements",
        ))),
        Ok(Ok(false)) => Ok(Some(ok(CHECK, "none that lends sessions is seen"))),
        Ok(Err(error)) if is_mistaken(&error) => Err(fail(
            CHECK,
            format!("a pooler lends sessions, and loses prepared statements: {error}"),
            "set max_prepared_statements of PgBouncer (1.21 or newer), or pool_mode = session; or set \
             database.url to Postgres itself",
        )),
        Ok(Err(_)) | Err(_) => Ok(None),
    }
}

/// Whether one session served both.
async fn ask(options: &PgConnectOptions, first: &mut PgConnection) -> sqlx::Result<bool> {
    let mut second = PgConnection::connect_with(options).await?;
    let process = server::process(first).await?;
    let mut holding = second.begin().await?;
    let is_shared = server::process(&mut holding).await? == process;
    // While the other holds its session.
    server::process(first).await?;
    holding.rollback().await?;
    second.close().await?;
    Ok(is_shared)
}

fn is_mistaken(error: &sqlx::Error) -> bool {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| MISTAKEN.contains(&code.as_ref()))
}
