//! Table `api_key`.

use sqlx::PgConnection;
use sqlx::types::Json;

use super::tenant::Row;
use crate::domain::Timestamp;
use crate::domain::digest::Digest;
use crate::domain::id::{KeyId, TenantId};
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
    /// When it was revoked, if it was.
    #[serde(rename = "revokedAt", with = "time::serde::rfc3339::option")]
    pub revoked_at: Option<Timestamp>,
}

/// Whose key was presented.
pub struct Presented {
    /// The key.
    pub key_id: KeyId,
    /// Whether its owner must sign requests.
    pub must_sign: bool,
    /// The tenant it belongs to.
    pub tenant: Tenant,
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
        insert into api_key (tenant_id, key_id, kind, name, digest, must_sign, created_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        "#,
        tenant_id as TenantId,
        key.key_id as KeyId,
        key.kind as Kind,
        key.name,
        key.digest as Digest,
        key.must_sign,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Finds a live key by what is kept of it, with its tenant.
pub async fn find(
    db: &mut PgConnection,
    kind: Kind,
    digests: &[Digest],
) -> sqlx::Result<Option<Presented>> {
    let found = sqlx::query!(
        r#"
        select key_id as "key_id: KeyId", must_sign, tenant_id as "tenant_id: TenantId",
            settings as "settings: Json<Settings>",
            (
                select coalesce(jsonb_agg(jsonb_build_object(
                    'password_type_id', password_type_id, 'spec', spec) order by position), '[]')
                from password_type where password_type.tenant_id = tenant.tenant_id
            ) as "password_types!: Json<Vec<PasswordType>>"
        from api_key join tenant using (tenant_id)
        where digest = any($1) and kind = $2 and revoked_at is null
        limit 1
        "#,
        digests as &[Digest],
        kind as Kind,
    )
    .fetch_optional(db)
    .await?;
    Ok(found.map(|row| Presented {
        key_id: row.key_id,
        must_sign: row.must_sign,
        tenant: Row {
            tenant_id: row.tenant_id,
            settings: row.settings,
            password_types: row.password_types,
        }
        .into(),
    }))
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
        select key_id as "key_id: KeyId", kind as "kind: Kind", name, must_sign, created_at, revoked_at
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

/// Revokes a live key. Returns whether there was one.
pub async fn revoke(
    db: &mut PgConnection,
    tenant_id: TenantId,
    key_id: KeyId,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update api_key set revoked_at = $3 where tenant_id = $1 and key_id = $2 and revoked_at is null",
        tenant_id as TenantId,
        key_id as KeyId,
        now,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
