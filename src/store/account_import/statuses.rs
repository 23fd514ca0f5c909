//! What follows from the statuses that lines gave their accounts.

use sqlx::PgConnection;

use crate::domain::Timestamp;
use crate::domain::id::TenantId;

/// Ends the live keys of accounts that are disabled now.
pub async fn end_keys_of_disabled(
    db: &mut PgConnection,
    tenant_id: TenantId,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update api_key as k set ended_at = $2, end_reason = 'disabled'
        from account as a
            join account_import as i on i.tenant_id = a.tenant_id and i.login_key = a.login_key
        where k.tenant_id = $1 and k.ended_at is null
            and a.tenant_id = k.tenant_id and a.account_id = k.account_id and a.status = 'disabled'
        "#,
        tenant_id as TenantId,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends the sessions of accounts that may not be used now.
pub async fn end_sessions_of_inactive(
    db: &mut PgConnection,
    tenant_id: TenantId,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        delete from session as s
        using account as a
            join account_import as i on i.tenant_id = a.tenant_id and i.login_key = a.login_key
        where s.tenant_id = $1 and a.tenant_id = s.tenant_id and a.account_id = s.account_id
            and a.status <> 'active'
        "#,
        tenant_id as TenantId,
    )
    .execute(db)
    .await?;
    Ok(())
}
