//! Writing down what operators did.

use serde_json::Value;
use sqlx::PgConnection;

use super::Operator;
use crate::domain::Timestamp;
use crate::domain::id::{AccountId, EventId, TenantId};
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
    /// What a restored copy of the database had brought back to life was ended.
    DatabaseRestored,
    /// Accounts were printed, with or without hashes.
    AccountsExported,
    /// An account was taken out of use.
    AccountDisabled,
    /// An account was put into use.
    AccountEnabled,
    /// A block was lifted.
    AccountUnlocked,
    /// Somebody was signed out everywhere.
    AccountSignedOut,
    /// A link was promised to an account's owner.
    LinkSent,
    /// A job was made due again.
    JobRetried,
    /// A job was deleted undone.
    JobDropped,
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
            Self::DatabaseRestored => "database.restored",
            Self::AccountsExported => "accounts.exported",
            Self::AccountDisabled => "account.disabled",
            Self::AccountEnabled => "account.enabled",
            Self::AccountUnlocked => "account.unlocked-by-operator",
            Self::AccountSignedOut => "account.signed-out-by-operator",
            Self::LinkSent => "link.promised-by-operator",
            Self::JobRetried => "job.retried",
            Self::JobDropped => "job.dropped",
            Self::AccountThawed => "account.thawed",
        }
    }
}

/// One line of the trail that is about an account.
pub(super) struct Entry<'a> {
    pub(super) action: Action,
    pub(super) outcome: &'a str,
    pub(super) account_id: Option<AccountId>,
    pub(super) detail: Value,
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
        let entry = Entry {
            action,
            outcome: "done",
            account_id: None,
            detail,
        };
        self.record_entry(db, tenant_id, entry, now).await?;
        Ok(())
    }

    /// Like [`Self::record`], with all that can be said. Returns the name of the new line.
    pub(super) async fn record_entry(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        entry: Entry<'_>,
        now: Timestamp,
    ) -> sqlx::Result<EventId> {
        let event_id = EventId::mint(now, &mut self.entropy.fork());
        let event = NewEvent {
            event_id,
            action: entry.action.as_str(),
            outcome: entry.outcome,
            account_id: entry.account_id,
            address: None,
            request_id: None,
            detail: entry.detail,
        };
        store::audit_event::insert(db, tenant_id, &event, now).await?;
        Ok(event_id)
    }
}
