//! Table `shadow_password`.

use sqlx::PgConnection;

use super::password::{block, columns};
use crate::domain::Timestamp;
use crate::domain::digest::Digest;
use crate::domain::id::TenantId;
use crate::domain::status::{Facts, Standing};

/// Reads what was tried at a name that leads to no password, and keeps anybody else from trying
/// until the transaction ends. It reads like a password that nobody has typed right yet.
pub async fn lock(
    db: &mut PgConnection,
    tenant_id: TenantId,
    subject: Digest,
    now: Timestamp,
) -> sqlx::Result<Facts> {
    let row = sqlx::query!(
        r#"
        insert into shadow_password as s (tenant_id, subject, failures, blocked_forever, touched_at)
        values ($1, $2, 0, false, $3)
        on conflict (tenant_id, subject) do update set touched_at = excluded.touched_at
        returning failures, blocked_until, blocked_forever, disabled_at, blocks
        "#,
        tenant_id as TenantId,
        subject as Digest,
        now,
    )
    .fetch_one(db)
    .await?;
    Ok(Facts {
        standing: Standing::Set,
        set_at: None,
        disabled_at: row.disabled_at,
        failures: row.failures.unsigned_abs(),
        block: block(row.blocked_until, row.blocked_forever),
        blocks: row.blocks.unsigned_abs(),
    })
}

/// Stores what a try led to.
pub async fn count(
    db: &mut PgConnection,
    tenant_id: TenantId,
    subject: Digest,
    facts: &Facts,
) -> sqlx::Result<()> {
    let (until, forever) = columns(facts.block);
    sqlx::query!(
        r#"
        update shadow_password
        set failures = $3, blocked_until = $4, blocked_forever = $5, disabled_at = $6,
            blocks = $7
        where tenant_id = $1 and subject = $2
        "#,
        tenant_id as TenantId,
        subject as Digest,
        i32::try_from(facts.failures).unwrap_or(i32::MAX),
        until,
        forever,
        facts.disabled_at,
        i32::try_from(facts.blocks).unwrap_or(i32::MAX),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets what was tried at names that lead to no password. Returns whether there was anything.
pub async fn forget(
    db: &mut PgConnection,
    tenant_id: TenantId,
    subjects: &[Digest],
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "delete from shadow_password where tenant_id = $1 and subject = any($2)",
        tenant_id as TenantId,
        subjects as &[Digest],
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Deletes up to `most` rows that nobody has touched since `before`. Returns how many there were.
pub async fn forget_untouched(
    db: &mut PgConnection,
    before: Timestamp,
    most: i64,
) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        r#"
        delete from shadow_password where (tenant_id, subject) in (
            select tenant_id, subject from shadow_password where touched_at <= $1
            order by touched_at
            limit $2
            for update skip locked
        )
        "#,
        before,
        most,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
