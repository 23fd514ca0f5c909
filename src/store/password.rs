//! Table `password`.

use sqlx::PgConnection;

use crate::domain::Timestamp;
use crate::domain::digest::Digest;
use crate::domain::id::{AccountId, PasswordTypeId, TenantId};
use crate::domain::repeat::{Mark, Recent};
use crate::domain::status::{Block, Facts, Standing};

/// A password as it is stored.
#[derive(Default)]
pub struct Stored {
    /// The hash of its value, if it has one.
    pub hash: Option<String>,
    /// What is kept of a one-time code, which has no hash.
    pub code: Option<Digest>,
    /// Everything else about it.
    pub facts: Facts,
    /// The moment of its last transition, as it was read; [`save`] writes its own.
    pub changed_at: Option<Timestamp>,
    /// When its value took the place of another, as it was read; [`save`] finds out by itself.
    pub renewed_at: Option<Timestamp>,
    /// Its last wrong values, as they were read; [`save`] forgets them.
    pub recent: Recent,
}

/// Which password of whom.
#[derive(Clone, Copy)]
pub struct Key {
    /// The tenant.
    pub tenant_id: TenantId,
    /// The account.
    pub account_id: AccountId,
    /// The password type.
    pub password_type_id: PasswordTypeId,
}

/// A password in a list.
pub struct Listed {
    /// What kind it is.
    pub password_type_id: PasswordTypeId,
    /// How it stands.
    pub facts: Facts,
    /// The moment of its last transition.
    pub changed_at: Timestamp,
}

struct Row {
    hash: Option<String>,
    code: Option<Digest>,
    standing: Standing,
    set_at: Option<Timestamp>,
    disabled_at: Option<Timestamp>,
    failures: i32,
    blocked_until: Option<Timestamp>,
    blocked_forever: bool,
    blocks: i32,
    changed_at: Timestamp,
    renewed_at: Option<Timestamp>,
    recent: Option<Vec<Mark>>,
    recent_at: Option<Vec<Timestamp>>,
}

impl From<Row> for Stored {
    fn from(row: Row) -> Self {
        let block = block(row.blocked_until, row.blocked_forever);
        let facts = Facts {
            standing: row.standing,
            set_at: row.set_at,
            disabled_at: row.disabled_at,
            failures: row.failures.unsigned_abs(),
            block,
            blocks: row.blocks.unsigned_abs(),
        };
        Self {
            hash: row.hash,
            code: row.code,
            facts,
            changed_at: Some(row.changed_at),
            renewed_at: row.renewed_at,
            recent: Recent::from_columns(row.recent, row.recent_at),
        }
    }
}

/// A password of a row in which its columns may be missing together: it has none yet.
macro_rules! stored {
    ($row:ident) => {
        $row.standing
            .map_or_else(Stored::default, |standing| Stored {
                hash: $row.hash,
                code: $row.code,
                facts: Facts {
                    standing,
                    set_at: $row.set_at,
                    disabled_at: $row.disabled_at,
                    failures: $row.failures.unwrap_or_default().unsigned_abs(),
                    block: block($row.blocked_until, $row.blocked_forever == Some(true)),
                    blocks: $row.blocks.unwrap_or_default().unsigned_abs(),
                },
                changed_at: $row.changed_at,
                renewed_at: $row.renewed_at,
                recent: Recent::from_columns($row.recent, $row.recent_at),
            })
    };
}
pub(super) use stored;

/// One statement to read a password, locked or not.
macro_rules! select_password {
    ($lock:literal, $key:expr) => {
        sqlx::query_as!(
            Row,
            r#"
            select hash, code as "code: Digest", standing as "standing: Standing", set_at, disabled_at, failures,
                blocked_until, blocked_forever, blocks, changed_at, renewed_at,
                recent as "recent: Vec<Mark>", recent_at
            from password
            where tenant_id = $1 and account_id = $2 and password_type_id = $3
            "#
                + $lock,
            $key.tenant_id as TenantId,
            $key.account_id as AccountId,
            $key.password_type_id as PasswordTypeId,
        )
    };
}

/// Reads a password. An account without a row has none yet.
pub async fn find(db: &mut PgConnection, key: Key) -> sqlx::Result<Stored> {
    let row = select_password!("", key).fetch_optional(db).await?;
    Ok(row.map(Stored::from).unwrap_or_default())
}

/// Reads a password and keeps anybody else from changing it until the transaction ends. Where
/// there is no row yet, the lock is the account's: take that first.
pub async fn lock(db: &mut PgConnection, key: Key) -> sqlx::Result<Stored> {
    let row = select_password!("for update", key)
        .fetch_optional(db)
        .await?;
    Ok(row.map(Stored::from).unwrap_or_default())
}

