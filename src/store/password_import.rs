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
