//! Signing somebody out everywhere.

use serde_json::json;

use super::Operator;
use super::audit::{Action, Entry};
use super::find_account::AccountError;
use crate::domain::key::Kind;
use crate::domain::tenant::Tenant;
use crate::store;
use crate::store::api_key::EndReason;

/// What was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Sessions.
    pub sessions: u64,
    /// Keys.
    pub keys: u64,
}

impl Operator {
    /// Ends every session of an account, and every key its owner signed in for. Pairs and access
    /// clients that an operator made stay: applications hold them, and [`Operator::revoke_key`] is
    /// for those.
    pub async fn sign_out_account(
        &self,
        tenant: &Tenant,
        login: &str,
    ) -> Result<Ended, AccountError> {
        let (tenant_id, now) = (tenant.tenant_id, self.clock.now());
        let mut tx = self.db.begin().await?;
        let (account, _) = self.lock_account(&mut tx, tenant, login).await?;
        let account_id = account.account_id;
        let sessions = store::session::end_owned(&mut tx, tenant_id, account_id, None).await?;
        let (kind, reason) = (Some(Kind::Turbosmtp), EndReason::Revoked);
        let keys =
            store::api_key::end_of_account(&mut tx, tenant_id, account_id, kind, reason, now)
                .await?;
        let entry = Entry {
            action: Action::AccountSignedOut,
            outcome: "done",
            account_id: Some(account_id),
            detail: json!({ "sessions": sessions, "keys": keys }),
        };
        self.record_entry(&mut tx, tenant_id, entry, now).await?;
        tx.commit().await?;
        Ok(Ended { sessions, keys })
    }
}