/// Stores what an attempt did to a password: its count, what the count led to, and, where that is a
/// transition, its moment.
pub async fn count(
    db: &mut PgConnection,
    key: Key,
    facts: &Facts,
    changed_at: Option<Timestamp>,
) -> sqlx::Result<()> {
    let (until, forever) = columns(facts.block);
    sqlx::query!(
        r#"
        update password
        set failures = $4, blocked_until = $5, blocked_forever = $6, disabled_at = $7,
            changed_at = coalesce($8, changed_at), blocks = $9
        where tenant_id = $1 and account_id = $2 and password_type_id = $3
        "#,
        key.tenant_id as TenantId,
        key.account_id as AccountId,
        key.password_type_id as PasswordTypeId,
        number(facts.failures),
        until,
        forever,
        facts.disabled_at,
        changed_at,
        number(facts.blocks),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Stores a password, its facts and the moment they changed. A value that takes the place of another, also of one
/// that was taken away before, does so now. One that is still to be made, and then is made, is one change.
pub async fn save(
    db: &mut PgConnection,
    key: Key,
    password: &Stored,
    now: Timestamp,
) -> sqlx::Result<()> {
    let facts = &password.facts;
    let (until, forever) = columns(facts.block);
    sqlx::query!(
        r#"
        insert into password (tenant_id, account_id, password_type_id, hash, standing, set_at,
            disabled_at, failures, blocked_until, blocked_forever, changed_at, code, blocks)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        on conflict (tenant_id, account_id, password_type_id) do update
        set hash = excluded.hash, standing = excluded.standing, set_at = excluded.set_at,
            disabled_at = excluded.disabled_at, failures = excluded.failures,
            blocked_until = excluded.blocked_until, blocked_forever = excluded.blocked_forever,
            changed_at = excluded.changed_at, code = excluded.code, blocks = excluded.blocks,
            renewed_at = case
                when excluded.hash is not distinct from password.hash
                    or password.standing = 'reset' and excluded.standing = 'reset'
                        and excluded.set_at is not distinct from password.set_at
                    then password.renewed_at
                when password.hash is not null or password.renewed_at is not null
                    then excluded.changed_at
            end,
            recent = null, recent_at = null, recent_until = null
        "#,
        key.tenant_id as TenantId,
        key.account_id as AccountId,
        key.password_type_id as PasswordTypeId,
        password.hash,
        facts.standing as Standing,
        facts.set_at,
        facts.disabled_at,
        number(facts.failures),
        until,
        forever,
        now,
        password.code as Option<Digest>,
        number(facts.blocks),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// When a password last changed; an account without a row has none yet.
pub async fn changed_at(db: &mut PgConnection, key: Key) -> sqlx::Result<Option<Timestamp>> {
    sqlx::query_scalar!(
        r#"
        select changed_at from password
        where tenant_id = $1 and account_id = $2 and password_type_id = $3
        "#,
        key.tenant_id as TenantId,
        key.account_id as AccountId,
        key.password_type_id as PasswordTypeId,
    )
    .fetch_optional(db)
    .await
}

/// Every password of an account, with when it last changed.
pub async fn list(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
) -> sqlx::Result<Vec<Listed>> {
    let rows = sqlx::query!(
        r#"
        select password_type_id as "password_type_id: PasswordTypeId",
            standing as "standing: Standing", set_at, disabled_at, failures, blocked_until,
            blocked_forever, blocks, changed_at
        from password
        where tenant_id = $1 and account_id = $2
        "#,
        tenant_id as TenantId,
        account_id as AccountId,
    )
    .fetch_all(db)
    .await?;
    let listed = rows.into_iter().map(|row| Listed {
        password_type_id: row.password_type_id,
        facts: Facts {
            standing: row.standing,
            set_at: row.set_at,
            disabled_at: row.disabled_at,
            failures: row.failures.unsigned_abs(),
            block: block(row.blocked_until, row.blocked_forever),
            blocks: row.blocks.unsigned_abs(),
        },
        changed_at: row.changed_at,
    });
    Ok(listed.collect())
}

/// Two columns as a block.
pub(super) fn block(until: Option<Timestamp>, is_for_ever: bool) -> Block {
    match until {
        _ if is_for_ever => Block::Forever,
        Some(until) => Block::Until(until),
        None => Block::No,
    }
}

/// A count as it is stored.
pub(super) fn number(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// A block as its two columns.
pub(super) fn columns(block: Block) -> (Option<Timestamp>, bool) {
    match block {
        Block::No => (None, false),
        Block::Until(until) => (Some(until), false),
        Block::Forever => (None, true),
    }
}

/// Makes every one-time code of all tenants a used one. Returns whose, once for each.
pub async fn use_up_codes(db: &mut PgConnection, now: Timestamp) -> sqlx::Result<Vec<TenantId>> {
    sqlx::query_scalar!(
        r#"
        update password set code = null, set_at = null, standing = 'used', changed_at = $1
        where code is not null
        returning tenant_id as "tenant_id: TenantId"
        "#,
        now,
    )
    .fetch_all(db)
    .await
}

/// Forgets up to `most` rows' last wrong values that are due at `now`. Returns how many rows there were.
pub async fn forget_recent(db: &mut PgConnection, now: Timestamp, most: i64) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        r#"
        update password set recent = null, recent_at = null, recent_until = null
        where (tenant_id, account_id, password_type_id) in (
            select tenant_id, account_id, password_type_id from password where recent_until <= $1
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
