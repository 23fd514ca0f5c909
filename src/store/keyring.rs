//! Table `keyring`.

use sqlx::PgConnection;

use crate::domain::Timestamp;
use crate::domain::digest::Digest;

/// Whether a keyring is a stranger here: others are known, and none of these.
pub async fn is_foreign(db: &mut PgConnection, fingerprints: &[Digest]) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"
        select exists (select from keyring)
            and not exists (select from keyring where fingerprint = any($1)) as "is_foreign!"
        "#,
        fingerprints as &[Digest],
    )
    .fetch_one(db)
    .await
}

/// Remembers the keys of a keyring.
pub async fn remember(
    db: &mut PgConnection,
    fingerprints: &[Digest],
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into keyring (fingerprint, seen_at)
        select fingerprint, $2 from unnest($1::bytea[]) as fingerprint
        on conflict do nothing
        "#,
        fingerprints as &[Digest],
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}
