//! The schema itself.

use sqlx::PgConnection;

/// Every migration, embedded in the binary.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// How the schema compares with what this binary was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// No migration has been run.
    Empty,
    /// Some have, and some that this binary knows have not.
    Older,
    /// All that this binary knows have been run. Others may have been too: by a newer version,
    /// during an update.
    Current,
}

/// Compares the schema with the migrations.
pub async fn state(db: &mut PgConnection) -> sqlx::Result<State> {
    // Not checked macros: the table belongs to the migrator and is not in our migrations.
    let exists: bool = sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null")
        .fetch_one(&mut *db)
        .await?;
    if !exists {
        return Ok(State::Empty);
    }
    let applied: Vec<i64> =
        sqlx::query_scalar("select version from _sqlx_migrations where success")
            .fetch_all(db)
            .await?;
    let is_current = MIGRATOR
        .iter()
        .all(|migration| applied.contains(&migration.version));
    Ok(if is_current {
        State::Current
    } else {
        State::Older
    })
}
