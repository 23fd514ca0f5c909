//! Table `identifier`.

use sqlx::PgConnection;

use crate::domain::id::{AccountId, TenantId};
use crate::domain::identifier::{Identifier, Kind};

/// Lists the identifiers of an account.
pub async fn list(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
) -> sqlx::Result<Vec<Identifier>> {
    sqlx::query_as!(
        Identifier,
        r#"
        select kind as "kind: Kind", value from identifier
        where tenant_id = $1 and account_id = $2
        order by kind
        "#,
        tenant_id as TenantId,
        account_id as AccountId,
    )
    .fetch_all(db)
    .await
}

/// Finds the `EzsignUser` that an address names: whatever other accounts have it, among those of its own
/// type it is that one's. Where several share it, it is the one that it finds for everybody, else the
/// one that was there first.
pub async fn find_ezsign_user(
    db: &mut PgConnection,
    tenant_id: TenantId,
    email_key: &str,
) -> sqlx::Result<Option<AccountId>> {
    sqlx::query_scalar!(
        r#"
        select account_id as "account_id: AccountId" from account
        where tenant_id = $1 and email_key = $2 and user_type = 'EzsignUser'
        order by exists (
            select from identifier
            where identifier.tenant_id = account.tenant_id and kind = 'email' and value = $2
                and identifier.account_id = account.account_id
        ) desc, created_at, login_key
        limit 1
        "#,
        tenant_id as TenantId,
        email_key,
    )
    .fetch_optional(db)
    .await
}
