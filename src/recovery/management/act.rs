//! What is done to a password without giving it a value.

use crate::domain::status::Action;
use crate::recovery::attempts::tries::forget_tries;
use crate::recovery::delivery::Notice;
use crate::recovery::management::hold::{Held, changed};
use crate::recovery::management::permit::{Permitted, Refusal};
use crate::recovery::{Origin, Recovery};
use crate::store;
use crate::store::password::Stored;

/// What becomes of the value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Value {
    Stays,
    Goes,
}

impl Recovery {
    /// Disables, enables or unblocks a password, or puts a generated one back to where its owner
    /// may have one made. Where the access password is taken from its owner, so is every way in
    /// that it opened.
    pub async fn act(&self, permitted: Permitted<'_>, origin: &Origin) -> Result<(), Refusal> {
        let operation = permitted.operation;
        let value = match operation.action {
            Action::Disable | Action::Enable | Action::Unblock => Value::Stays,
            Action::AllowGeneration | Action::ResetGenerated => Value::Goes,
            // These give a value, or are nobody's who is signed in.
            Action::Generate
            | Action::ChangeGenerated
            | Action::Change
            | Action::ChangeForOwner
            | Action::ChangeAndForce
            | Action::ResetAndSend
            | Action::Recover
            | Action::ResetByMailbox
            | Action::UnlockByMailbox
            | Action::SendCode => return Err(Refusal::Illegal),
        };
        let (key, now) = (operation.key(), self.0.clock.now());
        let mut tx = self.0.db.begin().await?;
        if operation.action == Action::Unblock && operation.kind.spec.access {
            // Whoever was kept out may use a code again. Counters come before accounts.
            forget_tries(&mut tx, &self.0.keys, key.tenant_id, key.account_id).await?;
        }
        let held = self.hold(&mut tx, &operation, now).await?;
        let Held {
            before,
            from,
            facts,
            to,
        } = held;
        let stored = match value {
            Value::Stays => Stored { facts, ..before },
            Value::Goes => Stored {
                facts,
                ..Stored::default()
            },
        };
        store::password::save(&mut tx, key, &stored, now).await?;
        let changed = changed(&operation, origin);
        let is_taken = matches!(operation.action, Action::Disable | Action::ResetGenerated);
        if is_taken && operation.kind.spec.access {
            self.end_access(&mut tx, changed, now).await?;
        }
        self.record_operation(&mut tx, &operation, (from, to), origin)
            .await?;
        if operation.action == Action::ResetGenerated {
            let kind = Some(operation.kind.password_type_id);
            self.notify_of(&mut tx, changed, Notice::PasswordChanged, kind, now)
                .await?;
        }
        tx.commit().await?;
        self.0.bell.notify_one();
        Ok(())
    }
}
