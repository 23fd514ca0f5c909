//! From staged lines to accounts.

use sqlx::PgConnection;

use crate::domain::Timestamp;
use crate::domain::id::TenantId;

/// Keeps anybody else from changing the accounts that lines are about, or minting for them, until
/// the transaction ends. Returns how many there are.
pub async fn lock_accounts(db: &mut PgConnection, tenant_id: TenantId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        with locked as (
            select from account as a
                join account_import as i on i.tenant_id = a.tenant_id and i.login_key = a.login_key
            where a.tenant_id = $1
            order by a.account_id
            for no key update of a
        )
        select count(*) as "count!" from locked
        "#,
        tenant_id as TenantId,
    )
    .fetch_one(db)
    .await
}

/// Creates the accounts that are not there yet. Brokers may be accounts that were there or other
/// lines, earlier or later. Returns how many were created.
///
/// Whether an account is there is left to the constraint, and brokers are found beforehand: a join
/// with the table that the statement fills could be planned as if it stayed empty.
pub async fn create_accounts(
    db: &mut PgConnection,
    tenant_id: TenantId,
    now: Timestamp,
) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        r#"
        with known as materialized (
            select login_key, account_id, 1 as place from account
            where tenant_id = $1 and login_key in (
                select broker_key from account_import where tenant_id = $1
            )
            union all
            select login_key, account_id, 2 from account_import
            where tenant_id = $1 and login_key in (
                select broker_key from account_import where tenant_id = $1
            )
        ), broker as materialized (
            select distinct on (login_key) login_key, account_id from known
            order by login_key, place
        )
        insert into account (tenant_id, account_id, reference, login, login_key, user_type,
            email, email_key, phone, name, language, role, broker_id, status,
            security_question, security_answer_hash, created_at, updated_at)
        select i.tenant_id, i.account_id, i.reference, i.login, i.login_key,
            coalesce(i.user_type, 'Native'), i.email, i.email_key, i.phone, i.name, i.language,
            coalesce(i.role, 'member'), broker.account_id, coalesce(i.status, 'active'),
            i.security_question, i.security_answer_hash, $2, $2
        from account_import as i left join broker on broker.login_key = i.broker_key
        where i.tenant_id = $1
        on conflict on constraint account_login do nothing
        "#,
        tenant_id as TenantId,
        now,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Brings the accounts that were there before up to their lines, and marks the lines of those
/// that were otherwise.
pub async fn update_accounts(
    db: &mut PgConnection,
    tenant_id: TenantId,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        with wanted as (
            select i.line, a.account_id, i.login, coalesce(i.user_type, a.user_type) as user_type,
                case when 'email' = any (i.given) then i.email else a.email end as email,
                case when 'email' = any (i.given) then i.email_key else a.email_key end as email_key,
                case when 'phone' = any (i.given) then i.phone else a.phone end as phone,
                case when 'name' = any (i.given) then i.name else a.name end as name,
                case when 'language' = any (i.given) then i.language else a.language end as language,
                coalesce(i.role, a.role) as role,
                case when 'broker' = any (i.given) then broker.account_id else a.broker_id end
                    as broker_id,
                coalesce(i.status, a.status) as status,
                case when 'security' = any (i.given) then i.security_question
                    else a.security_question end as security_question,
                case when 'security' = any (i.given) then i.security_answer_hash
                    else a.security_answer_hash end as security_answer_hash
            from account_import as i
                join account as a on a.tenant_id = i.tenant_id and a.login_key = i.login_key
                left join account as broker
                    on broker.tenant_id = i.tenant_id and broker.login_key = i.broker_key
            where i.tenant_id = $1 and a.account_id <> i.account_id
        ), changed as (
            update account as a
            set login = w.login, user_type = w.user_type, email = w.email,
                email_key = w.email_key, phone = w.phone, name = w.name, language = w.language,
                role = w.role, broker_id = w.broker_id, status = w.status,
                security_question = w.security_question,
                security_answer_hash = w.security_answer_hash, updated_at = $2
            from wanted as w
            where a.tenant_id = $1 and a.account_id = w.account_id
                and (a.login, a.user_type, a.email, a.email_key, a.phone, a.name, a.language,
                    a.role, a.broker_id, a.status, a.security_question, a.security_answer_hash)
                is distinct from (w.login, w.user_type, w.email, w.email_key, w.phone, w.name,
                    w.language, w.role, w.broker_id, w.status, w.security_question,
                    w.security_answer_hash)
            returning w.line
        )
        insert into changed_import (tenant_id, line) select $1, line from changed
        "#,
        tenant_id as TenantId,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}
