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
