//! Table `audit_event`.

use ipnet::IpNet;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::Timestamp;
use crate::domain::audit::{Address, Event, SALT};
use crate::domain::digest::Signed;
use crate::domain::id::{AccountId, EventId, TenantId};

/// Adds an event to the trail, where it waits for its place in the chain.
pub async fn insert(db: &mut PgConnection, event: &Event) -> sqlx::Result<()> {
    let address = event.address;
    sqlx::query!(
        r#"
        with added as (
            insert into audit_event (tenant_id, event_id, at, action, outcome, account_id, actor_id,
                address, address_salt, address_digest, request_id, detail, digest)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        )
        insert into audit_unsealed (tenant_id, event_id) values ($1, $2)
        "#,
        event.tenant_id as TenantId,
        event.event_id as EventId,
        event.at,
        event.action,
        event.outcome,
        event.account_id as Option<AccountId>,
        event.actor_id as Option<AccountId>,
        address.map(|address| address.address) as Option<IpNet>,
        address.map(|address| address.salt) as Option<[u8; SALT]>,
        event.address_digest as Option<Signed>,
        event.request_id,
        Json(&event.detail) as _,
        event.digest as Option<Signed>,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Adds events of operators to a tenant's trail: they came from no address and with no request.
pub async fn insert_all(
    db: &mut PgConnection,
    tenant_id: TenantId,
    events: &[Event],
) -> sqlx::Result<()> {
    let ids: Vec<_> = events.iter().map(|event| event.event_id).collect();
    let moments: Vec<_> = events.iter().map(|event| event.at).collect();
    let actions: Vec<_> = events.iter().map(|event| event.action.as_str()).collect();
    let outcomes: Vec<_> = events.iter().map(|event| event.outcome.as_str()).collect();
    let accounts: Vec<_> = events.iter().map(|event| event.account_id).collect();
    let details: Vec<_> = events
        .iter()
        .map(|event| event.detail.to_string())
        .collect();
    let digests: Vec<_> = events
        .iter()
        .map(|event| event.digest.as_ref().map(|digest| &digest.as_bytes()[..]))
        .collect();
    sqlx::query!(
        r#"
        with row as (
            select * from unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::bigint[],
                $7::text[], $8::bytea[]) as row (event_id, at, action, outcome, account_id, detail, digest)
        ), added as (
            insert into audit_event (tenant_id, event_id, at, action, outcome, account_id, detail, digest)
            select $1, event_id, at, action, outcome, account_id, detail::jsonb, digest from row
        )
        insert into audit_unsealed (tenant_id, event_id) select $1, event_id from row
        "#,
        tenant_id as TenantId,
        &ids as &[EventId],
        &moments,
        &actions as &[&str],
        &outcomes as &[&str],
        &accounts as &[Option<AccountId>],
        &details,
        &digests as &[Option<&[u8]>],
    )
    .execute(db)
    .await?;
    Ok(())
}

/// An event of a row. One of before the chain has an address without a salt.
macro_rules! event {
    ($tenant_id:expr, $row:ident) => {
        Event {
            tenant_id: $tenant_id,
            event_id: $row.event_id,
            at: $row.at,
            action: $row.action,
            outcome: $row.outcome,
            account_id: $row.account_id,
            actor_id: $row.actor_id,
            address: $row.address.map(|address| Address {
                address,
                salt: $row.address_salt.unwrap_or_default(),
            }),
            address_digest: $row.address_digest,
            request_id: $row.request_id,
            detail: $row.detail.0,
            digest: $row.digest,
        }
    };
}

/// Events that wait for their place in the chain, by id, from after `after`.
pub async fn list_unsealed(
    db: &mut PgConnection,
    tenant_id: TenantId,
    after: Option<EventId>,
    most: i64,
) -> sqlx::Result<Vec<Event>> {
    let rows = sqlx::query!(
        r#"
        select event_id as "event_id: EventId", at, action, outcome,
            account_id as "account_id: AccountId", actor_id as "actor_id: AccountId",
            address as "address: IpNet", address_salt as "address_salt: [u8; SALT]",
            address_digest as "address_digest: Signed", request_id,
            detail as "detail: Json<serde_json::Value>", digest as "digest: Signed"
        from audit_unsealed join audit_event using (tenant_id, event_id)
        where tenant_id = $1
            and event_id > coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
        order by event_id
        limit $3
        "#,
        tenant_id as TenantId,
        after as Option<EventId>,
        most,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| event!(tenant_id, row)).collect())
}

/// What to look for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// About this account, or by it.
    pub account_id: Option<AccountId>,
    /// Not older.
    pub since: Option<Timestamp>,
    /// What was done.
    pub action: Option<String>,
}

