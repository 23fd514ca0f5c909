//! From staged passwords to passwords, and what follows from their change.

use sqlx::PgConnection;

use crate::domain::Timestamp;
use crate::domain::id::TenantId;

/// Ends the live tokens of accounts whose address, number, status or access password is about to
/// change. Comes before the changes, of which it compares both sides.
pub async fn void_tokens(
    db: &mut PgConnection,
    tenant_id: TenantId,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update recovery_token as token set voided_at = $2
        from account as a
            join account_import as i on i.tenant_id = a.tenant_id and i.login_key = a.login_key
        where token.tenant_id = $1 and token.spent_at is null and token.voided_at is null
            and a.tenant_id = token.tenant_id and a.account_id = token.account_id
            and (
                'email' = any (i.given) and i.email is distinct from a.email
                or 'phone' = any (i.given) and i.phone is distinct from a.phone
                or i.status <> a.status
                or exists (
                    select from password_import as p
                        join password_type as t using (tenant_id, password_type_id)
                        left join password as held on held.tenant_id = p.tenant_id
                            and held.account_id = a.account_id
                            and held.password_type_id = p.password_type_id
                    where p.tenant_id = i.tenant_id and p.line = i.line and t.access
                        and held.hash is distinct from p.hash
                )
            )
        "#,
        tenant_id as TenantId,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends the keys that owners signed in for with an access password that the lines replace.
pub async fn end_keys(
    db: &mut PgConnection,
    tenant_id: TenantId,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update api_key as k set ended_at = $2, end_reason = 'replaced'
        from account as a
            join account_import as i on i.tenant_id = a.tenant_id and i.login_key = a.login_key
            join password_import as p on p.tenant_id = i.tenant_id and p.line = i.line
            join password_type as t
                on t.tenant_id = p.tenant_id and t.password_type_id = p.password_type_id and t.access
            left join password as held on held.tenant_id = a.tenant_id
                and held.account_id = a.account_id and held.password_type_id = t.password_type_id
        where k.tenant_id = $1 and k.kind = 'turbosmtp' and k.ended_at is null
            and a.tenant_id = k.tenant_id and a.account_id = k.account_id
            and held.hash is distinct from p.hash
        "#,
        tenant_id as TenantId,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends the sessions of accounts whose access password is about to be replaced.
pub async fn end_sessions(db: &mut PgConnection, tenant_id: TenantId) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        delete from session as s
        using account as a
            join account_import as i on i.tenant_id = a.tenant_id and i.login_key = a.login_key
            join password_import as p on p.tenant_id = i.tenant_id and p.line = i.line
            join password_type as t
                on t.tenant_id = p.tenant_id and t.password_type_id = p.password_type_id and t.access
            left join password as held on held.tenant_id = a.tenant_id
                and held.account_id = a.account_id and held.password_type_id = t.password_type_id
        where s.tenant_id = $1 and a.tenant_id = s.tenant_id and a.account_id = s.account_id
            and held.hash is distinct from p.hash
        "#,
        tenant_id as TenantId,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Remembers the values that are about to be replaced, where their type forbids their return.
pub async fn keep_history(db: &mut PgConnection, tenant_id: TenantId) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into password_history (tenant_id, account_id, password_type_id, set_at, hash)
        select held.tenant_id, held.account_id, held.password_type_id, held.set_at, held.hash
        from password_import as p
            join password_type as t using (tenant_id, password_type_id)
            join account_import as i using (tenant_id, line)
            join account as a on a.tenant_id = i.tenant_id and a.login_key = i.login_key
            join password as held on held.tenant_id = p.tenant_id
                and held.account_id = a.account_id
                and held.password_type_id = p.password_type_id
        where p.tenant_id = $1 and (t.spec ->> 'history')::bigint > 0
            and held.hash is not null and held.hash <> p.hash
        on conflict do nothing
        "#,
        tenant_id as TenantId,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets, of the accounts that lines set passwords of, the values that may return by now. The
/// current value is one of the last, so one less of the earlier ones counts.
pub async fn trim_history(db: &mut PgConnection, tenant_id: TenantId) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        delete from password_history
        where (tenant_id, account_id, password_type_id, set_at) in (
            select tenant_id, account_id, password_type_id, set_at
            from (
                select h.*, (t.spec ->> 'history')::bigint as history,
                    row_number() over (
                        partition by h.account_id, h.password_type_id order by h.set_at desc
                    ) as place
                from password_import as p
                    join password_type as t using (tenant_id, password_type_id)
                    join account_import as i using (tenant_id, line)
                    join account as a on a.tenant_id = i.tenant_id and a.login_key = i.login_key
                    join password_history as h on h.tenant_id = p.tenant_id
                        and h.account_id = a.account_id
                        and h.password_type_id = p.password_type_id
                where p.tenant_id = $1
            ) as earlier
            where place >= history
        )
        "#,
        tenant_id as TenantId,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Sets the staged passwords, and marks the lines of accounts that were there before. A password
/// whose hash is the same stays as it is, also blocked. Returns how many were set.
pub async fn set_passwords(
    db: &mut PgConnection,
    tenant_id: TenantId,
    now: Timestamp,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        with done as (
            insert into password as held
                (tenant_id, account_id, password_type_id, hash, standing, set_at, changed_at)
            select p.tenant_id, a.account_id, p.password_type_id, p.hash, 'set', $2, $2
            from password_import as p
                join account_import as i using (tenant_id, line)
                join account as a on a.tenant_id = i.tenant_id and a.login_key = i.login_key
            where p.tenant_id = $1
            on conflict (tenant_id, account_id, password_type_id) do update
            set hash = excluded.hash, standing = excluded.standing, set_at = excluded.set_at,
                changed_at = excluded.changed_at, failures = 0, blocked_until = null,
                blocked_forever = false, blocks = 0, renewed_at = null,
                recent = null, recent_at = null, recent_until = null
            where held.hash is distinct from excluded.hash
            returning account_id
        ), marked as (
            insert into changed_import (tenant_id, line)
            select distinct i.tenant_id, i.line
            from done
                join account as a on a.tenant_id = $1 and a.account_id = done.account_id
                join account_import as i on i.tenant_id = a.tenant_id and i.login_key = a.login_key
            where a.account_id <> i.account_id
            on conflict do nothing
        )
        select count(*) as "count!" from done
        "#,
        tenant_id as TenantId,
        now,
    )
    .fetch_one(db)
    .await
}
