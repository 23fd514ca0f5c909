//! Table `audit_event`.

use ipnet::IpNet;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::Timestamp;
use crate::domain::id::{AccountId, EventId, TenantId};

/// Something that happened.
pub struct NewEvent<'a> {
    /// Names it.
    pub event_id: EventId,
    /// What was done, in dotted words.
    pub action: &'a str,
    /// How it ended, in one word.
    pub outcome: &'a str,
    /// To whose account.
    pub account_id: Option<AccountId>,
    /// From where.
    pub address: Option<IpNet>,
    /// In which request.
    pub request_id: Option<&'a str>,
    /// What else an auditor needs; never a secret.
    pub detail: serde_json::Value,
}

/// Adds an event to the trail.
pub async fn insert(
    db: &mut PgConnection,
    tenant_id: TenantId,
    event: &NewEvent<'_>,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into audit_event
            (tenant_id, event_id, at, action, outcome, account_id, address, request_id, detail)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        "#,
        tenant_id as TenantId,
        event.event_id as EventId,
        now,
        event.action,
        event.outcome,
        event.account_id as Option<AccountId>,
        event.address,
        event.request_id,
        Json(&event.detail) as _,
    )
    .execute(db)
    .await?;
    Ok(())
}
