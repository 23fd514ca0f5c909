//! Writing down what operators did.

use serde_json::{Value, json};
use sqlx::PgConnection;

use super::Operator;
use crate::domain::Timestamp;
use crate::domain::audit::Event;
use crate::domain::id::{EventId, TenantId};
use crate::store;

/// What is written down, in the words an auditor searches for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// A tenant was created or updated from its file.
    TenantApplied,
    /// A key was made.
    KeyCreated,
    /// A key was revoked.
    KeyRevoked,
    /// Accounts were created or updated from a file.
    AccountsImported,
    /// The trail was read out.
    AuditExported,
}

impl Action {
    fn as_str(self) -> &'static str {
        match self {
            Self::TenantApplied => "tenant.applied",
            Self::KeyCreated => "key.created",
            Self::KeyRevoked => "key.revoked",
            Self::AccountsImported => "accounts.imported",
            Self::AuditExported => "audit.exported",
        }
    }
}

impl Operator {
    /// Adds to a tenant's trail, in the caller's transaction, with who the operator is. `detail` is an
    /// object and never holds a secret.
    pub(super) async fn record(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        action: Action,
        mut detail: Value,
        now: Timestamp,
    ) -> sqlx::Result<()> {
        if let Some(by) = &self.by {
            detail["by"] = json!(by);
        }
        let event = {
            let mut event = Event {
                tenant_id,
                event_id: EventId::mint(now, &mut self.entropy.fork()),
                at: now,
                action: action.as_str().to_owned(),
                outcome: "done".to_owned(),
                account_id: None,
                actor_id: None,
                address: None,
                address_digest: None,
                request_id: None,
                detail,
                digest: None,
            };
            event.sign(&self.keys);
            event
        };
        store::audit_event::insert(db, &event).await
    }
}
