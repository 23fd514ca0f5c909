//! Table `recovery_token`: which passwords the notices were about that carry "not me" tokens.

use sqlx::PgConnection;

use crate::domain::Timestamp;
use crate::domain::id::{AccountId, PasswordTypeId, TenantId, TokenId};

/// Says which password the notice was about that carries a "not me" token.
pub async fn note_type(
    db: &mut PgConnection,
    tenant_id: TenantId,
    token_id: TokenId,
    password_type_id: PasswordTypeId,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update recovery_token set password_type_id = $3 where tenant_id = $1 and token_id = $2",
        tenant_id as TenantId,
        token_id as TokenId,
        password_type_id as PasswordTypeId,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Which passwords the notices were about whose "not me" tokens an account has alive, the access
/// password apart where a notice does not name it.
pub async fn types_to_disown(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    now: Timestamp,
) -> sqlx::Result<Vec<PasswordTypeId>> {
    sqlx::query_scalar!(
        r#"
        select distinct password_type_id as "password_type_id!: PasswordTypeId" from recovery_token
        where tenant_id = $1 and account_id = $2 and purpose = 'disown'
            and spent_at is null and voided_at is null and expires_at > $3
            and password_type_id is not null
        "#,
        tenant_id as TenantId,
        account_id as AccountId,
        now,
    )
    .fetch_all(db)
    .await
}
