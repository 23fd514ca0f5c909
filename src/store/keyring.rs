//! Table `keyring`.

use sqlx::PgConnection;

use crate::domain::Timestamp;
use crate::domain::digest::Digest;

/// What would stop working without a key: what is live and may have been digested with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Dependents {
    /// Mailed links and codes.
    pub tokens: i64,
    /// One-time codes.
    pub codes: i64,
    /// Sessions.
    pub sessions: i64,
    /// Keys that applications present.
    pub keys: i64,
    /// Of those that must sign their requests, how many sign with a secret that came from it.
    pub signers: i64,
    /// Events of the audit trail, and chains of them.
    pub events: i64,
}

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

/// Notes that digests are made with a key, if they never were. Returns whether that is so: of many who
/// say so at once, to one of them.
pub async fn promote(
    db: &mut PgConnection,
    fingerprint: Digest,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update keyring set led_at = $2 where fingerprint = $1 and led_at is null",
        fingerprint as Digest,
        now,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Notes that digests are made with a key.
pub async fn lead(db: &mut PgConnection, fingerprint: Digest, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into keyring as k (fingerprint, seen_at, led_at) values ($1, $2, $2)
        on conflict (fingerprint) do update set led_at = greatest(k.led_at, excluded.led_at)
        "#,
        fingerprint as Digest,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// When digests were last made with a key, for those keys that are known.
pub async fn list(
    db: &mut PgConnection,
    fingerprints: &[Digest],
) -> sqlx::Result<Vec<(Digest, Option<Timestamp>)>> {
    let rows = sqlx::query!(
        r#"select fingerprint as "fingerprint: Digest", led_at from keyring where fingerprint = any($1)"#,
        fingerprints as &[Digest],
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.fingerprint, row.led_at))
        .collect())
}

/// Counts what is live and was digested no later than `until`, and what the audit trail has that
/// names the key. One-time codes live for a day at most.
pub async fn dependents(
    db: &mut PgConnection,
    fingerprint: Digest,
    until: Timestamp,
    now: Timestamp,
) -> sqlx::Result<Dependents> {
    sqlx::query_as!(
        Dependents,
        r#"
        select
            (
                select count(*) from recovery_token
                where created_at <= $1 and spent_at is null and voided_at is null and expires_at > $2
            ) as "tokens!",
            (
                select count(*) from password
                where code is not null and set_at <= $1 and set_at > $2 - interval '1 day'
            ) as "codes!",
            (select count(*) from session where created_at <= $1 and expires_at > $2) as "sessions!",
            (
                select count(*) from api_key
                where coalesce(digested_at, created_at) <= $1 and ended_at is null
                    and (expires_at is null or expires_at > $2)
            ) as "keys!",
            (
                select count(*) from api_key
                where created_at <= $1 and must_sign and ended_at is null
                    and (expires_at is null or expires_at > $2)
            ) as "signers!",
            (
                select count(*) from audit_event
                    left join audit_seal using (tenant_id, event_id)
                where substring($3::bytea for 8)
                    in (substring(audit_event.digest for 8), substring(audit_seal.digest for 8))
            ) + (
                select count(*) from audit_chain where substring(mark for 8) = substring($3 for 8)
            ) as "events!"
        "#,
        until,
        now,
        fingerprint as Digest,
    )
    .fetch_one(db)
    .await
}

/// Forgets a key that is no longer used, so that a server which still has it alone is refused.
pub async fn forget(db: &mut PgConnection, fingerprint: Digest) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from keyring where fingerprint = $1",
        fingerprint as Digest,
    )
    .execute(db)
    .await?;
    Ok(())
}
