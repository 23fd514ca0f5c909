//! Table `audit_seal`.

use ipnet::IpNet;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::Timestamp;
use crate::domain::audit::{Address, Event, SALT, Seal};
use crate::domain::digest::Signed;
use crate::domain::id::{AccountId, EventId, TenantId};

/// Adds seals, in order, from the number `first` on.
pub async fn append(
    db: &mut PgConnection,
    tenant_id: TenantId,
    first: i64,
    (events, digests): (&[EventId], &[Signed]),
    sealed_at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into audit_seal (tenant_id, seq, event_id, sealed_at, digest)
        select $1, $2::bigint - 1 + n, event_id, $5, digest
        from unnest($3::uuid[], $4::bytea[]) with ordinality as s (event_id, digest, n)
        "#,
        tenant_id as TenantId,
        first,
        events as &[EventId],
        digests as &[Signed],
        sealed_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Seals in order from after the number `after`, each with its event if that is there.
pub async fn list(
    db: &mut PgConnection,
    tenant_id: TenantId,
    after: i64,
    most: i64,
) -> sqlx::Result<Vec<(Seal, Option<Event>)>> {
    let rows = sqlx::query!(
        r#"
        select s.seq, s.event_id as "event_id: EventId", s.sealed_at,
            s.digest as "seal_digest: Signed", e.at as "at?", e.action as "action?",
            e.outcome as "outcome?", e.account_id as "account_id?: AccountId",
            e.actor_id as "actor_id?: AccountId", e.address as "address?: IpNet",
            e.address_salt as "address_salt?: [u8; SALT]",
            e.address_digest as "address_digest?: Signed", e.request_id as "request_id?",
            e.detail as "detail?: Json<serde_json::Value>", e.digest as "digest?: Signed"
        from audit_seal as s
            left join audit_event as e on e.tenant_id = s.tenant_id and e.event_id = s.event_id
        where s.tenant_id = $1 and s.seq > $2
        order by s.seq
        limit $3
        "#,
        tenant_id as TenantId,
        after,
        most,
    )
    .fetch_all(db)
    .await?;
    let whole = rows.into_iter().map(|row| {
        let seal = Seal {
            seq: row.seq,
            event_id: row.event_id,
            sealed_at: row.sealed_at,
            digest: row.seal_digest,
        };
        let event = match (row.at, row.action, row.outcome, row.detail) {
            (Some(at), Some(action), Some(outcome), Some(detail)) => Some(Event {
                tenant_id,
                event_id: row.event_id,
                at,
                action,
                outcome,
                account_id: row.account_id,
                actor_id: row.actor_id,
                address: row.address.map(|address| Address {
                    address,
                    salt: row.address_salt.unwrap_or_default(),
                }),
                address_digest: row.address_digest,
                request_id: row.request_id,
                detail: detail.0,
                digest: row.digest,
            }),
            (_, _, _, _) => None,
        };
        (seal, event)
    });
    Ok(whole.collect())
}

/// What proves the seal of a number.
pub async fn find_digest(
    db: &mut PgConnection,
    tenant_id: TenantId,
    seq: i64,
) -> sqlx::Result<Option<Signed>> {
    sqlx::query_scalar!(
        r#"select digest as "digest: Signed" from audit_seal where tenant_id = $1 and seq = $2"#,
        tenant_id as TenantId,
        seq,
    )
    .fetch_optional(db)
    .await
}

/// Deletes the seals with these numbers.
pub async fn forget(db: &mut PgConnection, tenant_id: TenantId, seqs: &[i64]) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from audit_seal where tenant_id = $1 and seq = any($2)",
        tenant_id as TenantId,
        seqs,
    )
    .execute(db)
    .await?;
    Ok(())
}
