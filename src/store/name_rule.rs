//! Table `name_rule`.

use sqlx::PgConnection;

use crate::domain::Timestamp;

/// Whether the stored names were cleaned by the rules of a version.
pub async fn is_applied(db: &mut PgConnection, version: i32) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from name_rule where version = $1) as "is_applied!""#,
        version,
    )
    .fetch_one(db)
    .await
}

/// Notes that they were.
pub async fn note(db: &mut PgConnection, version: i32, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into name_rule (version, applied_at) values ($1, $2)
        on conflict (version) do update set applied_at = excluded.applied_at
        "#,
        version,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}
