//! Table `api_key`.

use std::sync::Arc;

use sqlx::PgConnection;
use sqlx::types::Json;

use super::tenant::Row;
use crate::domain::Timestamp;
use crate::domain::account::AccountStatus;
use crate::domain::digest::Digest;
use crate::domain::id::{AccountId, KeyId, TenantId};
use crate::domain::key::Kind;
use crate::domain::password_type::PasswordType;
use crate::domain::tenant::{Settings, Tenant};

/// A key as an operator sees it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Key {
    /// Names it without revealing it.
    #[serde(rename = "id")]
    pub key_id: KeyId,
    /// What it opens.
    pub kind: Kind,
    /// What the operator called it.
    pub name: Option<String>,
    /// Whether its owner must sign requests.
    #[serde(rename = "mustSign")]
    pub must_sign: bool,
    /// When it was made.
    #[serde(rename = "createdAt", with = "time::serde::rfc3339")]
    pub created_at: Timestamp,
    /// When it dies of age, if it does.
    #[serde(rename = "expiresAt", with = "time::serde::rfc3339::option")]
    pub expires_at: Option<Timestamp>,
    /// When it was ended, if it was.
    #[serde(rename = "endedAt", with = "time::serde::rfc3339::option")]
    pub ended_at: Option<Timestamp>,
}

/// Whose key was presented.
#[derive(Clone)]
pub struct Presented {
    /// The key.
    pub key_id: KeyId,
    /// What is kept of its secret.
    pub digest: Digest,
    /// Whether its owner must sign requests.
    pub must_sign: bool,
    /// The tenant it belongs to.
    pub tenant: Arc<Tenant>,
}

/// A key to be stored.
pub struct NewKey<'a> {
    /// Names it without revealing it.
    pub key_id: KeyId,
    /// What it opens.
    pub kind: Kind,
    /// What the operator calls it.
    pub name: Option<&'a str>,
    /// What is kept of its secret.
    pub digest: Digest,
    /// Whether its owner must sign requests.
    pub must_sign: bool,
    /// Whose it is, where keys belong to accounts.
    pub account_id: Option<AccountId>,
    /// When it dies of age, if it does.
    pub expires_at: Option<Timestamp>,
}

/// Why a key was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum EndReason {
    /// Somebody revoked it.
    Revoked,
    /// The password of its account changed.
    Replaced,
    /// Its account was disabled.
    Disabled,
}

/// A key that belongs to an account, live or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The key.
    pub key_id: KeyId,
    /// What is kept of its secret.
    pub digest: Digest,
    /// What the operator called it.
    pub name: Option<String>,
    /// Whose it is.
    pub account_id: AccountId,
    /// Whether that account may be used.
    pub status: AccountStatus,
    /// When it dies of age, if it does.
    pub expires_at: Option<Timestamp>,
    /// Why it was ended, if it was.
    pub end_reason: Option<EndReason>,
}

