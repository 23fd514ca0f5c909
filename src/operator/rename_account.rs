//! Giving an account another login name.

use serde_json::json;

use super::Operator;
use super::audit::{Action, Entry};
use super::find_account::AccountError;
use crate::domain::identifier::{LoginName, Unusable};
use crate::domain::tenant::Tenant;
use crate::recovery::Fault;
use crate::store;
use crate::store::account_name::Renamed;

/// Why an account keeps its login name.
#[derive(Debug, thiserror::Error)]
pub enum RenameError {
    /// There is no such account.
    #[error("the tenant has no account of that login")]
    Unknown,
    /// The new name is none.
    #[error("the new login name {0}")]
    Unusable(#[from] Unusable),
    /// Somebody has it.
    #[error("the new login name is that of another account")]
    Taken,
    /// We could not.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for RenameError {
    fn from(error: sqlx::Error) -> Self {
        match store::violated(&error) {
            Some("account_login" | "identifier_pkey") => Self::Taken,
            Some(_) | None => Self::Fault(error.into()),
        }
    }
}

impl From<AccountError> for RenameError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Unknown => Self::Unknown,
            AccountError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Operator {
    /// Gives an account another login name. It keeps all else, and whoever is signed in stays so. Returns the
    /// new name as it is stored.
    pub async fn rename_account(
        &self,
        tenant: &Tenant,
        login: &str,
        new: &str,
    ) -> Result<LoginName, RenameError> {
        let (tenant_id, new) = (tenant.tenant_id, LoginName::parse(new)?);
        let to = new.key();
        let mut tx = self.db.begin().await?;
        store::turn::take(&mut tx, &format!("account import {tenant_id}")).await?;
        let (account, _) = self.lock_account(&mut tx, tenant, login).await?;
        let (account_id, now) = (account.account_id, self.clock.now());
        let from = store::account_name::login_key(&mut tx, tenant_id, account_id).await?;
        let holder = store::account_name::holder(&mut tx, tenant_id, account_id, &to);
        if holder.await?.is_some() {
            return Err(RenameError::Taken);
        }
        let renamed = Renamed {
            account_id,
            from: &from,
            to: &to,
            stored: new.as_str(),
        };
        store::account_name::rename(&mut tx, tenant_id, &renamed, now).await?;
        let entry = Entry {
            action: Action::AccountRenamed,
            outcome: "done",
            account_id: Some(account_id),
            detail: json!({ "from": account.login, "to": new }),
        };
        self.record_entry(&mut tx, tenant_id, entry, now).await?;
        tx.commit().await?;
        Ok(new)
    }
}