/// The newest events that pass a filter, the newest first, with the numbers of their seals.
pub async fn list_newest(
    db: &mut PgConnection,
    tenant_id: TenantId,
    filter: &Filter,
    most: i64,
) -> sqlx::Result<Vec<(Option<i64>, Event)>> {
    let rows = sqlx::query!(
        r#"
        select s.seq as "seq?", e.event_id as "event_id: EventId", e.at, e.action, e.outcome,
            e.account_id as "account_id: AccountId", e.actor_id as "actor_id: AccountId",
            e.address as "address: IpNet", e.address_salt as "address_salt: [u8; SALT]",
            e.address_digest as "address_digest: Signed", e.request_id,
            e.detail as "detail: Json<serde_json::Value>", e.digest as "digest: Signed"
        from audit_event as e
            left join audit_seal as s on s.tenant_id = e.tenant_id and s.event_id = e.event_id
        where e.tenant_id = $1 and ($2::bigint is null or $2 in (e.account_id, e.actor_id))
            and ($3::timestamptz is null or e.at >= $3) and ($4::text is null or e.action = $4)
        order by e.event_id desc
        limit $5
        "#,
        tenant_id as TenantId,
        filter.account_id as Option<AccountId>,
        filter.since,
        filter.action,
        most,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.seq, event!(tenant_id, row)))
        .collect())
}

/// The newest events about an account, the newest first.
pub async fn list_of_account(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    most: i64,
) -> sqlx::Result<Vec<Event>> {
    let rows = sqlx::query!(
        r#"
        select event_id as "event_id: EventId", at, action, outcome,
            account_id as "account_id: AccountId", actor_id as "actor_id: AccountId",
            address as "address: IpNet", address_salt as "address_salt: [u8; SALT]",
            address_digest as "address_digest: Signed", request_id,
            detail as "detail: Json<serde_json::Value>", digest as "digest: Signed"
        from audit_event
        where tenant_id = $1 and account_id = $2
        order by at desc, event_id desc
        limit $3
        "#,
        tenant_id as TenantId,
        account_id as AccountId,
        most,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| event!(tenant_id, row)).collect())
}

/// Every event that a secret key was dropped (`KEY_DROPPED`), oldest first. The word stands in the
/// statement because the index is of those events alone.
pub async fn list_key_drops(
    db: &mut PgConnection,
    tenant_id: TenantId,
) -> sqlx::Result<Vec<Event>> {
    let rows = sqlx::query!(
        r#"
        select event_id as "event_id: EventId", at, action, outcome,
            account_id as "account_id: AccountId", actor_id as "actor_id: AccountId",
            address as "address: IpNet", address_salt as "address_salt: [u8; SALT]",
            address_digest as "address_digest: Signed", request_id,
            detail as "detail: Json<serde_json::Value>", digest as "digest: Signed"
        from audit_event
        where tenant_id = $1 and action = 'secret-key.dropped'
        order by event_id
        "#,
        tenant_id as TenantId,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| event!(tenant_id, row)).collect())
}

/// Gives an event of before the chain what proves it from now on.
pub async fn adopt(db: &mut PgConnection, event: &Event) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update audit_event set address_salt = $3, address_digest = $4, digest = $5
        where tenant_id = $1 and event_id = $2 and digest is null
        "#,
        event.tenant_id as TenantId,
        event.event_id as EventId,
        event.address.map(|address| address.salt) as Option<[u8; SALT]>,
        event.address_digest as Option<Signed>,
        event.digest as Option<Signed>,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Clears the addresses of events.
pub async fn clear_addresses(
    db: &mut PgConnection,
    tenant_id: TenantId,
    events: &[EventId],
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update audit_event set address = null, address_salt = null
        where tenant_id = $1 and event_id = any($2)
            and (address is not null or address_salt is not null)
        "#,
        tenant_id as TenantId,
        events as &[EventId],
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Deletes events. The table refuses those at which no chain has its anchor, or after it.
pub async fn forget(
    db: &mut PgConnection,
    tenant_id: TenantId,
    events: &[EventId],
) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from audit_event where tenant_id = $1 and event_id = any($2)",
        tenant_id as TenantId,
        events as &[EventId],
    )
    .execute(db)
    .await?;
    Ok(())
}

/// An event that is neither in the chain nor waiting for it: nobody records such.
pub async fn find_stray(
    db: &mut PgConnection,
    tenant_id: TenantId,
) -> sqlx::Result<Option<EventId>> {
    sqlx::query_scalar!(
        r#"
        select event_id as "event_id: EventId" from audit_event as e
        where tenant_id = $1
            and not exists (
                select from audit_seal as s
                where s.tenant_id = e.tenant_id and s.event_id = e.event_id)
            and not exists (
                select from audit_unsealed as u
                where u.tenant_id = e.tenant_id and u.event_id = e.event_id)
        order by event_id
        limit 1
        "#,
        tenant_id as TenantId,
    )
    .fetch_optional(db)
    .await
}
