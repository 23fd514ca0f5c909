//! Taking turns where there is no row to lock.

use sqlx::PgConnection;

/// Waits until nobody else holds `what`, and holds it until the transaction ends.
pub async fn take(db: &mut PgConnection, what: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended($1, 0))",
        what
    )
    .execute(db)
    .await?;
    Ok(())
}
