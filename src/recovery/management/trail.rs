//! What the audit trail and the owner are told of an operation.

use serde_json::json;
use sqlx::PgConnection;

use crate::domain::status::{Action, Status};
use crate::recovery::audit::entry::{Action as Audited, Entry};
use crate::recovery::management::permit::Operation;
use crate::recovery::sessions::actor::Proof;
use crate::recovery::{Fault, Origin, ProofError, Recovery};

impl Recovery {
    /// Writes down what was done to a password, by whom, and what it was and is.
    pub(in crate::recovery) async fn record_operation(
        &self,
        db: &mut PgConnection,
        operation: &Operation<'_>,
        (from, to): (Status, Status),
        origin: &Origin,
    ) -> Result<(), Fault> {
        let entry = entry(operation, "done", (from, to), origin);
        self.record(db, operation.tenant.tenant_id, entry).await
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
        let mut db = self.0.db.acquire().await?;
        self.record(&mut db, operation.tenant.tenant_id, entry)
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
        Audited::PasswordChanged
    } else {
        Audited::PasswordActed
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
