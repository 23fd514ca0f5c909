//! Table `audit_chain`.

use sqlx::PgConnection;

use crate::domain::Timestamp;
use crate::domain::audit::{Chain, Point};
use crate::domain::digest::Signed;
use crate::domain::id::TenantId;

/// The chain of a row.
macro_rules! chain {
    ($row:ident) => {
        Chain {
            tenant_id: $row.tenant_id,
            head: Point {
                seq: $row.head_seq,
                digest: $row.head_digest,
            },
            anchor: Point {
                seq: $row.anchor_seq,
                digest: $row.anchor_digest,
            },
            erased_seq: $row.erased_seq,
            adopts_until: $row.adopts_until,
            mark: $row.mark,
        }
    };
}

/// Makes sure that a tenant has a chain.
pub async fn begin(db: &mut PgConnection, tenant_id: TenantId) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into audit_chain (tenant_id) values ($1) on conflict do nothing",
        tenant_id as TenantId,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes a tenant's chain until the transaction ends, unless somebody else has it.
pub async fn lock_idle(db: &mut PgConnection, tenant_id: TenantId) -> sqlx::Result<Option<Chain>> {
    let row = sqlx::query!(
        r#"
        select tenant_id as "tenant_id: TenantId", head_seq, head_digest as "head_digest: Signed",
            anchor_seq, anchor_digest as "anchor_digest: Signed", erased_seq,
            adopts_until, mark as "mark: Signed"
        from audit_chain where tenant_id = $1
        for update skip locked
        "#,
        tenant_id as TenantId,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| chain!(row)))
}

/// Takes every chain until the transaction ends, and waits for those that somebody else has.
pub async fn lock_all(db: &mut PgConnection) -> sqlx::Result<Vec<Chain>> {
    let rows = sqlx::query!(
        r#"
        select tenant_id as "tenant_id: TenantId", head_seq, head_digest as "head_digest: Signed",
            anchor_seq, anchor_digest as "anchor_digest: Signed", erased_seq,
            adopts_until, mark as "mark: Signed"
        from audit_chain
        order by tenant_id
        for update
        "#,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| chain!(row)).collect())
}

/// Finds a tenant's chain.
pub async fn find(db: &mut PgConnection, tenant_id: TenantId) -> sqlx::Result<Option<Chain>> {
    let row = sqlx::query!(
        r#"
        select tenant_id as "tenant_id: TenantId", head_seq, head_digest as "head_digest: Signed",
            anchor_seq, anchor_digest as "anchor_digest: Signed", erased_seq,
            adopts_until, mark as "mark: Signed"
        from audit_chain where tenant_id = $1
        "#,
        tenant_id as TenantId,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| chain!(row)))
}

/// Of the chains that have seals, the one that takes on unsigned events for longest; any, if none does.
pub async fn find_last_adopting(db: &mut PgConnection) -> sqlx::Result<Option<Chain>> {
    let row = sqlx::query!(
        r#"
        select tenant_id as "tenant_id: TenantId", head_seq, head_digest as "head_digest: Signed",
            anchor_seq, anchor_digest as "anchor_digest: Signed", erased_seq,
            adopts_until, mark as "mark: Signed"
        from audit_chain
        where mark is not null
        order by adopts_until desc nulls last
        limit 1
        "#,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| chain!(row)))
}

/// The next tenant, in their order, that has a chain.
pub async fn next_tenant(
    db: &mut PgConnection,
    after: Option<TenantId>,
) -> sqlx::Result<Option<TenantId>> {
    sqlx::query_scalar!(
        r#"
        select tenant_id as "tenant_id: TenantId" from audit_chain
        where tenant_id > coalesce($1::bigint, 0)
        order by tenant_id
        limit 1
        "#,
        after as Option<TenantId>,
    )
    .fetch_optional(db)
    .await
}

/// Stores how a chain stands now.
pub async fn save(db: &mut PgConnection, chain: &Chain) -> sqlx::Result<()> {
    let adopts_until: Option<Timestamp> = chain.adopts_until;
    sqlx::query!(
        r#"
        update audit_chain set head_seq = $2, head_digest = $3, anchor_seq = $4, anchor_digest = $5,
            erased_seq = $6, adopts_until = $7, mark = $8
        where tenant_id = $1
        "#,
        chain.tenant_id as TenantId,
        chain.head.seq,
        chain.head.digest as Option<Signed>,
        chain.anchor.seq,
        chain.anchor.digest as Option<Signed>,
        chain.erased_seq,
        adopts_until,
        chain.mark as Option<Signed>,
    )
    .execute(db)
    .await?;
    Ok(())
}
