//! The schema itself.

use sqlx::PgConnection;

/// Every migration, embedded in the binary.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// Whether every migration this binary knows has been run. One it does not know may have been run
/// too: by a newer version, during an update.
pub async fn is_current(db: &mut PgConnection) -> sqlx::Result<bool> {
    // Not checked macros: the table belongs to the migrator and is not in our migrations.
    let exists: bool = sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null")
        .fetch_one(&mut *db)
        .await?;
    if !exists {
        return Ok(false);
    }
    let applied: Vec<i64> =
        sqlx::query_scalar("select version from _sqlx_migrations where success")
            .fetch_all(db)
            .await?;
    Ok(MIGRATOR
        .iter()
        .all(|migration| applied.contains(&migration.version)))
}
