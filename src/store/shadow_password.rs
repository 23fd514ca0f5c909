//! Decoys: table `shadow_password`.

use sqlx::PgConnection;

use super::password::{block, columns, number};
use super::password_try::Counted;
use crate::domain::Timestamp;
use crate::domain::digest::Digest;
use crate::domain::id::TenantId;
use crate::domain::repeat::{Mark, Recent};
use crate::domain::status::{Facts, Standing};

/// Reads the decoy of a name that leads to no password, if there is one. It reads like a
/// password that nobody has typed right yet.
pub async fn find(
    db: &mut PgConnection,
    tenant_id: TenantId,
    subject: Digest,
) -> sqlx::Result<Option<Counted>> {
    let row = sqlx::query!(
        r#"
        select failures, blocked_until, blocked_forever, disabled_at, blocks,
            recent as "recent: Vec<Mark>", recent_at
        from shadow_password
        where tenant_id = $1 and subject = $2
        "#,
        tenant_id as TenantId,
        subject as Digest,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Counted {
        facts: Facts {
            standing: Standing::Set,
            set_at: None,
            disabled_at: row.disabled_at,
            failures: row.failures.unsigned_abs(),
            block: block(row.blocked_until, row.blocked_forever),
            blocks: row.blocks.unsigned_abs(),
        },
        recent: Recent::from_columns(row.recent, row.recent_at),
    }))
}

/// Stores the first attempt at a name, if there was none yet. Returns whether it is so.
pub async fn insert(
    db: &mut PgConnection,
    tenant_id: TenantId,
    subject: Digest,
    Counted { facts, recent }: &Counted,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let (until, forever) = columns(facts.block);
    let (recent, recent_at, recent_until) = recent.columns();
    let done = sqlx::query!(
        r#"
        insert into shadow_password (tenant_id, subject, failures, blocked_until, blocked_forever,
            blocks, disabled_at, touched_at, recent, recent_at, recent_until)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        on conflict (tenant_id, subject) do nothing
        "#,
        tenant_id as TenantId,
        subject as Digest,
        number(facts.failures),
        until,
        forever,
        number(facts.blocks),
        facts.disabled_at,
        now,
        recent as Option<Vec<Mark>>,
        recent_at as Option<Vec<Timestamp>>,
        recent_until,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts `to` in the place of `from`, if that is what is there still. Returns whether it was.
pub async fn swap(
    db: &mut PgConnection,
    tenant_id: TenantId,
    subject: Digest,
    from: &Counted,
    to: &Counted,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let (recent, recent_at, recent_until) = to.recent.columns();
    let (from, to) = (&from.facts, &to.facts);
    let (from_until, from_forever) = columns(from.block);
    let (until, forever) = columns(to.block);
    let done = sqlx::query!(
        r#"
        update shadow_password
        set failures = $3, blocked_until = $4, blocked_forever = $5, blocks = $6, disabled_at = $7,
            touched_at = $8, recent = $14, recent_at = $15, recent_until = $16
        where tenant_id = $1 and subject = $2
            and failures = $9 and blocked_until is not distinct from $10 and blocked_forever = $11
            and blocks = $12 and disabled_at is not distinct from $13
        "#,
        tenant_id as TenantId,
        subject as Digest,
        number(to.failures),
        until,
        forever,
        number(to.blocks),
        to.disabled_at,
        now,
        number(from.failures),
        from_until,
        from_forever,
        number(from.blocks),
        from.disabled_at,
        recent as Option<Vec<Mark>>,
        recent_at as Option<Vec<Timestamp>>,
        recent_until,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets the decoys of names that lead to no password. Returns whether there was anything.
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

/// Forgets up to `most` rows' last wrong values that are due at `now`. Returns how many rows there were.
pub async fn forget_recent(db: &mut PgConnection, now: Timestamp, most: i64) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        r#"
        update shadow_password set recent = null, recent_at = null, recent_until = null
        where (tenant_id, subject) in (
            select tenant_id, subject from shadow_password where recent_until <= $1
            order by recent_until
            limit $2
            for update skip locked
        )
        "#,
        now,
        most,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
