//! Getting back in and shutting others out: tables `account`, `recovery_token`, `password`, `session` and
//! `api_key`, several in one statement.

use sqlx::PgConnection;

use super::password::{Key, Stored, block, stored};
use crate::domain::Timestamp;
use crate::domain::digest::Digest;
use crate::domain::id::{AccountId, KeyId, PasswordTypeId, SessionId, TenantId};
use crate::domain::repeat::{Mark, Recent};
use crate::domain::status::{Facts, Standing};
use crate::domain::token::Purpose;

/// Spends a token of an active account, and reads the account's password for what it is good for. Account,
/// token and password are locked in this order until the transaction ends. `None`: the token is not live.
pub async fn redeem(
    db: &mut PgConnection,
    key: Key,
    digests: &[Digest],
    purpose: Purpose,
    now: Timestamp,
) -> sqlx::Result<Option<Stored>> {
    let row = sqlx::query!(
        r#"
        with holder as (
            select account_id from account
            where tenant_id = $1 and account_id = $2 and status = 'active'
            for no key update
        ), spent as (
            update recovery_token as token set spent_at = $6
            from holder
            where token.tenant_id = $1 and token.digest = any($4) and token.purpose = $5
                and token.account_id = holder.account_id and token.spent_at is null
                and token.voided_at is null and token.expires_at > $6
            returning token.account_id
        ), found as (
            select p.* from password as p, spent
            where p.tenant_id = $1 and p.account_id = $2 and p.password_type_id = $3
                and p.account_id = spent.account_id
            for update of p
        )
        select hash as "hash?", code as "code?: Digest", standing as "standing?: Standing",
            set_at as "set_at?", disabled_at as "disabled_at?", failures as "failures?",
            blocked_until as "blocked_until?", blocked_forever as "blocked_forever?",
            blocks as "blocks?", changed_at as "changed_at?", renewed_at as "renewed_at?",
            recent as "recent?: Vec<Mark>", recent_at as "recent_at?"
        from spent left join found on true
        "#,
        key.tenant_id as TenantId,
        key.account_id as AccountId,
        key.password_type_id as PasswordTypeId,
        digests as &[Digest],
        purpose as Purpose,
        now,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| stored!(row)))
}

/// Ends what lets somebody in to an account: its live tokens but the "not me" ones, its sessions, and the
/// keys that its owner signed in for. A session or a key may stay. Pairs an operator made are not its
/// owner's and stay.
pub async fn end(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    session: Option<SessionId>,
    key: Option<KeyId>,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        with voided as (
            update recovery_token set voided_at = $5
            where tenant_id = $1 and account_id = $2 and purpose is distinct from 'disown'
                and spent_at is null and voided_at is null
        ), ended as (
            delete from session
            where tenant_id = $1 and account_id = $2 and session_id is distinct from $3
        )
        update api_key set ended_at = $5, end_reason = 'replaced'
        where tenant_id = $1 and account_id = $2 and kind = 'turbosmtp' and ended_at is null
            and key_id is distinct from $4
        "#,
        tenant_id as TenantId,
        account_id as AccountId,
        session as Option<SessionId>,
        key as Option<KeyId>,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}
