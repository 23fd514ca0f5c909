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

/// Forgets up to `most` values beyond those that their password type asks for, of all tenants: what
/// is left when a tenant comes to ask for fewer. Looks at every row. Returns how many went.
pub async fn forget_surplus(db: &mut PgConnection, most: i64) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        r#"
        delete from password_history
        where (tenant_id, account_id, password_type_id, set_at) in (
            select tenant_id, account_id, password_type_id, set_at
            from (
                select tenant_id, account_id, password_type_id, set_at, row_number() over (
                    partition by tenant_id, account_id, password_type_id order by set_at desc
                ) as place
                from password_history
            ) as placed
                join password_type using (tenant_id, password_type_id)
            where place > coalesce((spec ->> 'history')::bigint, 0)
            limit $1
        )
        "#,
        most,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
