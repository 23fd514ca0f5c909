//! From staged lines to the names that find their accounts.

use sqlx::PgConnection;

use crate::domain::id::TenantId;
use crate::domain::identifier::Kind;

/// An address or a number that finds another account already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Where the line is in its file.
    pub line: i64,
    /// The login name of its account.
    pub login: String,
    /// Which of its names it is.
    pub kind: Kind,
    /// How many contacts the import has, this one included.
    pub of: i64,
}

/// Takes from accounts that were there before what is no name of theirs any more, or is not
/// listed as one, and marks the lines. Accounts have to be merged already.
pub async fn forget_identifiers(db: &mut PgConnection, tenant_id: TenantId) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        with gone as (
            delete from identifier as old
            using account_import as i, account as a
            where i.tenant_id = $1 and a.tenant_id = i.tenant_id and a.login_key = i.login_key
                and a.account_id <> i.account_id
                and old.tenant_id = a.tenant_id and old.account_id = a.account_id
                and (
                    old.value is distinct from
                        case old.kind when 'login' then a.login_key when 'email' then a.email_key
                            else a.phone end
                    or old.kind <> all (i.identifiers)
                )
            returning i.line
        )
        insert into changed_import (tenant_id, line) select distinct $1::bigint, line from gone
        on conflict do nothing
        "#,
        tenant_id as TenantId,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Gives names that are free to the first line that asks for them, and marks the lines of accounts
/// that were there before.
pub async fn claim_identifiers(db: &mut PgConnection, tenant_id: TenantId) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        with claimed as (
            insert into identifier (tenant_id, kind, value, account_id)
            select tenant_id, kind, value, account_id from claimed_import
            where tenant_id = $1
            order by line
            on conflict do nothing
            returning account_id
        )
        insert into changed_import (tenant_id, line)
        select distinct i.tenant_id, i.line
        from claimed
            join account as a on a.tenant_id = $1 and a.account_id = claimed.account_id
            join account_import as i on i.tenant_id = a.tenant_id and i.login_key = a.login_key
        where a.account_id <> i.account_id
        on conflict do nothing
        "#,
        tenant_id as TenantId,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Lists the first `most` names that lines did not list and did not get.
pub async fn list_contacts(
    db: &mut PgConnection,
    tenant_id: TenantId,
    most: i64,
) -> sqlx::Result<Vec<Contact>> {
    sqlx::query_as!(
        Contact,
        r#"
        select line as "line!", login as "login!", kind as "kind!: Kind", count(*) over () as "of!"
        from claimed_import as claim
        where tenant_id = $1 and not listed and not exists (
            select from identifier as own
            where own.tenant_id = claim.tenant_id and own.kind = claim.kind
                and own.value = claim.value and own.account_id = claim.account_id
        )
        order by line, kind
        limit $2
        "#,
        tenant_id as TenantId,
        most,
    )
    .fetch_all(db)
    .await
}
