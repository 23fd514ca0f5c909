//! Writing down what operators did.

use serde_json::Value;
use sqlx::PgConnection;

use super::Operator;
use crate::domain::Timestamp;
use crate::domain::id::{EventId, TenantId};
use crate::store;
use crate::store::audit_event::NewEvent;

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
    /// The freeze of an account was ended.
    AccountThawed,
}

impl Action {
    fn as_str(self) -> &'static str {
        match self {
            Self::TenantApplied => "tenant.applied",
            Self::KeyCreated => "key.created",
            Self::KeyRevoked => "key.revoked",
            Self::AccountsImported => "accounts.imported",
            Self::AccountThawed => "account.thawed",
        }
    }
}

impl Operator {
    /// Adds to a tenant's trail, in the caller's transaction. `detail` never holds a secret.
    pub(super) async fn record(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        action: Action,
        detail: Value,
        now: Timestamp,
    ) -> sqlx::Result<()> {
        let event = NewEvent {
            event_id: EventId::mint(now, &mut self.entropy.fork()),
            action: action.as_str(),
            outcome: "done",
            account_id: None,
            address: None,
            request_id: None,
            detail,
        };
        store::audit_event::insert(db, tenant_id, &event, now).await
    }
}
