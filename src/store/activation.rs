//! Table `api_key`: access clients that wait for their application to fetch the token with a code.

use sqlx::PgConnection;

use crate::domain::Timestamp;
use crate::domain::digest::Digest;
use crate::domain::id::{AccountId, KeyId, TenantId};

/// An access client that was just activated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activated {
    /// Names it.
    pub key_id: KeyId,
    /// What the operator called it.
    pub name: Option<String>,
}

/// Lets a key wait for the code of this digest.
pub async fn await_code(
    db: &mut PgConnection,
    tenant_id: TenantId,
    key_id: KeyId,
    code: Digest,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update api_key set activation = $3 where tenant_id = $1 and key_id = $2",
        tenant_id as TenantId,
        key_id as KeyId,
        code as Digest,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Trades a live code of an account for a token, by the digest of each. Of two who do so at the same
/// instant, the second finds that there is none.
pub async fn trade(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    codes: &[Digest],
    token: Digest,
    now: Timestamp,
) -> sqlx::Result<Option<Activated>> {
    sqlx::query_as!(
        Activated,
        r#"
        with waiting as (
            select key_id from api_key
            where tenant_id = $1 and account_id = $2 and activation = any($3)
                and ended_at is null and expires_at > $5
            order by key_id
            limit 1
            for update
        )
        update api_key set digest = $4, digested_at = $5, activation = null, expires_at = null
        from waiting
        where api_key.tenant_id = $1 and api_key.key_id = waiting.key_id
        returning api_key.key_id as "key_id: KeyId", name
        "#,
        tenant_id as TenantId,
        account_id as AccountId,
        codes as &[Digest],
        token as Digest,
        now,
    )
    .fetch_optional(db)
    .await
}

/// Ends the keys of an account that wait for their code. Returns how many there were.
pub async fn end_waiting(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    now: Timestamp,
) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        r#"
        update api_key set ended_at = $3, end_reason = 'revoked'
        where tenant_id = $1 and account_id = $2 and activation is not null and ended_at is null
        "#,
        tenant_id as TenantId,
        account_id as AccountId,
        now,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
