//! Taking an account out of use.

use serde_json::json;

use super::audit::{Action, Entry};
use super::find_account::AccountError;
use super::{Ended, Operator};
use crate::domain::account::AccountStatus;
use crate::domain::tenant::Tenant;
use crate::domain::token::Purpose;
use crate::store;
use crate::store::api_key::EndReason;

/// What an account was before, and what ended with its use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disabled {
    /// Its status before.
    pub was: AccountStatus,
    /// What was ended.
    pub ended: Ended,
}

impl Operator {
    /// Disables an account, and ends whatever opens it: live tokens, sessions, and keys of every
    /// kind, for good. One that is disabled already is swept once more.
    pub async fn disable_account(
        &self,
        tenant: &Tenant,
        login: &str,
    ) -> Result<Disabled, AccountError> {
        let (tenant_id, now) = (tenant.tenant_id, self.clock.now());
        let mut tx = self.db.begin().await?;
        let (account, was) = self.lock_account(&mut tx, tenant, login).await?;
        let account_id = account.account_id;
        if was != AccountStatus::Disabled {
            let status = AccountStatus::Disabled;
            store::account::set_status(&mut tx, tenant_id, account_id, status, now).await?;
        }
        for purpose in [None, Some(Purpose::Disown)] {
            store::recovery_token::void(&mut tx, tenant_id, account_id, purpose, now).await?;
        }
        let sessions = store::session::end_owned(&mut tx, tenant_id, account_id, None).await?;
        let reason = EndReason::Disabled;
        let keys =
            store::api_key::end_of_account(&mut tx, tenant_id, account_id, None, reason, now)
                .await?;
        let entry = Entry {
            action: Action::AccountDisabled,
            outcome: if was == AccountStatus::Disabled {
                "was disabled"
            } else {
                "done"
            },
            account_id: Some(account_id),
            detail: json!({ "was": was, "sessions": sessions, "keys": keys }),
        };
        self.record_entry(&mut tx, tenant_id, entry, now).await?;
        tx.commit().await?;
        let ended = Ended { sessions, keys };
        Ok(Disabled { was, ended })
    }
}
