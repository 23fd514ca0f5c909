//! Everything that is known of a tenant's accounts, as an import would take it back.

use std::io;

use serde_json::{Map, Value, json};

use super::Operator;
use super::audit::Action;
use crate::domain::tenant::Tenant;
use crate::recovery::Fault;
use crate::store;
use crate::store::account_export::Exported;

/// How many accounts are read at once.
const PAGE: i64 = 500;

/// Whether hashes leave the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hashes {
    /// They stay.
    Without,
    /// They go along: whoever has them can guess at passwords.
    With,
}

/// Why an export ended early.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Whoever takes the accounts could not.
    #[error("the export cannot be written")]
    Unwritable(#[from] io::Error),
    /// We could not.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for ExportError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl Operator {
    /// Passes every account of a tenant on as a line that an import takes back, by login name, all
    /// as they stand at one moment. Holds a page of them at a time. Returns how many there are.
    pub async fn export_accounts(
        &self,
        tenant: &Tenant,
        hashes: Hashes,
        on_line: &mut dyn FnMut(Value) -> io::Result<()>,
    ) -> Result<u64, ExportError> {
        let tenant_id = tenant.tenant_id;
        // Noted beforehand: an export that breaks off has told something all the same.
        let detail = json!({ "hashes": hashes == Hashes::With });
        let now = self.clock.now();
        let mut db = self.db.acquire().await?;
        self.record(&mut db, tenant_id, Action::AccountsExported, detail, now)
            .await?;
        drop(db);

        let mut tx = store::account_export::begin(&self.db).await?;
        let mut count = 0;
        let mut after = String::new();
        loop {
            let page = store::account_export::list(&mut tx, tenant_id, &after, PAGE).await?;
            let Some(last) = page.last() else {
                break;
            };
            after.clone_from(&last.login_key);
            for account in page {
                on_line(line(account, hashes))?;
                count += 1;
            }
        }
        tx.rollback().await?;
        Ok(count)
    }
}

/// An account in the words of an import.
fn line(account: Exported, hashes: Hashes) -> Value {
    let mut line = json!({
        "login": account.login,
        "userType": account.user_type,
        "email": account.email,
        "phone": account.phone,
        "name": account.name,
        "language": account.language,
        "role": account.role,
        "broker": account.broker,
        "status": account.status,
        "identifiers": account.identifiers,
    });
    if hashes == Hashes::Without {
        return line;
    }
    line["securityQuestion"] = json!(account.security_question);
    line["securityAnswerHash"] = json!(account.security_answer_hash);
    let passwords = account.password_types.into_iter().zip(account.hashes);
    let passwords: Map<_, _> = passwords
        .map(|(kind, hash)| (kind, json!({ "hash": hash })))
        .collect();
    line["passwords"] = passwords.into();
    line
}
