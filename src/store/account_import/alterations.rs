//! What lines change of accounts that were there, as far as it says who gets in: table `altered_import`.

use sqlx::PgConnection;

use crate::domain::account::AccountStatus;
use crate::domain::alteration::Part;
use crate::domain::id::{AccountId, PasswordTypeId, TenantId};
use crate::domain::identifier::EmailAddress;

/// What a line changes of an account that was there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Altered {
    /// Where the line is in its file.
    pub line: i64,
    /// Whose account it is.
    pub account_id: AccountId,
    /// Where its mail went before.
    pub email: Option<EmailAddress>,
    /// What its status was before.
    pub was: AccountStatus,
    /// What its status is now.
    pub is: AccountStatus,
    /// What else than passwords is different.
    pub parts: Vec<Part>,
    /// Which passwords have another value.
    pub passwords: Vec<PasswordTypeId>,
}

/// Notes what lines are about to change of accounts that are there. Comes before the changes, of which
/// it compares both sides.
pub async fn note_alterations(db: &mut PgConnection, tenant_id: TenantId) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        with held as materialized (
            select p.line, array_agg(p.password_type_id order by p.password_type_id) as passwords
            from password_import as p
                join account_import as i using (tenant_id, line)
                join account as a on a.tenant_id = i.tenant_id and a.login_key = i.login_key
                left join password as held on held.tenant_id = p.tenant_id
                    and held.account_id = a.account_id
                    and held.password_type_id = p.password_type_id
            where p.tenant_id = $1 and held.hash is distinct from p.hash
            group by p.line
        ), compared as materialized (
            select i.line, a.account_id, a.email, a.status,
                array_remove(array[
                    case when 'email' = any (i.given) and i.email is distinct from a.email
                        then 'email' end,
                    case when 'phone' = any (i.given) and i.phone is distinct from a.phone
                        then 'phone' end,
                    case when 'security' = any (i.given)
                            and (i.security_question, i.security_answer_hash)
                            is distinct from (a.security_question, a.security_answer_hash)
                        then 'securityQuestion' end,
                    case when i.status <> a.status then 'status' end,
                    case when i.user_type <> a.user_type then 'userType' end,
                    case when i.role <> a.role then 'role' end,
                    case when 'broker' = any (i.given)
                            and i.broker_key is distinct from broker.login_key
                        then 'broker' end
                ], null) as parts
            from account_import as i
                join account as a on a.tenant_id = i.tenant_id and a.login_key = i.login_key
                left join account as broker
                    on broker.tenant_id = a.tenant_id and broker.account_id = a.broker_id
            where i.tenant_id = $1
        )
        insert into altered_import (tenant_id, line, account_id, email, status, parts, passwords)
        select $1, line, account_id, email, status, parts, coalesce(held.passwords, '{}')
        from compared left join held using (line)
        where parts <> '{}' or held.passwords is not null
        "#,
        tenant_id as TenantId,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Lists what was noted, by line, from after the line `after`. The accounts have to be changed already.
pub async fn list_alterations(
    db: &mut PgConnection,
    tenant_id: TenantId,
    after: i64,
    most: i64,
) -> sqlx::Result<Vec<Altered>> {
    let rows = sqlx::query!(
        r#"
        select n.line, n.account_id as "account_id: AccountId", n.email as "email: EmailAddress",
            n.status as "was: AccountStatus", a.status as "is: AccountStatus", n.parts,
            n.passwords as "passwords: Vec<PasswordTypeId>"
        from altered_import as n join account as a using (tenant_id, account_id)
        where tenant_id = $1 and n.line > $2
        order by n.line
        limit $3
        "#,
        tenant_id as TenantId,
        after,
        most,
    )
    .fetch_all(db)
    .await?;
    let altered = rows.into_iter().map(|row| Altered {
        line: row.line,
        account_id: row.account_id,
        email: row.email,
        was: row.was,
        is: row.is,
        parts: row
            .parts
            .iter()
            .filter_map(|part| Part::parse(part))
            .collect(),
        passwords: row.passwords,
    });
    Ok(altered.collect())
}
