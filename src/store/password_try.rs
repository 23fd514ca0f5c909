//! Attempts at passwords: tables `password` and `shadow_password`.
//!
//! Nothing is locked between reading a count and writing the next one. It is swapped in if all is still as
//! it was read, so that of two who read the same, one is told to read again.

use sqlx::PgConnection;

use super::password::{Key, Stored, block, columns, number, stored};
use crate::domain::Timestamp;
use crate::domain::digest::Digest;
use crate::domain::id::{AccountId, PasswordTypeId, TenantId};
use crate::domain::repeat::{Mark, Recent};
use crate::domain::status::{Facts, Standing};

/// A password that has a value, with all that an attempt may change of it.
#[derive(Clone)]
pub struct Value {
    /// The hash of its value.
    pub hash: String,
    /// Everything else about it.
    pub facts: Facts,
    /// The moment of its last transition.
    pub changed_at: Timestamp,
    /// When it took the place of another value.
    pub renewed_at: Option<Timestamp>,
    /// The last wrong values that were typed.
    pub recent: Recent,
}

/// What is counted where there is no value.
#[derive(Clone)]
pub struct Counted {
    /// As of a password.
    pub facts: Facts,
    /// The last wrong values that were typed.
    pub recent: Recent,
}

impl Value {
    /// What is stored, if it has a value.
    pub fn of(stored: Stored) -> Option<Self> {
        let (hash, changed_at) = stored.hash.zip(stored.changed_at)?;
        Some(Self {
            hash,
            facts: stored.facts,
            changed_at,
            renewed_at: stored.renewed_at,
            recent: stored.recent,
        })
    }
}

/// Reads a password for an attempt: where there is no value, the decoy that is counted in its place is
/// read too. It is one statement whichever it is, so that the time does not tell.
pub async fn find(
    db: &mut PgConnection,
    key: Key,
    subject: Digest,
) -> sqlx::Result<(Stored, Option<Counted>)> {
    let row = sqlx::query!(
        r#"
        select p.hash as "hash?", p.code as "code?: Digest", p.standing as "standing?: Standing",
            p.set_at as "set_at?", p.disabled_at as "disabled_at?", p.failures as "failures?",
            p.blocked_until as "blocked_until?", p.blocked_forever as "blocked_forever?",
            p.blocks as "blocks?", p.changed_at as "changed_at?", p.renewed_at as "renewed_at?",
            p.recent as "recent?: Vec<Mark>", p.recent_at as "recent_at?",
            s.failures as "shadow_failures?", s.blocked_until as "shadow_until?",
            s.blocked_forever as "shadow_forever?", s.disabled_at as "shadow_disabled_at?",
            s.blocks as "shadow_blocks?", s.recent as "shadow_recent?: Vec<Mark>",
            s.recent_at as "shadow_recent_at?"
        from (select) as always
            left join password as p
                on p.tenant_id = $1 and p.account_id = $2 and p.password_type_id = $3
            left join shadow_password as s
                on s.tenant_id = $1 and s.subject = $4 and p.hash is null
        "#,
        key.tenant_id as TenantId,
        key.account_id as AccountId,
        key.password_type_id as PasswordTypeId,
        subject as Digest,
    )
    .fetch_one(db)
    .await?;
    let shadow = row.shadow_failures.map(|failures| Counted {
        facts: Facts {
            standing: Standing::Set,
            set_at: None,
            disabled_at: row.shadow_disabled_at,
            failures: failures.unsigned_abs(),
            block: block(row.shadow_until, row.shadow_forever == Some(true)),
            blocks: row.shadow_blocks.unwrap_or_default().unsigned_abs(),
        },
        recent: Recent::from_columns(row.shadow_recent, row.shadow_recent_at),
    });
    Ok((stored!(row), shadow))
}

/// Puts `to` in the place of `from`, if that is what is there still. Returns whether it was.
pub async fn swap(db: &mut PgConnection, key: Key, from: &Value, to: &Value) -> sqlx::Result<bool> {
    let (from_until, from_forever) = columns(from.facts.block);
    let (until, forever) = columns(to.facts.block);
    let (recent, recent_at, recent_until) = to.recent.columns();
    let done = sqlx::query!(
        r#"
        update password
        set hash = $4, failures = $5, blocked_until = $6, blocked_forever = $7, blocks = $8,
            disabled_at = $9, changed_at = $10, recent = $18, recent_at = $19, recent_until = $20
        where tenant_id = $1 and account_id = $2 and password_type_id = $3
            and hash = $11 and failures = $12 and blocked_until is not distinct from $13
            and blocked_forever = $14 and blocks = $15 and disabled_at is not distinct from $16
            and changed_at = $17
        "#,
        key.tenant_id as TenantId,
        key.account_id as AccountId,
        key.password_type_id as PasswordTypeId,
        to.hash,
        number(to.facts.failures),
        until,
        forever,
        number(to.facts.blocks),
        to.facts.disabled_at,
        to.changed_at,
        from.hash,
        number(from.facts.failures),
        from_until,
        from_forever,
        number(from.facts.blocks),
        from.facts.disabled_at,
        from.changed_at,
        recent as Option<Vec<Mark>>,
        recent_at as Option<Vec<Timestamp>>,
        recent_until,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
