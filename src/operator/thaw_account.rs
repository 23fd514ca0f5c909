//! Letting an account be recovered again.

use serde_json::json;

use super::Operator;
use super::audit::{Action, Entry};
use super::find_account::AccountError;
use crate::domain::tenant::Tenant;
use crate::store;

impl Operator {
    /// Ends the freeze that somebody put on an account by saying that a change was not theirs. One
    /// that is not frozen is left as it is. Returns whether it was.
    pub async fn thaw_account(&self, tenant: &Tenant, login: &str) -> Result<bool, AccountError> {
        let (tenant_id, now) = (tenant.tenant_id, self.clock.now());
        let mut tx = self.db.begin().await?;
        let (account, _) = self.lock_account(&mut tx, tenant, login).await?;
        let account_id = account.account_id;
        let until = store::account::frozen_until(&mut tx, tenant_id, account_id).await?;
        if until.is_some() {
            store::account::freeze(&mut tx, tenant_id, account_id, None, now).await?;
            let entry = Entry {
                action: Action::AccountThawed,
                outcome: "done",
                account_id: Some(account_id),
                detail: json!({}),
            };
            self.record_entry(&mut tx, tenant_id, entry, now).await?;
        }
        tx.commit().await?;
        Ok(until.is_some_and(|until| until > now))
    }
}
