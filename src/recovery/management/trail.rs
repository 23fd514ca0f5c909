//! What the audit trail and the owner are told of an operation.

use serde_json::json;
use sqlx::PgConnection;

use super::Management;
use super::permission::Operation;
use crate::domain::status::{Action, Status};
use crate::recovery::attempts::ProofError;
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::sessions::Proof;
use crate::recovery::tools::{Fault, Origin};

impl Management {
    /// Writes down what was done to a password, by whom, and what it was and is.
    pub(in crate::recovery) async fn record_operation(
        &self,
        db: &mut PgConnection,
        operation: &Operation<'_>,
        (from, to): (Status, Status),
        origin: &Origin,
    ) -> Result<(), Fault> {
        let entry = entry(operation, "done", (from, to), origin);
        self.audit
            .record(db, operation.tenant.tenant_id, entry)
            .await
    }

    /// Writes down that an operation was not done for want of a proof.
    pub(in crate::recovery) async fn note_unproven(
        &self,
        operation: &Operation<'_>,
        status: Status,
        error: &ProofError,
        origin: &Origin,
    ) -> Result<(), Fault> {
        let entry = entry(operation, error.word(), (status, status), origin);
        let mut db = self.tools.db.acquire().await?;
        self.audit
            .record(&mut db, operation.tenant.tenant_id, entry)
            .await
    }
}

fn entry<'a>(
    operation: &Operation<'_>,
    outcome: &'static str,
    (from, to): (Status, Status),
    origin: &'a Origin,
) -> Entry<'a> {
    let by = match &operation.actor.proof {
        Proof::Session(_) => "session",
        Proof::Client(_) => "client",
        Proof::Password(_) => "password",
    };
    let detail = json!({
        "actor": operation.actor.account.account_id.to_string(),
        "by": by,
        "type": operation.kind.spec.internal_name,
        "action": operation.action.as_str(),
        "from": from.as_str(),
        "to": to.as_str(),
    });
    let audited = if operation.action == Action::Change {
        AuditAction::PasswordChanged
    } else {
        AuditAction::PasswordActed
    };
    let (actor, owner) = (
        operation.actor.account.account_id,
        operation.target.account.account_id,
    );
    let entry = Entry::new(audited, outcome, Some(origin))
        .of(owner)
        .with(detail);
    if actor == owner {
        entry
    } else {
        entry.by(actor)
    }
}
