//! Table `password_history`.

use sqlx::PgConnection;

use super::password::Key;
use crate::domain::Timestamp;
use crate::domain::id::{AccountId, PasswordTypeId, TenantId};

/// Reads the hashes of the last `most` values, newest first.
pub async fn list(db: &mut PgConnection, key: Key, most: i64) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"
        select hash from password_history
        where tenant_id = $1 and account_id = $2 and password_type_id = $3
        order by set_at desc
        limit $4
        "#,
        key.tenant_id as TenantId,
        key.account_id as AccountId,
        key.password_type_id as PasswordTypeId,
        most,
    )
    .fetch_all(db)
    .await
}

/// Remembers a value that is being replaced.
pub async fn insert(
    db: &mut PgConnection,
    key: Key,
    hash: &str,
    set_at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into password_history (tenant_id, account_id, password_type_id, set_at, hash)
        values ($1, $2, $3, $4, $5)
        on conflict do nothing
        "#,
        key.tenant_id as TenantId,
        key.account_id as AccountId,
        key.password_type_id as PasswordTypeId,
        set_at,
        hash,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets all but the last `keep` values.
pub async fn trim(db: &mut PgConnection, key: Key, keep: i64) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        delete from password_history
        where tenant_id = $1 and account_id = $2 and password_type_id = $3 and set_at not in (
            select set_at from password_history
            where tenant_id = $1 and account_id = $2 and password_type_id = $3
            order by set_at desc
            limit $4
        )
        "#,
        key.tenant_id as TenantId,
        key.account_id as AccountId,
        key.password_type_id as PasswordTypeId,
        keep,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Looks at the passwords from after `after`, up to `most` of those with earlier values, of all tenants,
/// and forgets the values beyond those that their type asks for: what is left when a tenant comes to ask
/// for fewer. Returns the last password it looked at, if there was any, and how many values went.
pub async fn forget_surplus(
    db: &mut PgConnection,
    after: Option<Key>,
    most: i64,
) -> sqlx::Result<Option<(Key, u64)>> {
    let row = sqlx::query!(
        r#"
        with page as (
            select distinct tenant_id, account_id, password_type_id from password_history
            where (tenant_id, account_id, password_type_id)
                > (coalesce($1::bigint, 0), coalesce($2::bigint, 0), coalesce($3::bigint, 0))
            order by tenant_id, account_id, password_type_id
            limit $4
        ), gone as (
            delete from password_history as h
            using page join password_type as t using (tenant_id, password_type_id)
            where h.tenant_id = page.tenant_id and h.account_id = page.account_id
                and h.password_type_id = page.password_type_id
                and h.set_at <= (
                    select set_at from password_history as kept
                    where kept.tenant_id = page.tenant_id and kept.account_id = page.account_id
                        and kept.password_type_id = page.password_type_id
                    order by set_at desc
                    offset coalesce((t.spec ->> 'history')::bigint, 0)
                    limit 1
                )
            returning h.set_at
        )
        select tenant_id as "tenant_id: TenantId", account_id as "account_id: AccountId",
            password_type_id as "password_type_id: PasswordTypeId",
            (select count(*) from gone) as "gone!"
        from page
        order by tenant_id desc, account_id desc, password_type_id desc
        limit 1
        "#,
        after.map(|key| key.tenant_id) as Option<TenantId>,
        after.map(|key| key.account_id) as Option<AccountId>,
        after.map(|key| key.password_type_id) as Option<PasswordTypeId>,
        most,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| {
        let last = Key {
            tenant_id: row.tenant_id,
            account_id: row.account_id,
            password_type_id: row.password_type_id,
        };
        (last, row.gone.unsigned_abs())
    }))
}
