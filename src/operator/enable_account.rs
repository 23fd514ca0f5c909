//! Putting an account into use.

use serde_json::json;

use super::Operator;
use super::audit::{Action, Entry};
use super::find_account::AccountError;
use crate::domain::account::AccountStatus;
use crate::domain::tenant::Tenant;
use crate::store;

impl Operator {
    /// Makes an account active, whatever it was, and returns that. Nothing that ended comes back:
    /// its owner signs in anew, and keys are made anew. Its passwords stay as they are.
    pub async fn enable_account(
        &self,
        tenant: &Tenant,
        login: &str,
    ) -> Result<AccountStatus, AccountError> {
        let (tenant_id, now) = (tenant.tenant_id, self.clock.now());
        let mut tx = self.db.begin().await?;
        let (account, was) = self.lock_account(&mut tx, tenant, login).await?;
        let account_id = account.account_id;
        if was != AccountStatus::Active {
            let status = AccountStatus::Active;
            store::account::set_status(&mut tx, tenant_id, account_id, status, now).await?;
        }
        let entry = Entry {
            action: Action::AccountEnabled,
            outcome: if was == AccountStatus::Active {
                "was active"
            } else {
                "done"
            },
            account_id: Some(account_id),
            detail: json!({ "was": was }),
        };
        self.record_entry(&mut tx, tenant_id, entry, now).await?;
        tx.commit().await?;
        Ok(was)
    }
}
