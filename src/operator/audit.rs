//! Writing down what operators did.

use serde_json::{Value, json};
use sqlx::PgConnection;

use super::Operator;
use crate::domain::Timestamp;
use crate::domain::audit::{Event, KEY_DROPPED, NewEvent};
use crate::domain::id::{AccountId, EventId, TenantId};
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
    /// An import changed who gets in to an account that was there.
    AccountImported,
    /// The trail was read out.
    AuditExported,
    /// Digests are made with a secret key for the first time.
    SecretKeyPromoted,
    /// A secret key was dropped.
    SecretKeyDropped,
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
    /// An account got another login name.
    AccountRenamed,
    /// Stored names were brought under the rules by which names are compared.
    NamesCleaned,
}

impl Action {
    fn as_str(self) -> &'static str {
        match self {
            Self::TenantApplied => "tenant.applied",
            Self::KeyCreated => "key.created",
            Self::KeyRevoked => "key.revoked",
            Self::AccountsImported => "accounts.imported",
            Self::AccountImported => "account.changed-by-import",
            Self::AuditExported => "audit.exported",
            Self::SecretKeyPromoted => "secret-key.promoted",
            Self::SecretKeyDropped => KEY_DROPPED,
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
            Self::AccountRenamed => "account.renamed",
            Self::NamesCleaned => "names.cleaned",
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
    /// Adds to a tenant's trail, in the caller's transaction, with who the operator is. `detail` is an
    /// object and never holds a secret.
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

    /// Like [`Self::record`], to the trail of every tenant.
    pub(super) async fn record_everywhere(
        &self,
        db: &mut PgConnection,
        action: Action,
        detail: &Value,
    ) -> sqlx::Result<()> {
        let now = self.clock.now();
        for tenant in store::tenant::list(db).await? {
            self.record(db, tenant.tenant_id, action, detail.clone(), now)
                .await?;
        }
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
        let event = self.event(tenant_id, entry, now);
        store::audit_event::insert(db, &event).await?;
        Ok(event.event_id)
    }

    /// An entry as a line of a tenant's trail, signed, with who the operator is.
    pub(super) fn event(&self, tenant_id: TenantId, entry: Entry<'_>, now: Timestamp) -> Event {
        let mut detail = entry.detail;
        if let Some(by) = &self.by {
            detail["by"] = json!(by);
        }
        let said = NewEvent {
            tenant_id,
            action: entry.action.as_str(),
            outcome: entry.outcome,
            account_id: entry.account_id,
            actor_id: None,
            address: None,
            request_id: None,
            detail,
        };
        Event::new(said, now, &mut self.entropy.fork(), &self.keys)
    }
}