/// Stores a key.
pub async fn insert(
    db: &mut PgConnection,
    tenant_id: TenantId,
    key: &NewKey<'_>,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into api_key
            (tenant_id, key_id, kind, name, digest, must_sign, account_id, expires_at, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        "#,
        tenant_id as TenantId,
        key.key_id as KeyId,
        key.kind as Kind,
        key.name,
        key.digest as Digest,
        key.must_sign,
        key.account_id as Option<AccountId>,
        key.expires_at,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Finds live keys of a kind by what is kept of them, each with its tenant.
pub async fn find_all(
    db: &mut PgConnection,
    kind: Kind,
    digests: &[Digest],
) -> sqlx::Result<Vec<Presented>> {
    let rows = sqlx::query!(
        r#"
        select key_id as "key_id: KeyId", digest as "digest: Digest", must_sign,
            tenant_id as "tenant_id: TenantId",
            settings as "settings: Json<Settings>",
            (
                select coalesce(jsonb_agg(jsonb_build_object(
                    'password_type_id', password_type_id, 'spec', spec) order by position), '[]')
                from password_type where password_type.tenant_id = tenant.tenant_id
            ) as "password_types!: Json<Vec<PasswordType>>"
        from api_key join tenant using (tenant_id)
        where digest = any($1) and kind = $2 and ended_at is null
        "#,
        digests as &[Digest],
        kind as Kind,
    )
    .fetch_all(db)
    .await?;
    let found = rows.into_iter().map(|row| Presented {
        key_id: row.key_id,
        digest: row.digest,
        must_sign: row.must_sign,
        tenant: Arc::new(
            Row {
                tenant_id: row.tenant_id,
                settings: row.settings,
                password_types: row.password_types,
            }
            .into(),
        ),
    });
    Ok(found.collect())
}

/// Lists a tenant's keys, oldest first.
pub async fn list(
    db: &mut PgConnection,
    tenant_id: TenantId,
    kind: Option<Kind>,
) -> sqlx::Result<Vec<Key>> {
    sqlx::query_as!(
        Key,
        r#"
        select key_id as "key_id: KeyId", kind as "kind: Kind", name, must_sign, created_at,
            expires_at, ended_at
        from api_key
        where tenant_id = $1 and ($2::text is null or kind = $2)
        order by key_id
        "#,
        tenant_id as TenantId,
        kind as Option<Kind>,
    )
    .fetch_all(db)
    .await
}

/// Finds a key of an account by what is kept of it, ended ones too.
pub async fn find_held(
    db: &mut PgConnection,
    tenant_id: TenantId,
    kind: Kind,
    digests: &[Digest],
) -> sqlx::Result<Option<Held>> {
    sqlx::query_as!(
        Held,
        r#"
        select key_id as "key_id: KeyId", digest as "digest: Digest",
            account_id as "account_id!: AccountId", api_key.name, status as "status: AccountStatus", expires_at,
            end_reason as "end_reason: EndReason"
        from api_key join account using (tenant_id, account_id)
        where tenant_id = $1 and kind = $2 and digest = any($3)
        "#,
        tenant_id as TenantId,
        kind as Kind,
        digests as &[Digest],
    )
    .fetch_optional(db)
    .await
}

/// Keeps another digest of a key's secret, made with the newest secret key, unless digests were made
/// with another since `since`: a server that does not have the newest may be running still.
pub async fn renew_digest(
    db: &mut PgConnection,
    tenant_id: TenantId,
    key_id: KeyId,
    digest: Digest,
    newest: Digest,
    since: Timestamp,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update api_key set digest = $3, digested_at = $6
        where tenant_id = $1 and key_id = $2 and not exists (
            select from keyring where fingerprint <> $4 and led_at > $5
        )
        "#,
        tenant_id as TenantId,
        key_id as KeyId,
        digest as Digest,
        newest as Digest,
        since,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends the keys that owners signed in for, of all tenants, and those that wait for a code: one that was used is
/// good once more where a copy brought it back. Returns whose, once for each.
pub async fn end_of_sign_ins(db: &mut PgConnection, now: Timestamp) -> sqlx::Result<Vec<TenantId>> {
    sqlx::query_scalar!(
        r#"
        update api_key set ended_at = $1, end_reason = 'revoked'
        where (kind = 'turbosmtp' or activation is not null) and ended_at is null
        returning tenant_id as "tenant_id: TenantId"
        "#,
        now,
    )
    .fetch_all(db)
    .await
}

/// Whether a key is live, and nobody ends it until the transaction does.
pub async fn lock_live(
    db: &mut PgConnection,
    tenant_id: TenantId,
    key_id: KeyId,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let live = sqlx::query_scalar!(
        r#"
        select key_id as "key_id: KeyId" from api_key
        where tenant_id = $1 and key_id = $2 and ended_at is null
            and (expires_at is null or expires_at > $3)
        for update
        "#,
        tenant_id as TenantId,
        key_id as KeyId,
        now,
    )
    .fetch_optional(db)
    .await?;
    Ok(live.is_some())
}

/// Ends a live key. Returns whether there was one.
pub async fn end(
    db: &mut PgConnection,
    tenant_id: TenantId,
    key_id: KeyId,
    reason: EndReason,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        r#"
        update api_key set ended_at = $4, end_reason = $3
        where tenant_id = $1 and key_id = $2 and ended_at is null
        "#,
        tenant_id as TenantId,
        key_id as KeyId,
        reason as EndReason,
        now,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whose account a key stands for, if it does.
pub async fn owner(
    db: &mut PgConnection,
    tenant_id: TenantId,
    key_id: KeyId,
) -> sqlx::Result<Option<AccountId>> {
    let row = sqlx::query_scalar!(
        r#"
        select account_id as "account_id: AccountId" from api_key
        where tenant_id = $1 and key_id = $2
        "#,
        tenant_id as TenantId,
        key_id as KeyId,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.flatten())
}

/// Ends the live keys that stand for an account, those of one kind or all of them. Returns how many
/// there were.
pub async fn end_of_account(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    kind: Option<Kind>,
    reason: EndReason,
    now: Timestamp,
) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        r#"
        update api_key set ended_at = $5, end_reason = $4
        where tenant_id = $1 and account_id = $2 and ($3::text is null or kind = $3)
            and ended_at is null
        "#,
        tenant_id as TenantId,
        account_id as AccountId,
        kind as Option<Kind>,
        reason as EndReason,
        now,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Deletes up to `most` keys of sign-ins that died of age before `before`, and as many that were ended. Returns
/// how many there were.
pub async fn forget_dead(db: &mut PgConnection, before: Timestamp, most: i64) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        r#"
        with expired as (
            select tenant_id, key_id from api_key where kind = 'turbosmtp' and expires_at <= $1
            order by expires_at
            limit $2
            for update skip locked
        ), ended as (
            select tenant_id, key_id from api_key where kind = 'turbosmtp' and ended_at <= $1
            order by ended_at
            limit $2
            for update skip locked
        )
        delete from api_key where (tenant_id, key_id) in (
            select tenant_id, key_id from expired union select tenant_id, key_id from ended
        )
        "#,
        before,
        most,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
