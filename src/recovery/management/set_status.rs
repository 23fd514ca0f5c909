//! What is done to a password without giving it a value.

use super::Management;
use super::permission::{Permitted, Refusal};
use super::recheck::{Rechecked, changed};
use crate::domain::status::Action;
use crate::recovery::attempts::forget_attempts;
use crate::recovery::outbox::Notice;
use crate::recovery::tools::Origin;
use crate::store;
use crate::store::password::Stored;

/// What becomes of the value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Value {
    Stays,
    Goes,
}

impl Management {
    /// Disables, enables or unblocks a password, or puts a generated one back to where its owner
    /// may have one made. Where the access password is taken from its owner, so is every way in
    /// that it opened.
    pub async fn set_status(
        &self,
        permitted: Permitted<'_>,
        origin: &Origin,
    ) -> Result<(), Refusal> {
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
        let origin = &operation.told_from(origin);
        let (key, now) = (operation.key(), self.tools.clock.now());
        let mut tx = self.tools.db.begin().await?;
        if operation.action == Action::Unblock && operation.kind.spec.access {
            // Whoever was kept out may use a code again. Counters come before accounts.
            forget_attempts(&mut tx, &self.tools.keys, key.tenant_id, key.account_id).await?;
        }
        let rechecked = self.recheck(&mut tx, &operation, now).await?;
        let Rechecked {
            before,
            from,
            facts,
            to,
        } = rechecked;
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
            self.replacement.end_access(&mut tx, changed, now).await?;
        }
        self.record_operation(&mut tx, &operation, (from, to), origin)
            .await?;
        if operation.action == Action::ResetGenerated {
            let kind = Some(operation.kind.password_type_id);
            self.replacement
                .notify_of(&mut tx, changed, Notice::PasswordChanged, kind, now)
                .await?;
        }
        tx.commit().await?;
        self.outbox.ring();
        Ok(())
    }
}
