//! Table `recovery_token`, for whoever sends the letter of a token once more.

use sqlx::PgConnection;

use crate::domain::Timestamp;
use crate::domain::id::{AccountId, TenantId, TokenId};
use crate::domain::token::Purpose;

/// Whether and how a token has ended, but for its age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It has not.
    Live,
    /// It was used.
    Spent,
    /// It was ended before it was used.
    Voided,
}

/// How a token stands that an earlier attempt at its letter stored; nothing where no attempt did.
pub async fn end(
    db: &mut PgConnection,
    tenant_id: TenantId,
    token_id: TokenId,
) -> sqlx::Result<Option<End>> {
    let row = sqlx::query!(
        r#"
        select spent_at is not null as "is_spent!", voided_at is not null as "is_voided!"
        from recovery_token
        where tenant_id = $1 and token_id = $2
        "#,
        tenant_id as TenantId,
        token_id as TokenId,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| match (row.is_spent, row.is_voided) {
        (true, _) => End::Spent,
        (false, true) => End::Voided,
        (false, false) => End::Live,
    }))
}

/// Has the life of a token begin anew, where its letter is sent once more.
pub async fn renew(
    db: &mut PgConnection,
    tenant_id: TenantId,
    token_id: TokenId,
    now: Timestamp,
    expires_at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update recovery_token set created_at = $3, expires_at = greatest(expires_at, $4)
        where tenant_id = $1 and token_id = $2
        "#,
        tenant_id as TenantId,
        token_id as TokenId,
        now,
        expires_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether an account has a live token of a purpose whose identifier does not sort before `bound`.
pub async fn has_since(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    purpose: Purpose,
    bound: TokenId,
) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"
        select exists (
            select from recovery_token
            where tenant_id = $1 and account_id = $2 and purpose = $3 and token_id >= $4
                and spent_at is null and voided_at is null
        ) as "has!"
        "#,
        tenant_id as TenantId,
        account_id as AccountId,
        purpose as Purpose,
        bound as TokenId,
    )
    .fetch_one(db)
    .await
}
