//! Mailing login names.

use serde_json::json;

use super::Undone;
use super::letter::{Addressed, reference};
use crate::domain::account::UserType;
use crate::domain::id::JobId;
use crate::domain::identifier::Identifier;
use crate::domain::language::Language;
use crate::domain::tenant::Tenant;
use crate::mail::{Usernames, Values};
use crate::recovery::audit::{Action as Audited, Entry};
use crate::recovery::{Origin, Recovery};
use crate::store;

/// What was asked.
pub(super) struct Asked {
    pub(super) email: Identifier,
    pub(super) user_type: UserType,
    pub(super) language: Option<Language>,
    pub(super) origin: Origin,
}

impl Recovery {
    /// Sends one letter with every login name whose mail goes to the address
    /// (contracts/sspr.md, section 7). Accounts out of use are not listed.
    pub(super) async fn mail_usernames(
        &self,
        tenant: &Tenant,
        job_id: JobId,
        asked: &Asked,
    ) -> Result<(), Undone> {
        let tenant_id = tenant.tenant_id;
        let mut db = self.0.db.acquire().await?;
        let found = &asked.email.value;
        let found =
            store::account::list_by_email(&mut db, tenant_id, found, asked.user_type).await?;
        let first = found
            .first()
            .and_then(|account| Some((account, account.email.as_ref()?)));
        let outcome = if let Some((account, to)) = first {
            self.admit_letter(&mut db).await?;
            drop(db);
            let logins: Vec<&str> = found.iter().map(|account| account.login.as_str()).collect();
            let addressed = Addressed {
                tenant,
                account,
                to,
                language: Self::language(asked.language, account, tenant),
                name: job_id.to_string(),
            };
            let reference = &reference(job_id);
            let values = Values::Usernames(Usernames {
                logins: &logins,
                reference,
            });
            self.send(&addressed, &values).await?;
            "done"
        } else {
            drop(db);
            "unknown identifier"
        };

        let mut tx = self.0.db.begin().await?;
        let entry = Entry::new(Audited::RecoveryAsked, outcome, Some(&asked.origin))
            .with(json!({ "purpose": "usernames", "accounts": found.len() }));
        self.record(&mut tx, tenant_id, entry).await?;
        store::job::finish(&mut tx, tenant_id, job_id).await?;
        Ok(tx.commit().await?)
    }
}
