//! Table `password_import`: passwords of an import under way.

use sqlx::PgConnection;

use crate::domain::id::{PasswordTypeId, TenantId};

/// A password that a line sets.
pub struct Row {
    /// Where the line is in its file.
    pub line: i64,
    /// Which of the account's passwords it is.
    pub password_type_id: PasswordTypeId,
    /// The hash of its value.
    pub hash: String,
}

/// Stages passwords.
pub async fn insert(db: &mut PgConnection, tenant_id: TenantId, rows: &[Row]) -> sqlx::Result<()> {
    let lines: Vec<_> = rows.iter().map(|row| row.line).collect();
    let types: Vec<_> = rows.iter().map(|row| row.password_type_id).collect();
    let hashes: Vec<_> = rows.iter().map(|row| row.hash.as_str()).collect();
    sqlx::query!(
        r#"
        insert into password_import (tenant_id, line, password_type_id, hash)
        select $1, * from unnest($2::bigint[], $3::bigint[], $4::text[])
        "#,
        tenant_id as TenantId,
        &lines,
        &types as &[PasswordTypeId],
        &hashes as &[&str],
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A value that an account has.
pub struct Held {
    /// The key of its login.
    pub login_key: String,
    /// Which password it is; `None`: the answer to the security question.
    pub password_type_id: Option<PasswordTypeId>,
    /// The hash of the value.
    pub hash: String,
}

/// The values that the accounts of some logins have.
pub async fn held(
    db: &mut PgConnection,
    tenant_id: TenantId,
    login_keys: &[String],
) -> sqlx::Result<Vec<Held>> {
    sqlx::query_as!(
        Held,
        r#"
        select a.login_key as "login_key!", p.password_type_id as "password_type_id?: PasswordTypeId",
            p.hash as "hash!"
        from account as a join password as p using (tenant_id, account_id)
        where a.tenant_id = $1 and a.login_key = any ($2) and p.hash is not null
        union all
        select login_key, null, security_answer_hash from account
        where tenant_id = $1 and login_key = any ($2) and security_answer_hash is not null
        "#,
        tenant_id as TenantId,
        login_keys,
    )
    .fetch_all(db)
    .await
}

/// Forgets the staged passwords.
pub async fn clear(db: &mut PgConnection, tenant_id: TenantId) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from password_import where tenant_id = $1",
        tenant_id as TenantId,
    )
    .execute(db)
    .await?;
    Ok(())
}
